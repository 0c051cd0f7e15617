"""KPI reports as the database holds them, fetched in bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import KpiReport, KpiValue
from registry.services.imports.drafts import ReportDraft
from registry.terms import Basis, ReportKind
from registry.values.kpi_checks import KpiInput

Key = TypeVar("Key", int, str)
CHUNK = 900
ReportKey = tuple[int, int | None, int | None, str]
"""(project, recognition or None, report year or None, basis): what makes a report the same."""


def chunks(keys: Collection[Key]) -> Iterator[list[Key]]:
    """The keys in portions that fit into one query."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def load_reports(
    session: Session, projects: Collection[int], *, of_titles: bool = False
) -> dict[ReportKey, ReportDraft]:
    """The reports of these projects with their values; with `of_titles` only the declared ones of titles."""
    found: dict[ReportKey, ReportDraft] = {}
    by_id: dict[int, ReportDraft] = {}
    for ids in chunks(projects):
        reports = select(
            KpiReport.id,
            KpiReport.project_id,
            KpiReport.recognition_id,
            KpiReport.kind,
            KpiReport.basis,
            KpiReport.baseline_year,
            KpiReport.report_year,
        ).where(KpiReport.project_id.in_(ids))
        if of_titles:
            kind, basis = ReportKind.RECOGNITION.value, Basis.DECLARED.value
            reports = reports.where(KpiReport.kind == kind, KpiReport.basis == basis)
        for row in session.execute(reports):
            report = ReportDraft(id=row.id, baseline_year=row.baseline_year, report_year=row.report_year)
            yearly = row.report_year if row.kind == ReportKind.YEARLY.value else None
            found[row.project_id, row.recognition_id, yearly, row.basis] = by_id[row.id] = report
    columns = (KpiValue.report_id, KpiValue.kpi_code, KpiValue.baseline, KpiValue.current, KpiValue.measure)
    for ids in chunks(by_id.keys()):
        for report_id, code, baseline, current, measure in session.execute(
            select(*columns).where(KpiValue.report_id.in_(ids))
        ):
            by_id[report_id].values[code] = KpiInput(baseline=baseline, current=current, measure=measure)
    for report in by_id.values():
        report.stored = frozenset(report.values)
    return found
