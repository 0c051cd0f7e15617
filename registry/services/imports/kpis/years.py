"""Baseline and report year of a row of KPIs: needed as far as its values need them, and checked."""

from __future__ import annotations

from registry.kpi_definitions import kpi
from registry.services.imports.findings import RowFinding
from registry.services.imports.kpis.row_reader import LEVELS, KpiRow, KpiSet
from registry.services.imports.sheets.columns import BASELINE_YEAR, REPORT_YEAR, Layout, cell
from registry.terms import KpiKind
from registry.values.bad_value import BadValue
from registry.values.kpi_years import FIRST_YEAR, YearDoubt, check_years
from registry.values.plain import shown
from registry.values.written import written_year
from registry.wording import Message


def read_years(reader: KpiRow, batch: int | None) -> None:
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
                reader.note(
                    reader.layout.header(name),
                    "",
                    Message("有指标值而没有年份"),
                    Message("请填四位年份，说明这些值属于哪一年"),
                )
            continue
        try:
            found, _ = written_year(value, first=FIRST_YEAR, last=reader.today.year)
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
        level=LEVELS[doubt.gravity],
    )
