"""The last day for the correction of a returned application: a later one, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.errors import InvalidInput, NotAllowed, RegistryError
from registry.models import Account, Application
from registry.permissions import Actor
from registry.queries.applications.returned import desk_of
from registry.services.accounts import messages
from registry.services.applications.drafts import require_version
from registry.services.events import Entry, record
from registry.services.review.casework import reviewable, whole_batch
from registry.terms import AccountStanding
from registry.wording import Message

LONGEST_REASON = 200
MOST_DAYS = 365


def extend(
    session: Session,
    actor: Actor,
    application_id: int,
    due_on: date | None,
    reason: str,
    *,
    seen_version: int,
    now: datetime,
) -> Application:
    """Give a returned application a later last day; its enterprise is told.

    Raises InvalidInput at `due_on` and `reason`, NotAllowed when it is not returned or another desk's.
    """
    application = reviewable(session, actor, application_id)
    require_version(session, application, seen_version)
    desk = desk_of(application)
    if desk is None:
        raise NotAllowed(Message("这份申报没有退回，没有补正期限。"))
    if desk is not actor.role:
        raise NotAllowed(Message("这份申报由%(desk)s退回，请由其办理。", desk=desk))
    day, text = _checked(application, due_on, reason, today=beijing_day(now))
    before, application.due_on = application.due_on, day
    session.flush()
    changes = {"due_on": (before.isoformat() if before else None, day.isoformat())}
    entry = Entry(
        action="application.extend",
        subject_type="application",
        subject_id=application.id,
        changes=changes,
        note=text,
    )
    record(session, actor, entry, at=now)
    members = session.scalars(
        select(Account.id).where(
            Account.enterprise_id == application.enterprise_id, Account.standing == AccountStanding.ACTIVE.value
        )
    ).all()
    subject = Message("%(label)s：补正期限延长到 %(day)s", label=application.number, day=day.isoformat())
    body = Message("“%(project)s”请于 %(day)s 前补正。", project=application.project_name, day=day.isoformat())
    messages.notify(session, members, subject=subject, body=body, application_id=application.id, now=now)
    return application


def extend_all(
    session: Session,
    actor: Actor,
    seen: Sequence[tuple[int, int]],
    due_on: date | None,
    reason: str,
    *,
    now: datetime,
) -> list[Application]:
    """The same later day for all of (id, seen version), or for none: the first refusal names its application."""
    done = []
    for application_id, version in sorted(seen):
        try:
            done.append(extend(session, actor, application_id, due_on, reason, seen_version=version, now=now))
        except RegistryError as error:
            name = reviewable(session, actor, application_id, lock=False).number
            raise whole_batch(name, error) from error
    return done


def _checked(application: Application, due_on: date | None, reason: str, *, today: date) -> tuple[date, str]:
    if due_on is None:
        raise InvalidInput(Message("请填写新的补正期限，如 2026-06-30。"), field="due_on")
    earliest = max(today, application.due_on or today)
    if due_on < today or (application.due_on is not None and due_on <= application.due_on):
        raise InvalidInput(Message("新的补正期限应晚于 %(day)s。", day=earliest.isoformat()), field="due_on")
    if (due_on - today).days > MOST_DAYS:
        raise InvalidInput(Message("新的补正期限最多延到 %(n)s 天以后；请核对年份。", n=MOST_DAYS), field="due_on")
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise InvalidInput(
            Message("请写明原因（不超过 %(longest)s 个字），它会留在办理记录里。", longest=LONGEST_REASON),
            field="reason",
        )
    return due_on, text
