"""Pauses of a step of a call: entered and taken back by whoever manages calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotFound
from registry.models import ReportingUnit, StepPause
from registry.names import has_control_characters, tidy
from registry.permissions import Actor
from registry.services.calls.managing import held, move_on
from registry.services.events import Entry, record
from registry.statuses import HELD_STATUSES
from registry.terms import ApplicationStatus
from registry.wording import Message

MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class PauseText:
    """A pause as it is entered; `unit` '' means all units."""

    status: str
    unit: str
    first_day: date | None
    last_day: date | None
    text: str


def add_pause(session: Session, actor: Actor, call_id: int, given: PauseText, *, now: datetime) -> StepPause:
    """Let a step rest for some days. Raises InvalidInput at `status`, `unit`, `first_day`, `last_day`, `text`."""
    call = held(session, actor, call_id)
    first_day, last_day, text = _checked(session, given)
    pause = StepPause(
        call_id=call.id,
        status=given.status,
        unit_code=given.unit or None,
        first_day=first_day,
        last_day=last_day,
        text=text,
        author_id=actor.id,
        created_at=now,
    )
    session.add(pause)
    move_on(call)
    session.flush()
    changes = {f"pause.{pause.status}": (None, f"{first_day.isoformat()}/{last_day.isoformat()}")}
    entry = Entry(action="call.pause", subject_type="call", subject_id=call.id, changes=changes, note=text)
    record(session, actor, entry, at=now)
    return pause


def end_pause(session: Session, actor: Actor, call_id: int, pause_id: int, *, now: datetime) -> None:
    """Take a pause back: all its days count again."""
    call = held(session, actor, call_id)
    pause = session.get(StepPause, pause_id)
    if pause is None or pause.call_id != call.id:
        raise NotFound(Message("没有这次暂停。"))
    days = f"{pause.first_day.isoformat()}/{pause.last_day.isoformat()}"
    changes = {f"pause.{pause.status}": (days, None)}
    session.delete(pause)
    move_on(call)
    session.flush()
    record(
        session, actor, Entry(action="call.end_pause", subject_type="call", subject_id=call.id, changes=changes), at=now
    )


def _checked(session: Session, given: PauseText) -> tuple[date, date, str]:
    if given.status not in set(HELD_STATUSES):
        raise InvalidInput(Message("没有选择哪一步暂停；请选择。"), field="status")
    ApplicationStatus(given.status)
    if given.unit and session.get(ReportingUnit, given.unit) is None:
        raise InvalidInput(Message("没有这个板块；请重新选择。"), field="unit")
    if given.first_day is None:
        raise InvalidInput(Message("请填写从哪一天起，如 2026-06-30。"), field="first_day")
    if given.last_day is None:
        raise InvalidInput(Message("请填写到哪一天止，如 2026-07-02。"), field="last_day")
    if given.last_day < given.first_day:
        raise InvalidInput(Message("止日在起日之前；请核对。"), field="last_day")
    if (given.last_day - given.first_day).days >= MOST_DAYS:
        raise InvalidInput(Message("一次最多暂停 %(n)s 天；请核对年份。", n=MOST_DAYS), field="last_day")
    text = tidy(given.text)
    if not text or len(text) > 200 or has_control_characters(text):
        raise InvalidInput(Message("请写明暂停的原因（不超过 200 个字），企业和审核员都会看到。"), field="text")
    return given.first_day, given.last_day, text
