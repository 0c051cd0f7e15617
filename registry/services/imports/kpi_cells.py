"""KPI columns of a row into a checked set of inputs; shared by project lists and KPI lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from registry.kpi_definitions import KpiDefinition, kpi
from registry.services.imports.columns import BASELINE_YEAR, REPORT_YEAR, Layout, cell
from registry.services.imports.findings import Level, RowFinding
from registry.spreadsheets import Row, Value
from registry.terms import KpiKind
from registry.values.bad_value import BadValue
from registry.values.kpi_checks import (
    MEASURE_LENGTH,
    PERCENT,
    WHOLE,
    Doubt,
    Gravity,
    KpiInput,
    Part,
    check_stated,
    check_values,
    declared_measure,
    with_shares,
)
from registry.values.kpi_years import YearDoubt, check_years, read_year
from registry.values.plain import number, percentage, shown, text

_LEVELS = {Gravity.ERROR: Level.ERROR, Gravity.WARNING: Level.WARNING, Gravity.QUESTION: Level.WARNING}


@dataclass(slots=True)
class KpiSet:
    """The KPI inputs of one row with their years; empty when the row states none."""

    values: dict[str, KpiInput] = field(default_factory=dict)
    baseline_year: int | None = None
    report_year: int | None = None


class _Reader:
    """Reads one row; collects findings instead of stopping at the first."""

    def __init__(self, row: Row, layout: Layout, today: date) -> None:
        self.row, self.layout, self.today = row, layout, today
        self.findings: list[RowFinding] = []
        self.set = KpiSet()

    def cell(self, code: str, part: Part) -> Value:
        """The raw cell of an input; None when it is empty or the file lacks the column."""
        column = self.layout.inputs[code].get(part)
        return None if column is None else self.row.cell(column.index)

    def note(self, header: str, value: str, reason: str, way_out: str, level: Level = Level.ERROR) -> None:
        self.findings.append(
            RowFinding(row=self.row.number, column=header, value=value, reason=reason, way_out=way_out, level=level)
        )

    def header(self, code: str, part: Part) -> str:
        """The file's header of an input."""
        return kpi_header(self.layout, code, part)

    def quoted(self, code: str, part: Part) -> str:
        """The cell of an input as a message quotes it; '' for what is derived."""
        return shown(self.cell(code, part)) if code in self.layout.inputs else ""


def kpi_header(layout: Layout, code: str, part: Part) -> str:
    """The file's header of a KPI input; a missing one is named as the template would."""
    column = layout.inputs.get(code, {}).get(part)
    if column is not None:
        return layout.headers[column.index]
    suffix = {Part.BASELINE: "-改造前", Part.CURRENT: "-改造后", Part.MEASURE: "-单位"}[part]
    definition = kpi(code)
    name = definition.list_column or definition.name
    return name + suffix if definition.kind == KpiKind.CHANGE or part == Part.MEASURE else name


def read_kpis(row: Row, layout: Layout, today: date, *, batch: int | None = None) -> tuple[KpiSet, list[RowFinding]]:
    """The KPI set of a row, and every finding about it; a set with errors is not to be used. `batch`: the
    year of the title that the values belong to, where the row says it."""
    reader = _Reader(row, layout, today)
    for code in layout.inputs:
        _read_one(reader, kpi(code))
    if not reader.set.values and not reader.findings:
        return reader.set, []
    _read_years(reader, batch)
    if not any(finding.level == Level.ERROR for finding in reader.findings):
        _check(reader)
    return reader.set, reader.findings


