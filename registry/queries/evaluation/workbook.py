"""评审结果汇总表 as a workbook for the bureau's own use; names of experts stand on a sheet of their own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from registry.queries.evaluation.panel_rows import Item, PanelPage
from registry.spreadsheets.delimited import GUARDED
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def results_workbook(page: PanelPage, units: Mapping[str, str]) -> bytes:
    """The workbook as bytes; the second sheet is there for those who may know the names."""
    seats = page.most_seats
    book = new_book()
    sheet: Any = book.active
    sheet.title = "评审结果汇总表"
    sheet.append([_text(f"{page.call}　{page.name}")])
    header = ["序号", "申报编号", "企业", "项目", "板块", *(f"专家{place}" for place in range(1, seats + 1))]
    header += ["得分", "分差", "提示", "组长意见", "名次"]
    sheet.append(header)
    for position, item in enumerate(page.items, 1):
        sheet.append([_cell(value) for value in _line(position, item, seats, units)])
    for width, column in zip((6, 16, 32, 36, 12), range(1, 6), strict=True):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet["A1"].font = Font(bold=True)
    sheet.append([_text(f"评审截止 {page.closes_at.astimezone(BEIJING):%Y-%m-%d %H:%M}；内部资料，不得公开。")])
    if page.shows_names:
        _names(book, page)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _line(position: int, item: Item, seats: int, units: Mapping[str, str]) -> list[Any]:
    outcome, computed = item.outcome, item.outcome.computed
    totals = [float(seat.total) if seat.total else "" for seat in item.seats]
    flags = [flag.zh for flag in sorted(outcome.flags)] + (["未去极值"] if computed and computed.untrimmed else [])
    ruling = "" if outcome.decision is None else f"{outcome.decision.zh}：{outcome.reason}"
    rank = "" if outcome.rank is None else f"{outcome.rank}{'（并列）' if outcome.is_shared else ''}"
    return [
        position,
        item.number,
        item.enterprise,
        item.project,
        units.get(item.unit, item.unit),
        *totals,
        *[""] * (seats - len(totals)),
        "" if outcome.score is None else float(outcome.score),
        "" if computed is None else float(computed.spread),
        "、".join(flags),
        ruling,
        rank,
    ]


def _names(book: Workbook, page: PanelPage) -> None:
    sheet: Any = book.create_sheet("专家名单")
    sheet.append(["申报编号", "项目", "序号", "专家", "工作单位", "产生方式", "状态", "总分", "原因"])
    for item in page.items:
        for place, seat in enumerate([*item.seats, *item.gone], 1):
            sheet.append(
                [
                    _cell(value)
                    for value in (
                        item.number,
                        item.project,
                        place,
                        seat.name,
                        seat.employer,
                        seat.origin.zh,
                        seat.state.zh,
                        float(seat.total) if seat.total else "",
                        seat.reason,
                    )
                ]
            )


def _cell(value: Any) -> Any:
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """A text that no program takes for a formula."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{clean}" if clean.startswith(GUARDED) else clean
