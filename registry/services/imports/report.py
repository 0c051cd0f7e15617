"""What a person reads of a plan: the printed report, and the file with 处理结果 and 原因 added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from registry.indicators import plain
from registry.kinds import EnterpriseSize, Ownership
from registry.kpi_definitions import kpi
from registry.services.imports.drafts import DocumentDraft
from registry.services.imports.facts import typed_place
from registry.services.imports.findings import Level, Outcome
from registry.services.imports.plan import Plan, PlannedSheet, RowPlan
from registry.services.imports.result import Difference
from registry.services.imports.sheets.columns import OUTCOME_COLUMNS, PROJECT_COLUMNS, YEAR_COLUMNS
from registry.services.imports.sheets.row_numbers import place, plain_number, ranges, sheet_of
from registry.spreadsheets import Value, write_table
from registry.terms import HonorLevel, Precision
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point
from registry.wording import Message, Named, as_message, clauses

_LABELS = {
    **{column.field: column.header for column in (*PROJECT_COLUMNS, *YEAR_COLUMNS)},
    "uscc": Message("统一社会信用代码"),
    "unit_code": Message("所属板块"),
    "division_code": Message("行政区划"),
    "industry_code": Message("行业大类"),
    "industry_class": Message("行业小类"),
    "point": Message("经度、纬度"),
    "precision": Message("位置精度"),
    "level": Message("级别"),
    "figure": Message("公布数"),
    "total_unit": Message("单位"),
    "source": Message("出处"),
    "note": Message("备注"),
    "rank_note": Message("位次"),
    "size": Message("企业规模"),
    "ownership": Message("企业性质"),
    "short": Message("简称"),
    "printed": Message("文件印作"),
    "enterprise.name": Message("企业名称"),
    "enterprise.former": Message("企业曾用名"),
}


def report_lines(plan: Plan) -> Iterator[Message]:
    """The report: notices, what is new, changed and refused by row, doubts; the counts come last."""
    yield from (Message("提示 %(notice)s", notice=notice) for notice in plan.notices)
    for outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.WAITING, Outcome.SKIPPED):
        numbers: dict[str, list[int]] = {}
        for row in plan.rows:
            if row.outcome == outcome:
                numbers.setdefault(sheet_of(row.number), []).append(plain_number(row.number))
        for sheet, those in numbers.items():
            where = Message("工作表“%(sheet)s”%(rows)s", sheet=sheet, rows=ranges(those)) if sheet else ranges(those)
            yield Message("%(outcome)s %(n)s 行：%(where)s", outcome=outcome, n=len(those), where=where)
    for row in plan.rows:
        if row.outcome == Outcome.CHANGED:
            yield _line(row, changes_text(plan, row))
        yield from (finding.line() for finding in row.findings if finding.level != Level.ERROR)
    for row in plan.rows:
        refused = (finding for finding in row.findings if finding.level == Level.ERROR)
        yield from (_line(row, finding.sentence()) for finding in refused)
    yield as_message(plan.summary())


def _line(row: RowPlan, what: str) -> Message:
    return Message("%(where)s %(outcome)s %(what)s", where=place(row.number), outcome=row.outcome, what=what)


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
    found = [
        Message("%(field)s：%(before)s → %(after)s", field=each.label, before=each.before, after=each.after)
        for each in differences(plan, row)
    ]
    return clauses(*found) if found else ""


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
        return Named(definition.name, definition.name_en)
    return _LABELS.get(name, name)


def _named(plan: Plan, name: str, value: Any) -> Any:
    """The name of a code, for people."""
    names = _TERMS.get(name) or plan.names.get(name, {})
    return names.get(value, value) if isinstance(value, str) else value


_TERMS = {
    field: {term.value: Named(term.zh, term.en) for term in terms}
    for field, terms in (
        ("precision", tuple(Precision)),
        ("level", tuple(HonorLevel)),
        ("size", tuple(EnterpriseSize)),
        ("ownership", tuple(Ownership)),
    )
}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return Message("（空）")
    if isinstance(value, KpiInput):
        numbers = [plain(number) for number in (value.baseline, value.current) if number is not None]
        return " → ".join(numbers) + value.measure
    if isinstance(value, Point):
        return typed_place(value)
    if isinstance(value, DocumentDraft):
        return value.number
    return value if isinstance(value, str) else str(value)
