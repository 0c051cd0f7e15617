"""A whole selection as a workbook for people: words in every cell, codes as texts at the end, a sheet that explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import in_words
from registry.queries.record import fields, values
from registry.queries.record.files import Export
from registry.queries.record.rows import ProjectRow
from registry.terms import KpiKind

RATES = (KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL)
_WIDE = {"name": 42, "enterprise": 34, "recognitions": 60, "address": 34, "summary": 60, "url": 40}
_SHEETS = {
    "projects": ("项目", "Projects"),
    "recognitions": ("认定", "Titles"),
    "enterprises": ("企业", "Enterprises"),
}
_ENTERPRISES = (("企业名称", "Enterprise"), ("项目数", "Projects"), ("认定数", "Titles"), ("项目编号", "Project codes"))
_HOLDS = {
    "projects": (
        "一行一个项目；级别、类别、年份、文号和日期取该项目的主要认定：有效的在前，级别高的在前。全部认定见“认定”列。",
        "One row a project; tier, category, year, document and date are those of its leading title: valid before"
        " ended, higher before lower. All titles stand in the column Titles.",
    ),
    "recognitions": (
        "一行一项认定；同一项目有几项认定就有几行。",
        "One row a title; a project with several titles has several rows.",
    ),
    "enterprises": (
        "一行一家企业；园区和示范区不属于任何企业。",
        "One row an enterprise; parks and zones belong to none.",
    ),
}
_NOTE = (
    "坐标为 WGS-84（与 CGCS2000 在此精度下一致）；变化率为相对变化（%），负数为下降，不是百分点。",
    "Coordinates are WGS-84 (the same as CGCS2000 at this precision); changes are relative (%), negative means a fall.",
)


@dataclass(frozen=True)
class _Column:
    """One column of the sheet; `is_rate`: a percentage, shown with one decimal."""

    header: str
    read: Callable[[ProjectRow], Any]
    width: int = 14
    is_rate: bool = False


def write_workbook(export: Export, path: Path, *, source: str, now: datetime, language: str = "zh") -> None:
    """The rows of the selection, and a second sheet that says what they are, when they were read and from where."""
    english = language == "en"
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEETS[export.filters.rows][english])
    sheet.freeze_panes = "B2"
    headers, widths, rows = _table(export, language)
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_head(sheet, header) for header in headers])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{count + 1}"
    about = book.create_sheet("About" if english else "说明")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14, 100
    zone = " (Beijing time)" if english else "（北京时间）"
    lines: tuple[tuple[str, str, Any], ...] = (
        ("内容", "Holds", _HOLDS[export.filters.rows][english]),
        ("筛选条件", "Selection", in_words(export.filters, export.selection.catalogue.lists, language)),
        ("行数", "Rows", count),
        ("导出时间", "Made on", f"{now:%Y-%m-%d %H:%M}{zone}"),
        ("来源", "Source", source),
        ("说明", "Note", _NOTE[english]),
    )
    for zh, en, value in lines:
        about.append([en if english else zh, _cell(about, value)])
    book.save(path)


@dataclass(frozen=True)
class _Rate:
    """A percentage, which is shown with one decimal even where it is 0."""

    value: float


def _table(export: Export, language: str) -> tuple[list[str], list[int], Iterator[list[Any]]]:
    """(headers, widths, rows) of what a row is in this view."""
    if export.filters.rows == "enterprises":
        headers = [names[language == "en"] for names in _ENTERPRISES]
        return headers, [34, 10, 10, 60], (row[1:] for row in export.enterprises())
    columns = _columns(export.selection.catalogue.lists, export.links, language)
    return (
        [column.header for column in columns],
        [column.width for column in columns],
        ([_value(column, row) for column in columns] for row in export.rows()),
    )


def _columns(lists: CodeLists, links: fields.Links, language: str) -> list[_Column]:
    """The fields of the workbook, codes last."""
    shown = [field for field in fields.FIELDS if field.in_sheet]
    found: list[_Column] = []
    for field in sorted(shown, key=lambda field: field.is_code):
        if field.name == fields.KPIS:
            found += [_kpi_column(lists, code, language) for code in fields.public_kpis(lists)]
        else:
            found.append(
                _Column(field.header(language), _reading(field, lists, links, language), _WIDE.get(field.name, 14))
            )
    return found


def _reading(field: fields.Field, lists: CodeLists, links: fields.Links, language: str) -> Callable[[ProjectRow], Any]:
    words = field.words
    if words is not None:
        return lambda row: words(row, lists, language)
    return lambda row: field.value(row, lists, links)


def _kpi_column(lists: CodeLists, code: str, language: str) -> _Column:
    definition = lists.kpis[code]
    name = definition.label(language)
    if definition.kind == KpiKind.CHANGE:
        name += ", change" if language == "en" else "变化"
    unit = "%" if definition.kind in RATES else "" if language == "en" else definition.unit
    return _Column(
        f"{name}({unit})" if unit else name,
        lambda row: values.kpi_item(row.kpis[code])["value"] if code in row.kpis else None,
        is_rate=definition.kind in RATES,
    )


def _value(column: _Column, row: ProjectRow) -> Any:
    value = column.read(row)
    return _Rate(value) if column.is_rate and value is not None else value


def _head(sheet: Any, header: str) -> Any:
    cell = WriteOnlyCell(sheet, value=header)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """A plain string cell, also where the text looks like a formula; a percentage with one decimal."""
    if isinstance(value, _Rate):
        cell = WriteOnlyCell(sheet, value=value.value)
        cell.number_format = "0.0"
        return cell
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        return cell
    return value
