"""KPI reports as they are stored: the values of a declaration, of a title or of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.declaration import Declared
from registry.indicators import comparable
from registry.kpi_definitions import kpi
from registry.models import KpiReport, KpiValue
from registry.terms import Basis, ReportKind
from registry.values.kpi_checks import KpiInput

_COLUMNS = ("kpi_code", "baseline", "current", "measure", "comparable")
"""What a value of a report says."""


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


def put_yearly(session: Session, project_id: int, declared: Declared, *, now: datetime) -> dict[str, Any] | None:
    """Declare the report of a project and year, new or in place of what was imported for it.

    Returns what it replaced, as JSON keeps it and `take_yearly` gives it back; None where nothing stood.
    """
    report = _yearly(session, project_id, declared)
    replaced = None
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
        values = [{name: _plain(getattr(value, name)) for name in _COLUMNS} for value in report.values]
        replaced = {"baseline_year": report.baseline_year, "values": values}
        report.values.clear()
        session.flush()
    report.baseline_year = declared.baseline_year
    report.values.extend(values_of(declared.kpis))
    session.flush()
    return replaced


def take_yearly(session: Session, project_id: int, declared: Declared, replaced: dict[str, Any] | None) -> bool:
    """Take the declared report of a project and year away again and give back what it `replaced`; False when other
    figures stand there by now."""
    report = _yearly(session, project_id, declared)
    if report is None or _figures(report.values) != _figures(values_of(declared.kpis)):
        return False
    if replaced is None:
        session.delete(report)
    else:
        report.values.clear()
        session.flush()
        report.baseline_year = replaced["baseline_year"]
        report.values.extend(
            KpiValue(**{name: _read(name, value) for name, value in row.items()}) for row in replaced["values"]
        )
    session.flush()
    return True


def _yearly(session: Session, project_id: int, declared: Declared) -> KpiReport | None:
    statement = select(KpiReport).where(
        KpiReport.project_id == project_id,
        KpiReport.kind == ReportKind.YEARLY.value,
        KpiReport.report_year == declared.report_year,
        KpiReport.basis == Basis.DECLARED.value,
    )
    return session.scalars(statement.with_for_update()).one_or_none()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _read(name: str, value: Any) -> Any:
    return Decimal(value) if name in ("baseline", "current") and value is not None else value


def _figures(values: Iterable[KpiValue]) -> set[tuple[str, Decimal | None, Decimal | None, str]]:
    return {(value.kpi_code, value.baseline, value.current, value.measure or "") for value in values}
