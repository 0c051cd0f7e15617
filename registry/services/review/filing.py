"""What the steps of a later form write besides the status: the filed figures, the outcome of a re-evaluation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form.window import beijing_day
from registry.declaration import Declared
from registry.errors import Conflict
from registry.models import Application, CallSubject
from registry.permissions import Actor
from registry.purposes import Outcome
from registry.queries.applications.access import form_for
from registry.services.applications.snapshots import latest
from registry.services.record.reports import put_yearly, take_yearly
from registry.wording import Message

PROPOSED_OUTCOMES = (Outcome.EXCELLENT, Outcome.PASS, Outcome.FAIL)
"""What a re-evaluation whose form was sent may come to."""


def file_figures(session: Session, application: Application, *, now: datetime) -> None:
    """The figures of a yearly report join the trends of its project, as they were submitted."""
    if application.project_id is None:
        raise Conflict(Message("这份年报没有对应的项目，不能归档；请退回企业重新填报。"))
    declared = _declared(session, application, now)
    application.replaced = put_yearly(session, application.project_id, declared, now=now)


def take_figures(session: Session, application: Application, *, now: datetime) -> None:
    """Take the figures of a filed report out of the trends and give back those that they replaced; Conflict when
    others have come in their place."""
    declared = _declared(session, application, now)
    if not take_yearly(session, application.project_id or 0, declared, application.replaced):
        raise Conflict(Message("归档之后这个项目的年度指标又有改动，不能撤销归档；请用“更正指标”办理。"))
    application.replaced = None


def _declared(session: Session, application: Application, now: datetime) -> Declared:
    answers = latest(session, application.id).answers
    form, choices = form_for(application), declaration.load_choices(session)
    declared = declaration.check(form, answers, {}, choices, today=beijing_day(now)).declared
    declared.report_year = application.call.year
    return declared


def write_outcome(
    session: Session, actor: Actor, application: Application, outcome: Outcome, *, reason: str, now: datetime
) -> None:
    """Note what a re-evaluation comes to; nobody outside hears of it before its document is in force."""
    subject = _subject(session, application)
    if subject is None:
        raise Conflict(Message("这个项目已不在应报的项目中，不能给出复核结论。"))
    subject.outcome, subject.reason = outcome.value, reason.strip()[:400]
    subject.decided_by, subject.decided_at = actor.id, now
    session.flush()


def clear_outcome(session: Session, application: Application) -> None:
    """Take the outcome back together with the step that gave it."""
    subject = _subject(session, application)
    if subject is not None:
        subject.outcome, subject.reason, subject.decided_by, subject.decided_at = None, "", None, None
        session.flush()


def _subject(session: Session, application: Application) -> CallSubject | None:
    statement = select(CallSubject).where(CallSubject.application_id == application.id)
    return session.scalars(statement.with_for_update()).one_or_none()
