"""What all commands of a visit share: its state, its version, its events, word to the enterprise; calling it off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.inspection import VisitState
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Account, Application, Inspection
from registry.permissions import Actor
from registry.queries.inspection.access import OPEN_STATES, why_closed
from registry.services.accounts import messages
from registry.services.events import Changes, Entry, record
from registry.services.inspection.additions import LONGEST_REASON
from registry.terms import AccountStanding, Role
from registry.wording import Message, together


def cancel_visit(
    session: Session, actor: Actor, visit: Inspection, reason: str, *, seen_version: int, now: datetime
) -> Inspection:
    """Call a visit off that is not signed yet; another one can be arranged. `visit` is held by the caller."""
    application = visit.application
    if actor.role is Role.EXPERT:
        raise NotAllowed(Message("由板块或市局审核员取消核查。"))
    require_version(visit, seen_version)
    if visit.state not in OPEN_STATES:
        raise NotAllowed(why_closed(visit, application))
    reason = reason.strip()
    if not reason:
        raise InvalidInput(Message("请写明为什么取消。"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(reason), longest=LONGEST_REASON),
            field="reason",
        )
    visit.cancelled_for = reason
    move(visit, VisitState.CANCELLED, now=now)
    session.flush()
    report(session, actor, visit, "inspection.cancel", now)
    day = visit.planned_on.isoformat()
    tell_enterprise(
        session,
        application,
        Message("原定 %(day)s 的现场核查已取消", day=day),
        Message("如另行安排，会再通知。"),
        now=now,
    )
    return visit


def move(visit: Inspection, state: VisitState, *, now: datetime) -> None:
    """The one place that writes the state of a visit."""
    visit.state, visit.updated_at = state.value, now


def require_version(visit: Inspection, seen_version: int) -> None:
    """Conflict when the visit is not what the actor saw."""
    if visit.version != seen_version:
        raise Conflict(Message("这次核查刚被他人改过，请核对后再办理；您填写的内容都还在。"))


def report(
    session: Session,
    actor: Actor,
    visit: Inspection,
    action: str,
    now: datetime,
    changes: Changes | None = None,
) -> None:
    """The event of a visit, among those of its application: codes and ids, no texts and no names."""
    entry = Entry(
        action=action,
        subject_type="application",
        subject_id=visit.application_id,
        changes=changes or {},
        note=f"第 {visit.number} 次核查",
    )
    record(session, actor, entry, at=now)


def tell_enterprise(
    session: Session, application: Application, sentence: Message, body: Message, *, now: datetime
) -> None:
    """A message to the active members of the enterprise."""
    members = session.scalars(
        select(Account.id).where(
            Account.enterprise_id == application.enterprise_id, Account.standing == AccountStanding.ACTIVE.value
        )
    ).all()
    about = Message("“%(project)s”%(sentence)s。", project=application.project_name, sentence=sentence)
    subject = Message("%(label)s：%(message)s", label=application.number, message=sentence)
    messages.notify(
        session, members, subject=subject, body=together(about, body), application_id=application.id, now=now
    )
