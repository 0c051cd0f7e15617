"""The list of a public notice as a workbook, in the bureau's layout."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from registry.queries.notices.public import NoticePage
from registry.spreadsheets.writing import new_book

HEADERS = ("序号", "企业名称", "车间/工厂名称", "所属板块", "备注")
_WIDTHS = (6, 36, 44, 14, 16)
SCORE, OUTCOME = "评审得分", "复核结论"
"""Further columns of a notice that shows scores, and of one about a re-evaluation."""


def notice_workbook(page: NoticePage, units: Mapping[str, str], *, source: str) -> bytes:
    """The workbook as bytes: the list, and the text of the notice on a second sheet. `units`: names by code."""
    book = new_book()
    sheet: Any = book.active
    sheet.title = "公示名单"
    sheet.append([page.row.title])
    further = [*([OUTCOME] if page.has_outcomes else []), *([SCORE] if page.has_scores else [])]
    headers = [*HEADERS, *further]
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center", wrap_text=True)
    sheet.append(headers)
    number = 0
    for code, lines in page.groups(list(units)):
        for line in lines:
            number += 1
            cells = [number, line.enterprise, line.name, units[code], "已不再列入" if line.is_out else ""]
            cells += [line.outcome.zh if line.outcome else ""] if page.has_outcomes else []
            sheet.append([*cells, line.score] if page.has_scores else cells)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"
    about = book.create_sheet("说明")
    for text in (*page.paragraphs, f"来源：{source}"):
        about.append([text])
    about.column_dimensions["A"].width = 110
    for each in book.worksheets:
        _as_text(each)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _as_text(sheet: Any) -> None:
    """A text that begins like a formula stays a text."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", cell.value)
                cell.data_type = "s"