def _read_one(reader: _Reader, definition: KpiDefinition) -> None:
    numbers: dict[Part, Decimal] = {}
    rated = False
    for part in (Part.BASELINE, Part.CURRENT):
        value = reader.cell(definition.code, part)
        if value is None:
            continue
        try:
            if _may_be_percent(definition):
                numbers[part], as_rate = percentage(value)
                rated = rated or as_rate
            else:
                numbers[part] = number(value)
        except BadValue as error:
            reader.note(reader.header(definition.code, part), shown(value), error.reason, error.way_out)
            return
    if not numbers:
        return
    measure = _measure(reader, definition, rated)
    current = numbers.get(Part.CURRENT)
    if definition.kind == KpiKind.SHARE:
        reader.set.values[definition.code] = KpiInput(baseline=WHOLE, current=current, measure=PERCENT, as_rate=rated)
        return
    reader.set.values[definition.code] = KpiInput(
        baseline=numbers.get(Part.BASELINE), current=current, measure=measure, as_rate=rated
    )


def _may_be_percent(definition: KpiDefinition) -> bool:
    """Whether a cell in percent format makes sense: percentages, and changes in a declared measure."""
    return definition.unit in (PERCENT, "")


def _measure(reader: _Reader, definition: KpiDefinition, rated: bool) -> str:
    """The declared measure: its own column, else the header's unit, else % where the cell says so."""
    columns = reader.layout.inputs[definition.code]
    found = max((column.measure for column in columns.values() if column.part != Part.MEASURE), default="")
    value = reader.cell(definition.code, Part.MEASURE)
    if value is not None:
        header = reader.header(definition.code, Part.MEASURE)
        try:
            found = text(value, MEASURE_LENGTH)
        except BadValue as error:
            reader.note(header, shown(value), error.reason, error.way_out)
    elif definition.kind != KpiKind.CHANGE:
        # The unit of a header was compared when the header was read.
        return "" if rated else found
    try:
        return declared_measure(definition, found, as_rate=rated)
    except BadValue as error:
        part = Part.CURRENT if definition.kind == KpiKind.CHANGE else Part.MEASURE
        reader.note(
            reader.header(definition.code, part), reader.quoted(definition.code, part), error.reason, error.way_out
        )
        return ""


def _read_years(reader: _Reader, batch: int | None) -> None:
    """Baseline and report year: needed as far as the values of the row need them."""
    kinds = {kpi(code).kind for code in reader.set.values}
    needed = {
        BASELINE_YEAR: KpiKind.CHANGE in kinds,
        REPORT_YEAR: bool(kinds - {KpiKind.AMOUNT}),
    }
    for name, is_needed in needed.items():
        value = cell(reader.row, reader.layout, name)
        if value is None:
            if is_needed:
                reader.note(reader.layout.header(name), "", "有指标值而没有年份", "请填四位年份，说明这些值属于哪一年")
            continue
        try:
            found = read_year(value, today=reader.today)
        except BadValue as error:
            reader.note(reader.layout.header(name), shown(value), error.reason, error.way_out)
            continue
        setattr(reader.set, name, found)
    for doubt in check_years(reader.set.baseline_year, reader.set.report_year, batch=batch):
        reader.findings.append(year_finding(reader.row.number, reader.layout, reader.set, doubt))


def year_finding(row: int, layout: Layout, stated: KpiSet, doubt: YearDoubt) -> RowFinding:
    """What the rule says about a year, at its column."""
    value = str(getattr(stated, doubt.part.value))
    return RowFinding(
        row=row,
        column=layout.header(doubt.part.value),
        value=value,
        reason=doubt.reason,
        way_out=doubt.way_out,
        level=_LEVELS[doubt.gravity],
    )


def _check(reader: _Reader) -> None:
    typed = dict(reader.set.values)
    reader.set.values = with_shares(typed)
    for doubt in [*check_values(reader.set.values), *_stated(typed, reader.set.values)]:
        reader.note(
            reader.header(doubt.kpi, doubt.part),
            reader.quoted(doubt.kpi, doubt.part),
            doubt.reason,
            doubt.way_out,
            _LEVELS[doubt.gravity],
        )


def _stated(typed: dict[str, KpiInput], counted: dict[str, KpiInput]) -> Iterator[Doubt]:
    """Findings about shares that a row states beside the counts they follow from."""
    for code, value in typed.items():
        if counted[code] is not value:
            doubt = check_stated(code, value.current, counted[code])
            if doubt is not None:
                yield doubt
