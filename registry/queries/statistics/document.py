"""The summary paragraph as a Word document, with the list behind it as its annex."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.description import in_words
from registry.queries.catalogue.filters import Filters
from registry.queries.record.fields import Links
from registry.queries.record.files import make_export
from registry.queries.statistics.paragraph import method_note, pieces, text
from registry.queries.statistics.scope import statistics
from registry.wording import Message, told

ANNEX_LIMIT = 2000
"""Longest annex; a longer list belongs into a spreadsheet, and the document says so."""
HEADERS = (
    Message("序号"),
    Message("企业名称"),
    Message("项目名称"),
    Message("所属板块"),
    Message("类别"),
    Message("年份"),
)


def paragraph_docx(
    session: Session, catalogue: Catalogue, filters: Filters, *, source: str, now: datetime, language: str = "zh"
) -> bytes:
    """A .docx in `zh` or `en`: title, paragraph, method, annex table in the order of the list."""
    found = statistics(session, catalogue, filters)
    document = WordDocument()
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    method = Message(
        "口径：%(method)s。变化为相对变化，不是百分点；小数四舍五入一次。", method=method_note(found, language)
    )
    origin = Message("来源：%(source)s，%(at)s（北京时间）。", source=source, at=f"{now:%Y-%m-%d %H:%M}")
    document.add_heading(told(Message("智能制造试点示范项目统计摘要"), language), level=1)
    document.add_paragraph(text(pieces(found, catalogue.lists, language)))
    document.add_paragraph(told(method, language))
    document.add_paragraph(told(origin, language))
    document.add_heading(told(Message("附：项目名单（%(n)s 个）", n=found.projects), language), level=2)
    document.add_paragraph(in_words(filters, catalogue.lists, language))
    if found.projects > ANNEX_LIMIT:
        document.add_paragraph(told(Message("名单超过 %(n)s 个，请在名单页下载 Excel。", n=ANNEX_LIMIT), language))
    else:
        _annex(document, session, catalogue, filters, language)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _annex(document: object, session: Session, catalogue: Catalogue, filters: Filters, language: str) -> None:
    lists = catalogue.lists
    export = make_export(
        session,
        catalogue,
        filters.but(rows="projects"),
        Links(lambda code: code, lambda code, number: f"{code}/{number}"),
    )
    table = document.add_table(rows=1, cols=len(HEADERS))  # type: ignore[attr-defined]
    table.style = "Table Grid"
    for cell, header in zip(table.rows[0].cells, HEADERS, strict=True):
        cell.text = told(header, language)
    for number, row in enumerate(export.rows(), 1):
        title = row.leading
        values = (
            str(number),
            # A park or a zone belongs to no enterprise.
            row.enterprise or "–",
            row.name,
            lists.units[row.unit].label(language),
            lists.categories[title.category].label(language),
            str(title.year or told(Message("年份不详"), language)),
        )
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
