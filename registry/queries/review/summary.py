"""The summary sheet for the seal (推荐汇总表, annex of a document) as a workbook, in the bureau's layout.

序号 | 企业名称 | 车间名称 | 所属板块 | 总投资(万元) | rates and changes (%) …, grouped by unit, 合计 at
the end: investment and counts are summed there, rates are simple means. The second sheet says what
the figures are and over how many.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from registry import kpi_definitions
from registry.declaration.kpis import KpiReading
from registry.indicators import MIN_SAMPLE, derive, round_half_up
from registry.kpi_definitions import KpiDefinition
from registry.models import Application, Category, Document, Recognition, Snapshot
from registry.queries.applications.access import form_for
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING, PERCENTAGES, KpiKind

MOST_ROWS = 5000
"""Rows of one workbook: what an officer can hand in, and what a request may cost."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INVESTMENT = "total_investment"
_SHOWN_COUNT = "industrial_robot_count"
_FIXED = ("序号", "企业名称", "车间名称", "所属板块")
_WIDTHS = (6, 34, 40, 13)
_LINE = Side(style="thin", color="FF9AA5AB")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """One project of the sheet: `unit` is a code, `values` the derived KPI values by code (a change in
    %, its sign kept; amounts and counts in the unit of their definition). Category, year, document and its day are
    those of the title, where there is one."""

    enterprise: str
    project: str
    unit: str
    values: Mapping[str, Fraction] = field(default_factory=dict)
    number: str = ""
    rank: int | None = None
    category: str = ""
    year: int | None = None
    document: str = ""
    announced_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Awarded:
    """The document of an annex. Its second sheet states it, so that the list can be read back as it is."""

    document: str
    announced_on: date | None = None


@dataclass(frozen=True)
class _Column:
    """A KPI column; `summed`: the last row adds it up instead of averaging it."""

    code: str
    header: str
    summed: bool


