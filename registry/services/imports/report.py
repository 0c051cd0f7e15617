"""What a person reads of a plan: the printed report, and the file with 处理结果 and 原因 added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from registry.indicators import plain
from registry.kpi_definitions import kpi
from registry.services.imports.drafts import DocumentDraft
from registry.services.imports.findings import Level, Outcome
from registry.services.imports.plan import Plan, PlannedSheet, RowPlan
from registry.services.imports.result import Difference
from registry.services.imports.sheets.columns import OUTCOME_COLUMNS, PROJECT_COLUMNS, YEAR_COLUMNS
from registry.services.imports.sheets.row_numbers import place, plain_number, ranges, sheet_of
from registry.spreadsheets import Value, write_table
from registry.terms import HonorLevel, Precision
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point

_LABELS = {
    **{column.field: column.header for column in (*PROJECT_COLUMNS, *YEAR_COLUMNS)},
    "uscc": "统一社会信用代码",
    "unit_code": "所属板块",
    "division_code": "行政区划",
    "industry_code": "行业大类",
    "industry_class": "行业小类",
    "point": "经度、纬度",
    "precision": "位置精度",
    "level": "级别",
    "figure": "公布数",
    "total_unit": "单位",
    "source": "出处",
    "note": "备注",
    "rank_note": "位次",
    "enterprise.name": "企业名称",
    "enterprise.former": "企业曾用名",
}


def report_lines(plan: Plan) -> Iterator[str]:
    """The report: notices, what is new, changed and refused by row, doubts; the counts come last."""
    yield from (f"提示 {notice}" for notice in plan.notices)
    for outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.WAITING, Outcome.SKIPPED):
        numbers: dict[str, list[int]] = {}
        for row in plan.rows:
            if row.outcome == outcome:
                numbers.setdefault(sheet_of(row.number), []).append(plain_number(row.number))
        for sheet, those in numbers.items():
            where = f"工作表“{sheet}”" if sheet else ""
            yield f"{outcome} {len(those)} 行：{where}{ranges(those)}"
    for row in plan.rows:
        if row.outcome == Outcome.CHANGED:
            yield f"{place(row.number)} {Outcome.CHANGED} {changes_text(plan, row)}"
        yield from (finding.line() for finding in row.findings if finding.level != Level.ERROR)
    for row in plan.rows:
        yield from (
            f"{place(row.number)} {Outcome.REFUSED} {finding.sentence()}"
            for finding in row.findings
            if finding.level == Level.ERROR
        )
    yield plan.summary()


def write_report(path: Path, plan: Plan) -> None:
    """The input with 处理结果 and 原因 added at the end of each row; rows keep their numbers.

    Cells that took their value from the row above are written out, so that the file reads like the input.
    """
    write_table(path, {sheet.table.name or "处理结果": _rows(plan, sheet) for sheet in plan.sheets})


def differences(plan: Plan, row: RowPlan) -> Iterator[Difference]:
    """What a row changes, field by field, in words."""
    for name, (before, after) in row.changes.items():
        if before != after:
            yield Difference(
                field=name,
                label=_label(name),
                before=_shown(_named(plan, name, before)),
                after=_shown(_named(plan, name, after)),
            )


def changes_text(plan: Plan, row: RowPlan) -> str:
    """The differences of a row in one sentence."""
    return "；".join(f"{each.label}：{each.before} → {each.after}" for each in differences(plan, row))


def _rows(plan: Plan, sheet: PlannedSheet) -> Iterator[list[Value]]:
    outcome_column, reason_column = OUTCOME_COLUMNS
    old = {index for index, header in sheet.layout.headers.items() if header in OUTCOME_COLUMNS}
    width = max(len(row.cells) for row in sheet.table.rows)
    planned = {plain_number(row.number): row for row in plan.rows if sheet_of(row.number) == sheet.name}
    last = 0
    for row in sheet.table.rows:
        yield from ([] for _ in range(last + 1, row.number))
        last = row.number
        filled = sheet.filled.get(row.number, {})
        cells: list[Value] = [filled.get(index, row.cell(index)) for index in range(width) if index not in old]
        if row.number == sheet.layout.header_row:
            cells += [outcome_column, reason_column]
        elif row.number in planned:
            cells += [planned[row.number].outcome.value, _reasons(plan, planned[row.number])]
        yield cells


def _reasons(plan: Plan, row: RowPlan) -> str:
    texts = [f"{finding.level} {finding.sentence()}" for finding in row.findings]
    if row.outcome == Outcome.CHANGED:
        texts.insert(0, changes_text(plan, row))
    return "\n".join(texts)


def _label(name: str) -> str:
    if name.startswith("kpi."):
        definition = kpi(name.removeprefix("kpi."))
        return definition.name
    return _LABELS.get(name, name)


def _named(plan: Plan, name: str, value: Any) -> Any:
    """The name of a code, for people."""
    names = _PRECISIONS if name == "precision" else plan.names.get(name, {})
    return names.get(value, value) if isinstance(value, str) else value


_PRECISIONS = {precision.value: precision.zh for precision in Precision}
_LEVELS = {level.value: level.zh for level in HonorLevel}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "（空）"
    if isinstance(value, KpiInput):
        numbers = [plain(number) for number in (value.baseline, value.current) if number is not None]
        return " → ".join(numbers) + value.measure
    if isinstance(value, Point):
        return f"{value.typed_lon}, {value.typed_lat}（{value.typed_system}）"
    if isinstance(value, DocumentDraft):
        return value.number
    return value.isoformat() if isinstance(value, date) else str(value)
