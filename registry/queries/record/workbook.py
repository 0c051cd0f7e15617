"""A whole selection as a workbook for people: words in every cell, codes as texts at the end, a sheet that explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import in_words
from registry.queries.record import fields
from registry.queries.record.files import Export
from registry.queries.record.rows import ProjectRow
from registry.spreadsheets.writing import new_book
from registry.terms import RecognitionStatus, Stage, Tier

_WIDE = {"name": 42, "enterprise": 34, "recognitions": 60, "address": 34, "summary": 60, "url": 40}
_SHEETS = {
    "projects": ("项目", "Projects"),
    "recognitions": ("认定", "Titles"),
    "enterprises": ("企业", "Enterprises"),
}
_DICTIONARY = ("字段", "Fields")
_EXPLAINED = (("列", "含义", "计量单位"), ("Column", "Meaning", "Unit"))
_TITLES = (
    ("项目编号", "Project code"),
    ("认定时名称", "Name in the award"),
    ("认定时企业", "Enterprise in the award"),
    ("级别", "Tier"),
    ("类别", "Category"),
    ("年份", "Year"),
    ("文号", "Document number"),
    ("公布日期", "Announced on"),
    ("阶段", "Stage"),
    ("状态", "Status"),
)
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


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose data these are, and under which licence (empty: none is declared)."""

    source: str
    licence: str = ""


def write_workbook(export: Export, path: Path, *, about: About, now: datetime, language: str = "zh") -> None:
    """The rows of the selection, all their titles, what the file is and whose, and what its columns mean."""
    english, kind = language == "en", export.filters.rows
    book = new_book(write_only=True)
    titles: list[list[Any]] = []
    headers, widths, rows = _table(export, language, titles)
    count = _sheet(book, _SHEETS[kind][english], headers, widths, rows)
    if kind == "projects":
        heads = [names[english] for names in _TITLES]
        _sheet(book, _SHEETS["recognitions"][english], heads, [14, 42, 34, 10, 30, 10, 30, 12, 10, 10], iter(titles))
    _about_sheet(book, export, count, about=about, now=now, language=language)
    if kind != "enterprises":
        columns = _columns(export.selection.catalogue.lists)
        explained = [[_header(column, language), column.says(language), column.unit] for column in columns]
        _sheet(book, _DICTIONARY[english], list(_EXPLAINED[english]), [36, 90, 12], explained)
    book.save(path)


def _sheet(book: Workbook, name: str, headers: list[str], widths: list[int], rows: Iterable[list[Any]]) -> int:
    """A sheet whose header stays in view and can be filtered; returns the number of its rows."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_head(sheet, header) for header in headers])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{count + 1}"
    return count


def _about_sheet(book: Workbook, export: Export, count: int, *, about: About, now: datetime, language: str) -> None:
    """What was selected, how many rows there are, when, whose, under which licence, and how to read it."""
    english = language == "en"
    sheet = book.create_sheet("About" if english else "说明")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 100
    zone = " (Beijing time)" if english else "（北京时间）"
    lines: tuple[tuple[str, str, Any], ...] = (
        ("内容", "Holds", _HOLDS[export.filters.rows][english]),
        ("筛选条件", "Selection", in_words(export.filters, export.selection.catalogue.lists, language)),
        ("行数", "Rows", count),
        ("导出时间", "Made on", f"{now:%Y-%m-%d %H:%M}{zone}"),
        ("来源", "Source", about.source),
        ("许可", "Licence", about.licence or ("No licence is declared" if english else "未声明许可")),
        ("说明", "Note", _NOTE[english]),
    )
    for zh, en, value in lines:
        sheet.append([en if english else zh, _cell(sheet, value)])


def _title_cells(row: ProjectRow, lists: CodeLists, language: str) -> Iterator[list[Any]]:
    """A row for each title of a project."""
    for title in row.titles:
        yield [
            row.code,
            title.name_awarded,
            title.enterprise_awarded,
            Tier(title.tier).label(language),
            lists.categories[title.category].label(language),
            title.year,
            title.document_number,
            title.announced_on,
            Stage(title.stage).label(language) if title.stage else None,
            RecognitionStatus(title.status).label(language),
        ]


@dataclass(frozen=True)
class _Rate:
    """A percentage, which is shown with one decimal even where it is 0."""

    value: float


def _table(export: Export, language: str, titles: list[list[Any]]) -> tuple[list[str], list[int], Iterator[list[Any]]]:
    """(headers, widths, rows) of what a row is in this view; the titles of its projects go into `titles` on the way."""
    if export.filters.rows == "enterprises":
        headers = [names[language == "en"] for names in _ENTERPRISES]
        return headers, [34, 10, 10, 60], (row[1:] for row in export.enterprises())
    lists = export.selection.catalogue.lists
    columns = _columns(lists)

    def rows() -> Iterator[list[Any]]:
        for row in export.rows():
            titles.extend(_title_cells(row, lists, language))
            yield [_value(column, row, export, language) for column in columns]

    widths = [_WIDE.get(column.name, 14) for column in columns]
    return [_header(column, language) for column in columns], widths, rows()


def _columns(lists: CodeLists) -> list[fields.Field]:
    """The fields of the workbook, each KPI by itself, codes last."""
    return sorted(fields.flat_columns(lists, fields.Surface.XLSX), key=lambda column: column.is_code)


def _header(column: fields.Field, language: str) -> str:
    """Its header; that of a KPI says the unit, which has no English name unless it is %."""
    unit = column.unit if language != "en" or column.unit == "%" else ""
    is_kpi = column.name.startswith(fields.KPI_PREFIX)
    return column.header(language) + (f"({unit})" if is_kpi and unit else "")


def _value(column: fields.Field, row: ProjectRow, export: Export, language: str) -> Any:
    """The cell of a project: for a person where the field has words, else as programs read it."""
    lists = export.selection.catalogue.lists
    if column.words is not None:
        return column.words(row, lists, language)
    value = column.value(row, lists, export.links)
    return _Rate(value) if column.unit == "%" and value is not None else value


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
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet)
        cell.value = value
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return cell
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        return cell
    return value
