"""Outcomes of a re-evaluation that wait for their document, and those that stand in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import (
    Application,
    Call,
    CallSubject,
    Enterprise,
    Project,
    Publication,
    Recognition,
    ReEvaluation,
    ReportingUnit,
)
from registry.purposes import CallPurpose, Outcome, PublicationKind
from registry.queries.notices.standing import forms_with_notice, standings
from registry.terms import ApplicationStatus, PublicationState, RecognitionStatus

S = ApplicationStatus
OUTCOMES = (Outcome.EXCELLENT, Outcome.PASS, Outcome.FAIL, Outcome.ABSENT)
"""What a document can state of a title; who is excused stands in none."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One title with what its re-evaluation came to."""

    subject_id: int
    recognition_id: int
    project_id: int
    code: str
    name: str
    enterprise: str
    unit: str
    outcome: Outcome
    reason: str
    number: str


@dataclass(frozen=True, kw_only=True)
class WaitingReEvaluation:
    """A re-evaluation with outcomes that stand in no document yet."""

    id: int
    title: str
    year: int
    category: str
    waiting: int


def judged_of(session: Session, call_id: int, *, today: date) -> list[Judged]:
    """Outcomes of a call that stand in no document, by unit and code: a form is proposed or its public notice is over,
    or a person noted the absence."""
    return [row for call, row in _waiting(session, CallSubject.call_id == call_id, today) if call]


def waiting_re_evaluations(session: Session, *, today: date) -> list[WaitingReEvaluation]:
    """Calls whose outcomes wait for a document, the newest first."""
    found: dict[int, tuple[Call, int]] = {}
    for call, _row in _waiting(session, Call.id.is_not(None), today):
        found[call.id] = (call, found.get(call.id, (call, 0))[1] + 1)
    return [
        WaitingReEvaluation(id=call.id, title=call.title, year=call.year, category=call.category_code, waiting=count)
        for _id, (call, count) in sorted(found.items(), reverse=True)
    ]


def _waiting(session: Session, wanted: Any, today: date) -> list[tuple[Call, Judged]]:
    taken = {
        item["subject"]
        for items in session.scalars(
            select(Publication.items).where(
                Publication.kind == PublicationKind.RE_EVALUATION.value,
                Publication.state == PublicationState.PREPARED.value,
            )
        )
        for item in items
    }
    confirmed = select(ReEvaluation.recognition_id).where(ReEvaluation.year == Call.year)
    rows = session.execute(
        _joined()
        .add_columns(Call)
        .where(
            wanted,
            Call.purpose == CallPurpose.RE_EVALUATION.value,
            CallSubject.outcome.in_([outcome.value for outcome in OUTCOMES]),
            Recognition.status == RecognitionStatus.VALID.value,
            Recognition.id.not_in(confirmed.correlate(Call)),
        )
    ).all()
    noticed = [form.id for _subject, _project, _enterprise, form, _call in rows if form and form.status == S.NOTICED]
    stand, with_notice = standings(session, noticed), forms_with_notice(session) if rows else set()
    found = []
    for subject, project, enterprise, application, call in rows:
        is_ready = subject.outcome == Outcome.ABSENT
        if application is not None and application.status == S.PROPOSED:
            is_ready = application.call_form_id not in with_notice
        elif application is not None and application.id in stand:
            is_ready = not stand[application.id].hindrance(today)
        if is_ready and subject.id not in taken:
            found.append((call, _row(subject, project, enterprise, application)))
    return found


def judged_in(session: Session, publication: Publication) -> list[Judged]:
    """What a document of a re-evaluation states, in its order, as it was entered."""
    stated = {item["subject"]: item for item in publication.items}
    rows = session.execute(_joined().where(CallSubject.id.in_(list(stated))))
    found = {
        subject.id: _row(
            subject, project, enterprise, application,
            outcome=stated[subject.id]["outcome"], reason=stated[subject.id]["reason"],
        )
        for subject, project, enterprise, application in rows
    }  # fmt: skip
    return [found[key] for key in stated if key in found]


def changed_since(session: Session, publication: Publication) -> Sequence[int]:
    """Subjects of a prepared document whose outcome is another one by now."""
    now = dict(
        session.execute(
            select(CallSubject.id, CallSubject.outcome).where(
                CallSubject.id.in_([item["subject"] for item in publication.items])
            )
        ).all()
    )
    return [item["subject"] for item in publication.items if now.get(item["subject"]) != item["outcome"]]


def _joined() -> Any:
    return (
        select(CallSubject, Project, Enterprise.name, Application)
        .join(Call, Call.id == CallSubject.call_id)
        .join(Project, Project.id == CallSubject.project_id)
        .join(Enterprise, Enterprise.id == Project.enterprise_id)
        # Outer for the reason that `queries/calls/subjects` gives.
        .outerjoin(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .outerjoin(Recognition, Recognition.id == CallSubject.recognition_id)
        .outerjoin(Application, Application.id == CallSubject.application_id)
        .order_by(ReportingUnit.position, Project.code)
    )


def _row(
    subject: CallSubject,
    project: Project,
    enterprise: str,
    application: Application | None,
    *,
    outcome: str = "",
    reason: str | None = None,
) -> Judged:
    return Judged(
        subject_id=subject.id,
        recognition_id=subject.recognition_id or 0,
        project_id=project.id,
        code=project.code,
        name=project.name,
        enterprise=enterprise,
        unit=project.unit_code,
        outcome=Outcome(outcome or subject.outcome or ""),
        reason=subject.reason if reason is None else reason,
        number=(application.number or "") if application is not None else "",
    )
