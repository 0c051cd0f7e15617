"""交付情况 as a workbook: the table of the page, its call, its day and its source."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from openpyxl.styles import Font

from registry.queries.attention.delivery import Delivered, summed
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING

HEADERS = ("板块", "申报", "待初审", "已初审", "已推荐", "推荐名额", "退回未补", "其中逾期", "初审超期")
_WIDTHS = (16, 8, 8, 8, 8, 10, 10, 10, 10)


def delivery_workbook(
    rows: Sequence[Delivered], *, title: str, units: Mapping[str, str], source: str, now: datetime
) -> bytes:
    """The bytes of the xlsx file."""
    book = new_book()
    sheet = book.active
    assert sheet is not None
    sheet.title = "交付情况"
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([f"截至 {now.astimezone(BEIJING):%Y-%m-%d %H:%M}，来源：{source}"])
    sheet.append(list(HEADERS))
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(_cells(row, units[row.unit]))
    if len(rows) > 1:
        sheet.append(_cells(summed(rows), "合计"))
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
    for cell in (cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)):
        # A title that begins with a sign is a text, not a formula.
        cell.data_type = "s"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHI"[number]].width = width
    sheet.freeze_panes = "B4"
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _cells(row: Delivered, name: str) -> list[str | int]:
    quota = "不限" if row.quota is None else row.quota
    return [
        name, row.received, row.waiting, row.reviewed, row.recommended, quota, row.returned, row.overdue, row.late,
    ]  # fmt: skip
