"""Beginning the later forms of a title: who is asked begins one form, with what is on record in it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import KpiPart, kpi_field
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.indicators import plain
from registry.models import Application, Call, CallSubject, KpiReport, Project
from registry.purposes import CallPurpose, Outcome
from registry.services.calls.subjects import subject_of
from registry.statuses import REFUSED_STATUSES
from registry.terms import ApplicationStatus, Basis
from registry.wording import Message


def require_asked(session: Session, call: Call, project: Project | None) -> tuple[CallSubject, Application | None]:
    """The row of a project in a call, locked, and its draft if it has one already. Raises InvalidInput for a project
    that is not asked, Conflict when its form was sent already."""
    subject = subject_of(session, call.id, project.id, lock=True) if project is not None else None
    if subject is None:
        raise InvalidInput(Message("这个通知只由应报的项目填报，请在应报的项目中选择。"), field="project")
    if subject.outcome == Outcome.EXCUSED:
        raise NotAllowed(Message("这个项目已免予报送：%(reason)s。", reason=subject.reason))
    if subject.outcome is not None:
        raise NotAllowed(Message("这个项目已有结论“%(outcome)s”，不再填报。", outcome=Outcome(subject.outcome)))
    application = session.get(Application, subject.application_id) if subject.application_id else None
    if application is None or application.status in REFUSED_STATUSES:
        return subject, None
    if application.status != ApplicationStatus.DRAFT:
        raise Conflict(
            Message("这个项目已经报送（%(number)s），不用再填。", number=application.number), field="project"
        )
    return subject, application


def asked_kpis(session: Session, call: Call, project_id: int) -> dict[str, str]:
    """Texts that do not change from year to year, for a new form: baselines and measures. The new values are left to
    the enterprise."""
    found = {"report_year": str(call.year)} if call.purpose == CallPurpose.YEARLY else {}
    report = session.scalars(
        select(KpiReport)
        .where(KpiReport.project_id == project_id, KpiReport.basis == Basis.DECLARED.value)
        .order_by(KpiReport.report_year.desc().nulls_last(), KpiReport.id.desc())
        .limit(1)
    ).one_or_none()
    if report is None:
        return found
    found["baseline_year"] = str(report.baseline_year or "")
    for value in report.values:
        found[kpi_field(value.kpi_code, KpiPart.BASELINE)] = "" if value.baseline is None else plain(value.baseline)
        found[kpi_field(value.kpi_code, KpiPart.MEASURE)] = value.measure
    return found
