"""KPI reports as they are stored: the values of a declaration, of a title or of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.declaration import Declared
from registry.indicators import comparable
from registry.kpi_definitions import kpi
from registry.models import KpiReport, KpiValue
from registry.terms import Basis, ReportKind
from registry.values.kpi_checks import KpiInput


def values_of(inputs: Mapping[str, KpiInput]) -> list[KpiValue]:
    """Inputs as rows, in the order of their codes."""
    return [
        KpiValue(
            kpi_code=code,
            baseline=value.baseline,
            current=value.current,
            measure=value.measure,
            comparable=comparable(kpi(code).kind, baseline=value.baseline, current=value.current),
        )
        for code, value in sorted(inputs.items())
    ]


def put_yearly(session: Session, project_id: int, declared: Declared, *, now: datetime) -> KpiReport:
    """The declared report of a project and year, new or in place of what was imported for it."""
    statement = select(KpiReport).where(
        KpiReport.project_id == project_id,
        KpiReport.kind == ReportKind.YEARLY.value,
        KpiReport.report_year == declared.report_year,
        KpiReport.basis == Basis.DECLARED.value,
    )
    report = session.scalars(statement.with_for_update()).one_or_none()
    if report is None:
        report = KpiReport(
            project_id=project_id,
            kind=ReportKind.YEARLY.value,
            basis=Basis.DECLARED.value,
            report_year=declared.report_year,
            created_at=now,
        )
        session.add(report)
    else:
        report.values.clear()
        session.flush()
    report.baseline_year = declared.baseline_year
    report.values.extend(values_of(declared.kpis))
    session.flush()
    return report


def take_yearly(session: Session, project_id: int, declared: Declared) -> bool:
    """Take the declared report of a project and year away again; False when other figures stand there by now."""
    statement = select(KpiReport).where(
        KpiReport.project_id == project_id,
        KpiReport.kind == ReportKind.YEARLY.value,
        KpiReport.report_year == declared.report_year,
        KpiReport.basis == Basis.DECLARED.value,
    )
    report = session.scalars(statement.with_for_update()).one_or_none()
    if report is None or _figures(report.values) != _figures(values_of(declared.kpis)):
        return False
    session.delete(report)
    session.flush()
    return True


def _figures(values: Iterable[KpiValue]) -> set[tuple[str, Decimal | None, Decimal | None, str]]:
    return {(value.kpi_code, value.baseline, value.current, value.measure or "") for value in values}