def summary_workbook(
    rows: Iterable[SummaryRow],
    *,
    units: Mapping[str, str],
    title: str,
    now: datetime,
    scope: str = "",
    source: str = "",
    public: bool = False,
    awarded: Awarded | None = None,
) -> bytes:
    """The workbook as bytes. `units`: names by code in display order; `scope` says in words what was selected.

    `public`: no absolute value of a single project; the sum of investments and every mean only over
    at least three of them.
    """
    ordered = _by_unit(rows, units)
    columns = _columns(ordered, public=public)
    extras = [*_varying(ordered), *([] if public else _extras(ordered))]
    headers = [*_FIXED, *(column.header for column in columns), *(header for header, _ in extras)]
    book = new_book()
    sheet: Any = book.active
    sheet.title = "汇总表"
    sheet.append([_clean(title)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet.append(headers)
    for position, row in enumerate(ordered, 1):
        figures = [_shown(column, row.values.get(column.code), public=public) for column in columns]
        more = [read(row) for _, read in extras]
        cells = [position, row.enterprise, row.project, units.get(row.unit, row.unit), *figures, *more]
        sheet.append([_clean(value) for value in cells])
    sheet.append(
        ["合计", f"{len(ordered)} 项", None, None, *(_total(column, ordered, public=public) for column in columns)]
    )
    _dress(sheet, len(headers))
    _about(book, ordered, columns, stated=_stated(ordered, awarded), scope=scope, source=source, now=now)
    for page in book.worksheets:
        _as_text(page)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def declared_rows(session: Session, application_ids: Sequence[int], *, today: date) -> list[SummaryRow]:
    """Rows of applications as they were last submitted, in the order of the ids."""
    newest = (
        select(Snapshot.application_id, func.max(Snapshot.number).label("number"))
        .group_by(Snapshot.application_id)
        .subquery()
    )
    rows: dict[int, SummaryRow] = {}
    ids = list(dict.fromkeys(application_ids))
    for start in range(0, len(ids), 500):
        statement = (
            select(Application, Snapshot.answers)
            .join(newest, newest.c.application_id == Application.id)
            .join(Snapshot, (Snapshot.application_id == Application.id) & (Snapshot.number == newest.c.number))
            .where(Application.id.in_(ids[start : start + 500]))
            .options(*map(joinedload, (Application.enterprise, Application.call, Application.call_form)))
        )
        titles = _titles(session, ids[start : start + 500])
        for application, answers in session.execute(statement):
            rows[application.id] = SummaryRow(
                enterprise=application.enterprise.name,
                project=answers.get("project_name", application.project_name),
                unit=application.unit_code or "",
                values=declared_values(application, answers, today=today),
                number=application.number or "",
                rank=application.rank,
                **titles.get(application.id, {}),
            )
        session.expunge_all()
    return [rows[identifier] for identifier in ids if identifier in rows]


def _titles(session: Session, application_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the titles say that applications have become, by application."""
    statement = (
        select(Application.id, Category.name, Recognition.year, Document.number, Recognition.announced_on)
        .join(Recognition, Recognition.id == Application.recognition_id)
        .join(Category, Category.code == Recognition.category_code)
        .join(Document, Document.id == Recognition.document_id)
        .where(Application.id.in_(application_ids))
    )
    return {
        row[0]: {"category": row[1], "year": row[2], "document": row[3], "announced_on": row[4]}
        for row in session.execute(statement)
    }


def declared_values(application: Application, answers: Mapping[str, str], *, today: date) -> dict[str, Fraction]:
    """The derived values of the KPIs that an application declares; what is missing or 不可比 is absent."""
    reading = KpiReading(form_for(application), answers, today)
    reading.kpis()
    found = {}
    for code, value in reading.declared.kpis.items():
        derived = derive(kpi_definitions.kpi(code).kind, baseline=value.baseline, current=value.current)
        if derived is not None:
            found[code] = derived
    return found


def _by_unit(rows: Iterable[SummaryRow], units: Mapping[str, str]) -> list[SummaryRow]:
    place = {code: position for position, code in enumerate(units)}
    last = len(place)
    return sorted(rows, key=lambda row: (place.get(row.unit, last), row.rank is None, row.rank or 0))


def _columns(rows: Sequence[SummaryRow], *, public: bool) -> list[_Column]:
    """Investment always; then the rates, changes and robots that any row states, in the bureau's order."""
    present = {code for row in rows for code in row.values}
    found = [_Column(INVESTMENT, "总投资(万元)", True)]
    for item in kpi_definitions.kpis():
        if item.code in present and (item.kind in PERCENTAGES or item.code == _SHOWN_COUNT):
            if item.kind == KpiKind.COUNT and public:
                continue
            found.append(_Column(item.code, _header(item), item.kind == KpiKind.COUNT))
    return found


def _header(item: KpiDefinition) -> str:
    if item.kind == KpiKind.COUNT:
        return f"{item.name} {item.unit}".strip()
    return f"{item.name}变化(%)" if item.kind == KpiKind.CHANGE else f"{item.name}(%)"


def _shown(column: _Column, value: Fraction | None, *, public: bool) -> float | int | None:
    if value is None or (public and column.summed):
        return None
    if column.summed:
        return int(value) if value.denominator == 1 else float(value)
    return float(round_half_up(value))


def _total(column: _Column, rows: Sequence[SummaryRow], *, public: bool) -> float | int | None:
    values = [row.values[column.code] for row in rows if column.code in row.values]
    if not values or (public and len(values) < MIN_SAMPLE):
        return None
    total = sum(values, Fraction(0))
    return _shown(column, total if column.summed else total / len(values), public=False)


def _extras(rows: Sequence[SummaryRow]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if any(row.rank is not None for row in rows):
        found.append(("推荐顺序", lambda row: row.rank))
    if any(row.number for row in rows):
        found.append(("申报编号", lambda row: row.number))
    return found


def _varying(rows: Sequence[SummaryRow]) -> list[tuple[str, Any]]:
    """类别 and 批次年份 as columns where the rows differ in them; what is one for all stands on the second sheet.

    In a sheet of applications each row says by which document it has become a title.
    """
    found: list[tuple[str, Any]] = []
    if any(row.document for row in rows):
        return [
            ("类别", lambda row: row.category),
            ("批次年份", lambda row: row.year),
            ("公布文号", lambda row: row.document),
            ("公布日期", lambda row: row.announced_on),
        ]
    if len({row.category for row in rows}) > 1:
        found.append(("类别", lambda row: row.category))
    if len({row.year for row in rows}) > 1:
        found.append(("批次年份", lambda row: row.year))
    return found


def _stated(rows: Sequence[SummaryRow], awarded: Awarded | None) -> list[tuple[str, Any]]:
    """What holds for the whole list, under the names that an import reads."""
    if awarded is None:
        return []
    categories, years = {row.category for row in rows}, {row.year for row in rows}
    found: list[tuple[str, Any]] = [("文号", awarded.document)]
    found += [("类别", name) for name in categories if len(categories) == 1]
    found += [("批次年份", year) for year in years if len(years) == 1]
    found.append(("公布日期", awarded.announced_on.isoformat() if awarded.announced_on else ""))
    return [(name, value) for name, value in found if value not in ("", None)]


def _about(
    book: Workbook,
    rows: Sequence[SummaryRow],
    columns: Sequence[_Column],
    *,
    stated: Sequence[tuple[str, Any]],
    scope: str,
    source: str,
    now: datetime,
) -> None:
    sheet = book.create_sheet("说明")
    lines = [
        *stated,
        ("范围", scope),
        ("项目数", len(rows)),
        ("导出时间", f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M}（北京时间）"),
        ("来源", source),
        (
            "口径",
            "变化率为相对变化（%），不是百分点；合计行中总投资和台数为合计，各项比率为简单平均，四舍五入到一位小数。",
        ),
    ]
    lines += [(f"{column.header} 的样本数", sum(1 for row in rows if column.code in row.values)) for column in columns]
    for line in lines:
        if line[1] != "":
            sheet.append([_clean(value) for value in line])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90


def _dress(sheet: Any, width: int) -> None:
    """Print-ready: a title over the table, a head that repeats, lines around the cells."""
    bold, middle = Font(bold=True), Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), middle
    for row in sheet.iter_rows(min_row=2, max_col=width):
        for cell in row:
            cell.border = _BOX
            if isinstance(cell.value, float) and cell.value == round(cell.value, 1):
                # One decimal even where it is 0, so that a column reads like a printed one.
                cell.number_format = "0.0"
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for cell in (*sheet[2][:width], *sheet[sheet.max_row][:width]):
        cell.font = bold
    for cell in sheet[2][:width]:
        cell.alignment = middle
    for position in range(1, width + 1):
        wide = _WIDTHS[position - 1] if position <= len(_WIDTHS) else 13
        sheet.column_dimensions[get_column_letter(position)].width = wide
    sheet.freeze_panes = "C3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _clean(value: Any) -> Any:
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _as_text(sheet: Any) -> None:
    """Texts are plain strings, also where they look like a formula."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
