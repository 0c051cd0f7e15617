"""Notices of maintenance: a dated line on top of every page, written by an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.errors import InvalidInput, NotFound
from registry.models import MaintenanceNotice
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

LONGEST = 300
MOST_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """What an administrator types; the English may be left out."""

    text: str
    text_en: str
    first_day: date
    last_day: date


def add_notice(session: Session, actor: Actor, given: NoticeText, *, now: datetime) -> MaintenanceNotice:
    """Show a line from its first to its last day; raises InvalidInput at the field that is wrong."""
    require(actor, Permission.REFERENCE_MANAGE)
    if given.last_day < given.first_day:
        raise InvalidInput(Message("最后一天早于第一天，请调换。"), field="last_day")
    if given.last_day < beijing_day(now):
        raise InvalidInput(Message("最后一天已经过去，没有人会看到；请核对日期。"), field="last_day")
    if (given.last_day - given.first_day).days >= MOST_DAYS:
        raise InvalidInput(Message("一次最多显示 %(n)s 天；请核对日期。", n=MOST_DAYS), field="last_day")
    made = MaintenanceNotice(
        text=_line(given.text, "text", is_needed=True),
        text_en=_line(given.text_en, "text_en"),
        first_day=given.first_day,
        last_day=given.last_day,
        author_id=actor.id or 0,
        created_at=now,
    )
    session.add(made)
    session.flush()
    entry = Entry(
        action="maintenance.add",
        subject_type="maintenance_notice",
        subject_id=made.id,
        changes={"first_day": (None, given.first_day.isoformat()), "last_day": (None, given.last_day.isoformat())},
    )
    record(session, actor, entry, at=now)
    return made


def remove_notice(session: Session, actor: Actor, notice_id: int, *, now: datetime) -> None:
    """Take a line off; raises NotFound."""
    require(actor, Permission.REFERENCE_MANAGE)
    notice = session.get(MaintenanceNotice, notice_id, with_for_update=True) if notice_id <= LARGEST_ID else None
    if notice is None:
        raise NotFound(Message("没有这条维护通知，可能已经撤下。"))
    session.delete(notice)
    session.flush()
    entry = Entry(action="maintenance.remove", subject_type="maintenance_notice", subject_id=notice_id)
    record(session, actor, entry, at=now)


def _line(text: str, field: str, *, is_needed: bool = False) -> str:
    found = tidy(text)
    if is_needed and not found:
        raise InvalidInput(Message("请写明什么时间、什么不能用。"), field=field)
    if len(found) > LONGEST or has_control_characters(found):
        raise InvalidInput(Message("最多 %(n)s 个字，不能含有控制字符。", n=LONGEST), field=field)
    return found
