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

ANNEX_LIMIT = 2000
"""Longest annex; a longer list belongs into a spreadsheet, and the document says so."""
HEADERS = ("序号", "企业名称", "项目名称", "所属板块", "类别", "年份")


def paragraph_docx(session: Session, catalogue: Catalogue, filters: Filters, *, source: str, now: datetime) -> bytes:
    """A .docx: title, paragraph, method, annex table in the order of the list."""
    found = statistics(session, catalogue, filters)
    document = WordDocument()
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    document.add_heading("智能制造试点示范项目统计摘要", level=1)
    document.add_paragraph(text(pieces(found, catalogue.lists)))
    document.add_paragraph(f"口径：{method_note(found)}。变化为相对变化，不是百分点；小数四舍五入一次。")
    document.add_paragraph(f"来源：{source}，{now:%Y-%m-%d %H:%M}（北京时间）。")
    document.add_heading(f"附：项目名单（{found.projects} 个）", level=2)
    document.add_paragraph(in_words(filters, catalogue.lists))
    if found.projects > ANNEX_LIMIT:
        document.add_paragraph(f"名单超过 {ANNEX_LIMIT} 个，请在名单页下载 Excel。")
    else:
        _annex(document, session, catalogue, filters)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _annex(document: object, session: Session, catalogue: Catalogue, filters: Filters) -> None:
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
        cell.text = header
    for number, row in enumerate(export.rows(), 1):
        title = row.leading
        values = (
            str(number),
            # A park or a zone belongs to no enterprise.
            row.enterprise or "–",
            row.name,
            lists.units[row.unit].name,
            lists.categories[title.category].name,
            str(title.year or "年份不详"),
        )
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
