"""An application as a Word document on A4: what its printed page says, in the styles of official texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from registry.queries.applications.paper import Grid, Line, Paper, Part
from registry.queries.statistics.document import HEI, SONG, blank, fill, repeat

_SIZE = Pt(10.5)
_WIDE, _LABEL = 17.4, 5.0
"""Centimetres between the margins, and of them for the names of the fields."""


def paper_docx(paper: Paper, *, owner: str, now: datetime, language: str, no_files: str, made: str) -> bytes:
    """The document; `no_files` is said where none was sent, `made` when the file was made."""
    title = f"{paper.title} {paper.number}".strip()
    document = blank(title, owner, now, language)
    document.add_paragraph(paper.title, style="Title")
    document.add_paragraph(f"{paper.holder} · {paper.project}", style="Caption")
    if paper.warning:
        document.add_paragraph(paper.warning, style="Caption")
    _lines(document, paper.stamp)
    for part in paper.parts:
        _part(document, part, no_files)
    if paper.remark:
        document.add_paragraph(paper.remark, style="Caption")
    document.add_paragraph("", style="Caption")
    for seal in paper.seals:
        document.add_paragraph(seal, style="Caption").paragraph_format.space_after = Pt(24)
    for text in (paper.to_check, made):
        if text:
            document.add_paragraph(text, style="Caption")
    _foot(document, f"{paper.number}　{paper.check_code}".strip())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _part(document: Any, part: Part, no_files: str) -> None:
    document.add_paragraph(part.title, style="Heading 1")
    _lines(document, part.lines)
    for grid in part.grids:
        _grid(document, grid)
    for file in part.files or ():
        document.add_paragraph(f"{file.kind}　{file.name}　{file.size}", style="Caption")
        document.add_paragraph(file.digest, style="Caption")
    if part.files is not None and not part.files:
        document.add_paragraph(no_files, style="Caption")


def _lines(document: Any, lines: Sequence[Line]) -> None:
    """Fields as a table of two columns."""
    if not lines:
        return
    table = _table(document, (_LABEL, _WIDE - _LABEL))
    for line in lines:
        label, value = _row(table, (_LABEL, _WIDE - _LABEL))
        fill(label.paragraphs[0], line.label, HEI, _SIZE)
        text = f"{line.text}　{line.note}" if line.note else line.text
        for number, paragraph in enumerate(text.splitlines() or [""]):
            fill(value.add_paragraph() if number else value.paragraphs[0], paragraph, SONG, _SIZE)


def _grid(document: Any, grid: Grid) -> None:
    """A table with its caption; the head is repeated on every page."""
    document.add_paragraph(grid.caption, style="Caption").paragraph_format.keep_with_next = True
    rest = (_WIDE - _LABEL - 1) / (len(grid.head) - 1)
    widths = (_LABEL + 1, *[rest] * (len(grid.head) - 1))
    table = _table(document, widths)
    for values in (grid.head, *grid.rows):
        for column, (cell, text) in enumerate(zip(_row(table, widths), values, strict=True)):
            fill(cell.paragraphs[0], text, HEI if values is grid.head else SONG, _SIZE)
            if column >= grid.numbers_from:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    repeat(table.rows[0])


def _table(document: Any, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _row(table: Any, widths: Sequence[float]) -> Any:
    cells = table.add_row().cells
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Cm(width)
    return cells


def _foot(document: Any, text: str) -> None:
    """Number, check code and page at the foot of every page, so that loose sheets are known."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    fill(paragraph, f"{text}　" if text else "", SONG)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
