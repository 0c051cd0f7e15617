"""审核情况表 of one application, for the file and the seal: as a Word document and as a workbook of the same lines."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx.shared import Cm
from openpyxl.styles import Alignment, Border, Font, Side

from registry.declaration.criteria import Source
from registry.indicators import plain
from registry.queries.review.sheet_book import WORDS, shown_figure
from registry.queries.review.sheets import SheetCase, SheetRow
from registry.queries.statistics.document import HEI, SONG, blank, fill
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING

TITLE = "审核情况表"
_HEAD = ("序号", "条件", "要求", "申报或核查情况", "审核结论", "说明")
_WIDTHS = (1.2, 5.2, 2.2, 3.6, 2.0, 3.2)
_LINE = Side(style="thin", color="FF9AA5AB")


@dataclass(frozen=True, kw_only=True)
class SheetForm:
    """The form in lines: facts as pairs, the table, and what it comes to."""

    facts: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, ...]]
    outcome: str


def sheet_form(case: SheetCase, *, units: Mapping[str, str], categories: Mapping[str, str]) -> SheetForm:
    """What the form of an application says, in Chinese."""
    facts = [
        ("申报编号", case.number),
        ("企业名称", case.enterprise),
        ("统一社会信用代码", case.uscc),
        ("项目名称", case.project),
        ("申报通知", case.call_title),
        ("申报类别", categories.get(case.category, case.category)),
        ("所属板块", units.get(case.unit, case.unit)),
        ("申报版本", f"第 {case.snapshot} 版"),
    ]
    if case.rank:
        facts.append(("推荐", f"第 {case.rank} 位，{case.letter_number}"))
    found = case.tally
    outcome = f"共 {found.of} 条：符合 {found.met} 条，不符合 {found.refused} 条，未填 {found.blank} 条。"
    return SheetForm(facts=facts, rows=[_line(n, row) for n, row in enumerate(case.rows, 1)], outcome=outcome)


def _line(number: int, row: SheetRow) -> tuple[str, ...]:
    found = row.found
    limit = "" if found.item.threshold is None else f"不低于 {plain(found.item.threshold)}{found.item.unit}"
    source = "核查" if found.source is Source.VERIFIED else "申报"
    said = {"yes": "是", "no": "否"}.get(found.said, found.said)
    shown = f"{source} {shown_figure(found) or said or '–'}"
    if found.counts:
        shown += f"（{plain(found.counts[0])} / {plain(found.counts[1])}）"
    return str(number), found.item.text, limit, shown, WORDS.get(row.answer, "未填"), row.reason or found.evidence


def sheet_docx(form: SheetForm, *, owner: str, now: datetime) -> bytes:
    """The form on A4."""
    document = blank(TITLE, owner, now, "zh")
    document.add_paragraph(TITLE, style="Title")
    facts = document.add_table(rows=0, cols=2)
    facts.style = "Table Grid"
    for name, value in form.facts:
        cells = facts.add_row().cells
        for cell, text, font, width in zip(cells, (name, value), (HEI, SONG), (Cm(4), Cm(13.4)), strict=True):
            cell.width = width
            fill(cell.paragraphs[0], text, font)
    document.add_paragraph("", style="Caption")
    table = document.add_table(rows=0, cols=len(_HEAD))
    table.style, table.autofit = "Table Grid", False
    for values, font in ((_HEAD, HEI), *((row, SONG) for row in form.rows)):
        for cell, text, wide in zip(table.add_row().cells, values, _WIDTHS, strict=True):
            cell.width = Cm(wide)
            fill(cell.paragraphs[0], text, font)
    document.add_paragraph(form.outcome, style="Caption")
    document.add_paragraph("审核人：　　　　　　　　　　　　日期：　　　　　　　　　　　　（盖章）", style="Caption")
    document.add_paragraph(f"制表：{now.astimezone(BEIJING):%Y-%m-%d %H:%M}（北京时间）", style="Caption")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheet_xlsx(form: SheetForm, *, now: datetime) -> bytes:
    """The same lines as a workbook that prints on one page across."""
    book = new_book()
    sheet: Any = book.active
    sheet.title = TITLE
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(_HEAD))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    for name, value in form.facts:
        sheet.append([name, None, value])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=2)
        sheet.merge_cells(start_row=sheet.max_row, start_column=3, end_row=sheet.max_row, end_column=len(_HEAD))
    sheet.append(_HEAD)
    head = sheet.max_row
    for row in form.rows:
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=2, max_col=len(_HEAD)):
        for cell in cells:
            cell.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.font = Font(bold=cell.row == head)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.append([form.outcome])
    sheet.append([f"制表：{now.astimezone(BEIJING):%Y-%m-%d %H:%M}（北京时间）"])
    for letter, wide in zip("ABCDEF", (6, 34, 14, 26, 12, 34), strict=True):
        sheet.column_dimensions[letter].width = wide
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
