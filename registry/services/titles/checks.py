"""Checks that every change request passes before it is stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.changes import CHANGES, About, Change, ChangeKind, ChangeState
from registry.errors import Conflict, InvalidInput
from registry.models import ChangeRequest
from registry.models.life import OPEN
from registry.names import has_control_characters
from registry.permissions import Actor
from registry.services.record import codes
from registry.services.titles.effects import Values
from registry.services.titles.of_photos import photo_key
from registry.services.titles.subjects import Subject
from registry.terms import BEIJING, Role
from registry.wording import Message

LONGEST_REASON = 1000


def checked_reason(reason: str) -> str:
    """The reason as it is stored; raises InvalidInput at `reason`."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput(Message("请写明变更的理由和依据。"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(reason), longest=LONGEST_REASON),
            field="reason",
        )
    if any(has_control_characters(line) for line in reason.splitlines()):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field="reason")
    return reason


def checked_day(on: date | None, now: datetime) -> date:
    """The day from which a change holds; raises InvalidInput at `effective_on`."""
    if on is None:
        raise InvalidInput(Message("请填写从哪一天起。"), field="effective_on")
    if on > now.astimezone(BEIJING).date():
        raise InvalidInput(Message("%(on)s 在将来；请在那一天或之后办理。", on=on.isoformat()), field="effective_on")
    return on


def require_evidence(actor: Actor, change: Change, there: bool) -> None:
    """An enterprise proves what it says, officers what a document says, where the kind asks for it; raises
    InvalidInput at `file`."""
    if (change.needs_scan or (change.needs_file and actor.role is Role.ENTERPRISE)) and not there:
        raise InvalidInput(Message("请上传依据的扫描件（PDF 或图片）。"), field="file")


def subject_key(kind: ChangeKind, subject: Subject, wanted: Values) -> str:
    """What a request is about, so that two of a kind cannot be open for the same."""
    if kind is ChangeKind.KPI:
        return f"kpi:{wanted['title']}:{wanted['kpi']}"[:40]
    if kind is ChangeKind.TITLE_FACT:
        return f"title:{wanted['title']}"
    if kind is ChangeKind.PHOTOS:
        return photo_key(subject, wanted)
    return f"titles:{min(wanted['titles'])}" if CHANGES[kind].about is About.TITLES else subject.key


def require_none_open(session: Session, kind: ChangeKind, key: str, wanted: Values) -> None:
    """Raise Conflict, naming it, when a request about the same is open already.

    Requests are entered one after the other, so that of two officers at the same moment the second is told of the
    first: titles may stand in requests of several kinds, which no index of the database can compare.
    """
    codes.wait_in_line(session, "change_request")
    waiting = select(ChangeRequest).where(text(OPEN)).order_by(ChangeRequest.id)
    if CHANGES[kind].about is About.TITLES:
        kinds = [each.value for each, change in CHANGES.items() if change.about is About.TITLES]
        others = session.scalars(waiting.where(ChangeRequest.kind.in_(kinds)))
        other = next((each for each in others if set(each.wanted["titles"]) & set(wanted["titles"])), None)
    else:
        other = session.scalars(waiting.where(ChangeRequest.kind == kind.value, ChangeRequest.subject == key)).first()
    if other is not None:
        state = ChangeState(other.state)
        raise Conflict(
            Message(
                "已有同样的变更申请 %(number)s（%(state)s），请先办结或撤回那一份。", number=other.number, state=state
            )
        )
