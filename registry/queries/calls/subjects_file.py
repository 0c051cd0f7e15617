"""The list of projects that a later form asks, as a workbook for officers."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from registry.queries.calls.subjects import SubjectRow, counts_by_unit, total
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS = (
    "序号",
    "项目编号",
    "企业名称",
    "项目名称",
    "所属板块",
    "认定类别",
    "认定年份",
    "进度",
    "申报编号",
    "结论",
    "说明",
)
_COUNTS = ("板块", "应报", "已报", "已核", "缺", "免报")
_WIDTHS = (6, 12, 34, 40, 13, 22, 9, 10, 15, 10, 40)


def subjects_workbook(
    rows: Sequence[SubjectRow],
    *,
    title: str,
    units: Mapping[str, str],
    categories: Mapping[str, str],
    now: datetime,
) -> bytes:
    """The workbook as bytes: the projects, then the figures of each unit with their total."""
    book = new_book()
    first: Any = book.active
    lines: list[tuple[Any, ...]] = [
        (
            place, row.code, row.enterprise, row.project, units.get(row.unit, row.unit),
            categories.get(row.category, row.category), row.year, row.state.zh, row.number,
            row.outcome.zh if row.outcome else "",
            row.reason or (f"{row.ended_on.isoformat()} 起停产、迁出或注销" if row.ended_on else ""),
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    _fill(first, "应报项目", _ROWS, lines, _WIDTHS)
    figures = [*counts_by_unit(rows, list(units)), total(rows)]
    _fill(
        book.create_sheet(),
        "各板块",
        _COUNTS,
        [
            (units.get(each.unit, "合计"), each.due, each.sent, each.checked, each.missing, each.excused)
            for each in figures
        ],
        (16, 8, 8, 8, 8, 8),
    )
    made = f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M}（北京时间）"
    _fill(book.create_sheet(), "说明", ("项", "内容"), [("通知", title), ("导出时间", made)], (12, 80))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Any, name: str, head: Sequence[str], lines: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    sheet.title = name
    sheet.append(list(head))
    for line in lines:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in line])
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.cell(1, place).font = Font(bold=True)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, str):
                # A name that begins like a formula is a name.
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
