"""Criteria sheets as a workbook that can be filled in and sent back: one row an application, one column a criterion.

What is only to be read stands in grey; 核对码 is the state of the sheet when it was written, so that nothing of a
sheet is overwritten that was changed meanwhile. A filled workbook is read by `services.review.sheet_reading`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from registry.declaration.criteria import Found
from registry.queries.review.sheets import NO, YES, SheetCase
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING

NUMBER, ENTERPRISE, PROJECT, UNIT = "申报编号", "企业名称", "项目名称", "板块"
REASON, RECOMMEND, RANK, MARK = "不符合的原因", "推荐", "推荐顺序", "核对码"
MET, NOT_MET = "符合", "不符合"
WORDS = {YES: MET, NO: NOT_MET}
YES_NO = {True: "是", False: "否"}
IS_YES, IS_NO = {MET, "是", "√", "✓", "Y", "YES"}, {NOT_MET, "否", "×", "✗", "N", "NO"}
"""How people write an answer into a cell."""
_GREY, _OPEN = PatternFill("solid", fgColor="FFEFF2F1"), PatternFill("solid", fgColor="FFFFFFFF")
_ABOUT = (
    "每行一份申报。“符合”“不符合”的各列可以填写，留空的不改；有不符合的，请在“不符合的原因”中写明，退回时给企业看。",
    "要推荐的在“推荐”填“是”；“推荐顺序”可以不填，到下一页再排。灰色的各列不要改。",
    "填好后在“批量填审核表”页面上传：先预览，确认以后才写入。下载以后被他人改过的申报不会被覆盖。",
)


def sheet_workbook(cases: Sequence[SheetCase], *, units: Mapping[str, str], source: str, now: datetime) -> bytes:
    """The workbook as bytes."""
    texts = list(dict.fromkeys(row.found.item.text for case in cases for row in case.rows))
    limits = {row.found.item.text for case in cases for row in case.rows if row.found.item.threshold is not None}
    criteria = [header for text in texts for header in ((figure_header(text), text) if text in limits else (text,))]
    headers = [NUMBER, ENTERPRISE, PROJECT, UNIT, *criteria, REASON, RECOMMEND, RANK, MARK]
    book = new_book()
    sheet: Any = book.active
    sheet.title = "审核表"
    sheet.append(headers)
    for case in cases:
        rows = {row.found.item.text: row for row in case.rows}
        cells: list[Any] = [case.number, case.enterprise, case.project, units.get(case.unit, case.unit)]
        for text in texts:
            row = rows.get(text)
            if text in limits:
                cells.append(shown_figure(row.found) if row else "")
            cells.append(WORDS.get(row.answer, "") if row else "")
        cells += [joined_reasons(case), "", case.rank, case.mark]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    _dress(sheet, headers, texts)
    about = book.create_sheet("说明")
    for line in (*_ABOUT, f"来源：{source}，{now.astimezone(BEIJING):%Y-%m-%d %H:%M}（北京时间）"):
        about.append([line])
    about.column_dimensions["A"].width = 110
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def figure_header(text: str) -> str:
    """Header of the column that shows a criterion's figure."""
    return f"{text}（数值）"


def shown_figure(found: Found) -> str:
    """A figure with its unit; '' for none."""
    return f"{found.figure}{found.item.unit}" if found.figure else ""


def joined_reasons(case: SheetCase) -> str:
    """The reasons of a sheet in one cell, each once."""
    return "；".join(dict.fromkeys(row.reason for row in case.rows if row.answer == NO and row.reason))


def _dress(sheet: Any, headers: Sequence[str], texts: Sequence[str]) -> None:
    answers = DataValidation(type="list", formula1=f'"{MET},{NOT_MET}"', allow_blank=True)
    yes_no = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    sheet.add_data_validation(answers)
    sheet.add_data_validation(yes_no)
    last = max(2, sheet.max_row)
    for position, header in enumerate(headers, 1):
        letter = get_column_letter(position)
        is_open = header in texts or header in (REASON, RECOMMEND, RANK)
        wide = {NUMBER: 15, ENTERPRISE: 28, PROJECT: 32, REASON: 40}.get(header, 13)
        sheet.column_dimensions[letter].width = wide
        if header in texts:
            answers.add(f"{letter}2:{letter}{last}")
        if header == RECOMMEND:
            yes_no.add(f"{letter}2:{letter}{last}")
        for cell in sheet[letter]:
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.fill = _OPEN if is_open and cell.row > 1 else _GREY
            cell.font = Font(bold=cell.row == 1)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "D2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
