"""What a project reported last, beside the empty fields of a re-evaluation or yearly report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.application_form import KpiPart, kpi_field
from registry.indicators import derive, plain, round_half_up
from registry.kpi_definitions import kpi
from registry.models import Application, KpiReport
from registry.purposes import LATER_PURPOSES
from registry.terms import Basis, KpiKind


@dataclass(frozen=True)
class LastReport:
    """Values by field name, of the year that they are about (None where that is not known)."""

    year: int | None
    values: Mapping[str, str]


def last_report(session: Session, application: Application) -> LastReport | None:
    """The newest declared figures of the project before this form, of a later form alone."""
    call = application.call
    if call.purpose not in LATER_PURPOSES or application.project_id is None:
        return None
    report = session.scalars(
        select(KpiReport)
        .where(
            KpiReport.project_id == application.project_id,
            KpiReport.basis == Basis.DECLARED.value,
            or_(KpiReport.report_year.is_(None), KpiReport.report_year < call.year),
        )
        .order_by(KpiReport.report_year.desc().nulls_last(), KpiReport.id.desc())
        .limit(1)
    ).one_or_none()
    if report is None:
        return None
    values: dict[str, str] = {}
    for value in report.values:
        if value.current is None:
            continue
        definition = kpi(value.kpi_code)
        if definition.kind == KpiKind.SHARE:
            share = derive(definition.kind, baseline=value.baseline, current=value.current)
            if share is not None:
                values[kpi_field(value.kpi_code, KpiPart.STATED)] = f"{plain(round_half_up(share))}%"
        values[kpi_field(value.kpi_code, KpiPart.CURRENT)] = plain(value.current)
    return LastReport(report.report_year, values)
