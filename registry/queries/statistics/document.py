"""The summary paragraph as a Word document on A4, with the titles that it counts as its annex."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from docx import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.description import in_words
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.selection import select_projects
from registry.queries.statistics.annex import WIDTHS, Annex, annex_of
from registry.queries.statistics.paragraph import pieces, text
from registry.queries.statistics.scope import statistics
from registry.queries.statistics.sentences import method_note
from registry.queries.statistics.summary import summary
from registry.wording import Message, told

ANNEX_LIMIT = 2000
"""Longest annex; a longer list belongs into a spreadsheet, and the document says so."""
TITLE = Message("智能制造试点示范项目统计摘要")
SONG, FANG_SONG, HEI, LATIN = "宋体", "仿宋", "黑体", "Times New Roman"
BODY, NOTE, CELL = Pt(16), Pt(12), Pt(9)
"""三号, as official texts are set; 小四 for notes; small five for the annex."""


def paragraph_docx(
    session: Session,
    catalogue: Catalogue,
    filters: Filters,
    *,
    source: str,
    owner: str,
    now: datetime,
    language: str = "zh",
) -> bytes:
    """A .docx in `zh` or `en`: title, paragraph, method, annex table in the order of the list."""
    lists = catalogue.lists
    found = statistics(session, catalogue, filters, groups=())
    said = summary(select_projects(session, catalogue, filters), found)
    document = blank(told(TITLE, language), owner, now, language)
    document.add_paragraph(told(TITLE, language), style="Title")
    _indented(document.add_paragraph(text(pieces(said, lists, language))), language)
    notes = (
        Message(
            "口径：%(method)s。变化为相对变化，不是百分点；小数四舍五入一次。", method=method_note(found, language)
        ),
        Message("范围：%(scope)s。", scope=in_words(filters, lists, language)),
        Message("来源：%(source)s，%(at)s（北京时间）。", source=source, at=f"{now:%Y-%m-%d %H:%M}"),
    )
    for note in notes:
        document.add_paragraph(told(note, language), style="Caption")
    document.add_paragraph(
        told(Message("附件：认定名单（%(n)s 项）", n=found.recognitions), language), style="Heading 1"
    )
    if found.recognitions > ANNEX_LIMIT:
        document.add_paragraph(
            told(Message("名单超过 %(n)s 项，请在名单页下载 Excel。", n=ANNEX_LIMIT), language), style="Caption"
        )
    else:
        _table(document, annex_of(session, catalogue, filters, language))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def blank(title: str, owner: str, now: datetime, language: str) -> Any:
    """An empty document on A4 with the styles and the metadata of its own."""
    document: Any = WordDocument()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3), Cm(2.5), Cm(1.8), Cm(1.8)
    _style(document, "Normal", FANG_SONG, BODY)
    _style(document, "Title", HEI, Pt(22), centred=True)
    _style(document, "Heading 1", HEI, BODY)
    _style(document, "Caption", FANG_SONG, NOTE)
    normal = document.styles["Normal"].paragraph_format
    normal.line_spacing_rule, normal.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    for name, points in (("Title", 32), ("Caption", 20)):
        document.styles[name].paragraph_format.line_spacing = Pt(points)
    document.styles["Caption"].paragraph_format.space_after = Pt(0)
    _speak(document, "en-US" if language == "en" else "zh-CN")
    told_of = document.core_properties
    told_of.title, told_of.author, told_of.last_modified_by = title, owner, owner
    told_of.created = told_of.modified = now.astimezone(UTC).replace(tzinfo=None)
    told_of.language = "en" if language == "en" else "zh-CN"
    told_of.comments = told_of.keywords = told_of.subject = ""
    told_of.revision = 1
    package = document.part.package
    for key, part in list(package.rels.items()):
        if part.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            # The empty template of the library comes with a picture of itself.
            del package.rels[key]
    return document


def _style(document: Any, name: str, font: str, size: Any, *, centred: bool = False) -> None:
    style = document.styles[name]
    style.font.size, style.font.name = size, LATIN
    style.font.bold, style.font.italic, style.font.color.rgb = False, False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A font of the theme would win over the one that is named.
        fonts.attrib.pop(qn(f"w:{part}"), None)
    fonts.set(qn("w:eastAsia"), font)
    if centred:
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        borders = style.element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            style.element.pPr.remove(borders)


def _speak(document: Any, language: str) -> None:
    """Say in which language the document is written, so that its spelling is checked in this one."""
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language)
        spoken.set(qn("w:eastAsia"), "zh-CN")


def _indented(paragraph: Any, language: str) -> None:
    """A Chinese paragraph begins two characters further in."""
    if language != "en":
        paragraph.paragraph_format.first_line_indent = 2 * BODY


def _table(document: Any, annex: Annex) -> None:
    """The annex; its head is repeated on every page, and no row is broken."""
    table = document.add_table(rows=1, cols=len(annex.headers))
    table.style, table.autofit = "Table Grid", False
    repeat(table.rows[0])
    widths = [Cm(width) for width in WIDTHS]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cell, header, width in zip(table.rows[0].cells, annex.headers, widths, strict=True):
        cell.width = width
        fill(cell.paragraphs[0], header, HEI)
    if not annex.rows:
        return
    for cell, width in zip(table.add_row().cells, widths, strict=True):
        cell.width = width
        fill(cell.paragraphs[0], " ", SONG)
    pattern = table.rows[1]._tr
    table._tbl.remove(pattern)
    for values in annex.rows:
        # A copy of a row costs a tenth of one made cell by cell.
        row = deepcopy(pattern)
        for place, value in zip(row.iter(qn("w:t")), values, strict=True):
            place.text = value
        table._tbl.append(row)


def repeat(row: Any) -> None:
    """Have the head of a table repeated on every page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def fill(paragraph: Any, value: str, font: str, size: Any = CELL) -> None:
    """Write into a cell of a table, small and in this font."""
    run = paragraph.add_run(value)
    run.font.size, run.font.name = size, LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size.pt + 4)
