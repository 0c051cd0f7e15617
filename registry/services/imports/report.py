"""What a person reads of a plan: the printed report, and the file with 处理结果 and 原因 added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from registry.indicators import plain
from registry.reference import kpi
from registry.services.imports.columns import OUTCOME_COLUMNS, PROJECT_COLUMNS, YEAR_COLUMNS
from registry.services.imports.drafts import DocumentDraft
from registry.services.imports.findings import Level, Outcome
from registry.services.imports.plan import Plan, RowPlan
from registry.spreadsheets import Value, write_table
from registry.terms import Precision
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
}


def report_lines(plan: Plan) -> Iterator[str]:
    """The report: notices, what is new, changed and refused by row, doubts; the counts come last."""
    yield from (f"提示 {notice}" for notice in plan.notices)
    for outcome in (Outcome.NEW, Outcome.UNCHANGED):
        numbers = [row.number for row in plan.rows if row.outcome == outcome]
        if numbers:
            yield f"{outcome} {len(numbers)} 行：{_ranges(numbers)}"
    for row in plan.rows:
        if row.outcome == Outcome.CHANGED:
            yield f"第 {row.number} 行 {Outcome.CHANGED} {changes_text(plan, row)}"
        yield from (finding.line() for finding in row.findings if finding.level != Level.ERROR)
    for row in plan.rows:
        yield from (
            f"第 {row.number} 行 {Outcome.REFUSED} {finding.sentence()}"
            for finding in row.findings
            if finding.level == Level.ERROR
        )
    yield plan.summary()


def write_report(path: Path, plan: Plan) -> None:
    """The input with 处理结果 and 原因 added at the end of each row; rows keep their numbers."""
    write_table(path, _rows(plan))


def changes_text(plan: Plan, row: RowPlan) -> str:
    """The differences of a row in words."""
    parts = [
        f"{_label(name)}：{_shown(_named(plan, name, before))} → {_shown(_named(plan, name, after))}"
        for name, (before, after) in row.changes.items()
        if before != after
    ]
    return "；".join(parts)


def _rows(plan: Plan) -> Iterator[list[Value]]:
    outcome_column, reason_column = OUTCOME_COLUMNS
    old = {index for index, header in plan.layout.headers.items() if header in OUTCOME_COLUMNS}
    width = max(len(row.cells) for row in plan.table.rows)
    planned = {row.number: row for row in plan.rows}
    last = 0
    for row in plan.table.rows:
        yield from ([] for _ in range(last + 1, row.number))
        last = row.number
        cells: list[Value] = [row.cell(index) for index in range(width) if index not in old]
        if row.number == plan.layout.header_row:
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


def _ranges(numbers: list[int]) -> str:
    """Row numbers as people write them: 2–23、25."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in spans[:20]]
    more = f" 等（共 {len(spans)} 段）" if len(spans) > 20 else ""
    return f"第 {'、'.join(shown)} 行{more}"
