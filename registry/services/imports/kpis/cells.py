"""KPI columns of a row into a checked set of inputs; shared by project lists and KPI lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from registry.indicators import plain
from registry.kpi_definitions import KpiDefinition, kpi
from registry.services.imports.asking.asker import Asker, Waiting
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.kpis import questions as kpi_questions
from registry.services.imports.kpis.row_reader import LEVELS, KpiRow, KpiSet
from registry.services.imports.kpis.years import read_years
from registry.services.imports.sheets.columns import Layout
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
    is_fraction,
    with_shares,
)
from registry.values.naming import is_nothing
from registry.values.plain import percentage, shown, text
from registry.values.quantities import Wordy, quantity
from registry.wording import Message


def read_kpis(
    row: Row, layout: Layout, today: date, *, batch: int | None = None, asker: Asker | None = None
) -> tuple[KpiSet, list[RowFinding]]:
    """The KPI set of a row, and every finding about it; a set with errors is not to be used. `batch`: the
    year of the title that the values belong to, where the row says it."""
    reader = KpiRow(row, layout, today, asker)
    for code in layout.inputs:
        try:
            _read_one(reader, kpi(code))
        except Waiting:
            reader.set.waiting = True
    if reader.set.waiting:
        return reader.set, reader.findings
    if not reader.set.values and not reader.findings:
        return reader.set, []
    read_years(reader, batch)
    if not any(finding.level == Level.ERROR for finding in reader.findings):
        _check(reader)
    return reader.set, reader.findings


def _read_one(reader: KpiRow, definition: KpiDefinition) -> None:
    numbers: dict[Part, Decimal] = {}
    rates: set[Part] = set()
    waits: Waiting | None = None
    for part in (Part.BASELINE, Part.CURRENT):
        value = reader.cell(definition.code, part)
        if value is None:
            continue
        try:
            found = _number(reader, definition, part, value)
        except Waiting as waiting:
            waits = waiting
            continue
        except _LeftOut:
            return
        except BadValue as error:
            reader.note(reader.header(definition.code, part), shown(value), error.reason, error.way_out)
            return
        if found is not None:
            numbers[part] = found[0]
            if found[1]:
                rates.add(part)
    if waits is not None:
        raise waits
    if len(numbers) == 2 and len(rates) == 1 and not _take_mixed(reader, definition, next(iter(rates))):
        return
    _scaled(reader, definition, numbers, rated=bool(rates))
    if numbers:
        _store(reader, definition, numbers, rated=bool(rates))


def _store(reader: KpiRow, definition: KpiDefinition, numbers: dict[Part, Decimal], *, rated: bool) -> None:
    measure = _measure(reader, definition, rated)
    current = numbers.get(Part.CURRENT)
    if definition.kind == KpiKind.SHARE:
        reader.set.values[definition.code] = KpiInput(baseline=WHOLE, current=current, measure=PERCENT, as_rate=rated)
        return
    reader.set.values[definition.code] = KpiInput(
        baseline=numbers.get(Part.BASELINE), current=current, measure=measure, as_rate=rated
    )


def _number(reader: KpiRow, definition: KpiDefinition, part: Part, value: Value) -> tuple[Decimal, bool] | None:
    """(number, whether a % stood at it) of a cell; None for one that states nothing. May raise Waiting."""
    if isinstance(value, str) and is_nothing(value) and reader.asker is not None:
        return kpi_questions.nothing(reader.asker, reader.header(definition.code, part), reader.number)
    if _may_be_percent(definition):
        try:
            number, rated = percentage(value)
        except BadValue:
            if not isinstance(value, str):
                raise
        else:
            return number * reader.layout.inputs[definition.code][part].factor, rated
    return _quantity(reader, definition, part, value), False


class _LeftOut(Exception):
    """The answer about a cell is not to read it; without it the other half says nothing either."""


def _quantity(reader: KpiRow, definition: KpiDefinition, part: Part, value: Value) -> Decimal:
    column = reader.layout.inputs[definition.code][part]
    measure = column.measure or shown(reader.cell(definition.code, Part.MEASURE))
    try:
        return quantity(value, definition.unit or measure, column.factor)
    except Wordy as words:
        if reader.asker is None:
            raise BadValue(Message("不是数字"), Message("请只填一个数，不带单位、“约”和说明")) from None
        header = reader.header(definition.code, part)
        found = kpi_questions.words(reader.asker, header, shown(value), words.number, reader.number)
        if found is None:
            raise _LeftOut from None
        return found


def _take_mixed(reader: KpiRow, definition: KpiDefinition, rated: Part) -> bool:
    """Whether a pair of which only one half has a % may be taken: yes where the KPI is in %."""
    column = reader.layout.inputs[definition.code][rated]
    if reader.asker is None or definition.unit == PERCENT or column.measure == PERCENT:
        return True
    other = Part.CURRENT if rated is Part.BASELINE else Part.BASELINE
    header = reader.header(definition.code, rated)
    shown_pair = reader.quoted(definition.code, rated), reader.quoted(definition.code, other)
    return kpi_questions.mixed(reader.asker, header, shown_pair, reader.number)


def _scaled(reader: KpiRow, definition: KpiDefinition, numbers: dict[Part, Decimal], *, rated: bool) -> None:
    """A plain fraction in a share or level: 0.211 is 0.211 % or 21.1 %, a person says which."""
    typed = numbers.get(Part.CURRENT)
    if reader.asker is None or typed is None or rated or not is_fraction(definition, typed):
        return
    header = reader.header(definition.code, Part.CURRENT)
    if kpi_questions.is_fraction_of_one(reader.asker, header, plain(typed), plain(typed * 100), reader.number):
        numbers[Part.CURRENT] = typed * 100


def _may_be_percent(definition: KpiDefinition) -> bool:
    """Whether a cell in percent format makes sense: percentages, and changes in a declared measure."""
    return definition.unit in (PERCENT, "")


def _measure(reader: KpiRow, definition: KpiDefinition, rated: bool) -> str:
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


def _check(reader: KpiRow) -> None:
    typed = dict(reader.set.values)
    reader.set.values = with_shares(typed)
    for doubt in [*check_values(reader.set.values), *_stated(typed, reader.set.values)]:
        if doubt.gravity is Gravity.QUESTION and reader.asker is not None and doubt.kpi in typed:
            # It has been asked and answered.
            continue
        reader.note(
            reader.header(doubt.kpi, doubt.part),
            reader.quoted(doubt.kpi, doubt.part),
            doubt.reason,
            doubt.way_out,
            LEVELS[doubt.gravity],
        )


def _stated(typed: dict[str, KpiInput], counted: dict[str, KpiInput]) -> Iterator[Doubt]:
    """Findings about shares that a row states beside the counts they follow from."""
    for code, value in typed.items():
        if counted[code] is not value:
            doubt = check_stated(code, value.current, counted[code])
            if doubt is not None:
                yield doubt
