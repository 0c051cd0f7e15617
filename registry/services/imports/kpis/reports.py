"""Bringing a KPI report up to what a row states; shared by project lists and KPI lists."""

from __future__ import annotations

from registry.services.imports.drafts import ReportDraft
from registry.services.imports.kpis.row_reader import KpiSet, kpi_header
from registry.services.imports.plan import RowPlan
from registry.services.imports.sheets.columns import BASELINE_YEAR, REPORT_YEAR, Layout
from registry.values.bad_value import BadValue
from registry.values.kpi_checks import Gravity, check_values, with_shares
from registry.wording import Message


def merge_report(row: RowPlan, report: ReportDraft, stated: KpiSet, layout: Layout) -> None:
    """Put the stated values into the report; what the row does not state stays as it is.

    The whole is checked again where older values join in. Differences are noted in `row.changes`,
    and in `report.written` for writing.
    """
    merged = with_shares({**report.values, **stated.values})
    if report.values:
        for doubt in check_values(merged):
            if doubt.gravity == Gravity.ERROR:
                error = BadValue(Message("%(reason)s（含已登记的值）", reason=doubt.reason), doubt.way_out)
                row.refuse(kpi_header(layout, doubt.kpi, doubt.part), "", error)
    for code, value in merged.items():
        before = report.values.get(code)
        if before != value:
            report.values[code] = value
            report.written.add(code)
            if not row.is_new:
                row.changes[f"kpi.{code}"] = (before, value)
    for name, year in ((BASELINE_YEAR, stated.baseline_year), (REPORT_YEAR, stated.report_year)):
        if year is not None and report.assign(name, year) and not row.is_new:
            row.changes[name] = report.changes[name]
