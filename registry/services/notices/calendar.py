"""The calendar of working days: a year is entered whole, as the State Council's notice has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import CalendarDay, CalendarYear
from registry.permissions import Actor, Permission, require
from registry.queries.notices.calendar import year_row
from registry.services.events import Entry, record
from registry.wording import Message

FIRST, LAST = 2020, 2100
_SATURDAY = 5


def enter_year(
    session: Session,
    actor: Actor,
    year: int,
    free: Sequence[date],
    made_up: Sequence[date],
    *,
    seen: str | None = None,
    now: datetime,
) -> CalendarYear:
    """Say which weekdays of a year are free and which days at weekends are made up; what was entered before goes.

    Notices that are open keep their days. Raises InvalidInput at `free` or `made_up` naming a day that is none, and
    Conflict when somebody entered the year after its form was read (`seen`; None for a command, which reads nothing).
    """
    require(actor, Permission.CALENDAR_MANAGE)
    if not FIRST <= year <= LAST:
        raise InvalidInput(Message("年份应在 %(first)s 到 %(last)s 之间。", first=FIRST, last=LAST), field="year")
    found = year_row(session, year)
    if seen not in (None, found.seen):
        raise Conflict(
            Message(
                "%(year)s 年的放假安排在您打开之后由%(who)s录入："
                "放假 %(free)s；调休上班 %(made_up)s。请核对；再保存一次，以您填写的为准。",
                year=year,
                who=found.entered_by or Message("命令行"),
                free=[day.isoformat() for day in found.free],
                made_up=[day.isoformat() for day in found.made_up] or Message("无"),
            )
        )
    outside = [day for day in (*free, *made_up) if day.year != year]
    if outside:
        raise InvalidInput(
            Message("%(day)s 不在 %(year)s 年；请更正。", day=outside[0].isoformat(), year=year), field="free"
        )
    # A holiday includes weekend days, which are free anyway and need not be entered.
    weekdays = [day for day in free if day.weekday() < _SATURDAY]
    for day in made_up:
        if day.weekday() < _SATURDAY or day in free:
            raise InvalidInput(
                Message("%(day)s 不是周末，不能是调休上班的日子；请更正。", day=day.isoformat()), field="made_up"
            )
    if not weekdays:
        raise InvalidInput(Message("没有填写放假的日子；请按国务院办公厅的通知填写。"), field="free")
    session.execute(
        delete(CalendarDay).where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    )
    days = dict.fromkeys(weekdays, False) | dict.fromkeys(made_up, True)
    session.add_all([CalendarDay(day=day, is_working=is_working) for day, is_working in sorted(days.items())])
    row = session.get(CalendarYear, year) or CalendarYear(year=year, confirmed_at=now)
    row.confirmed_by, row.confirmed_at = actor.id, now
    session.add(row)
    session.flush()
    changes = {"year": (None, year), "free_days": (None, len(weekdays)), "made_up_days": (None, len(made_up))}
    entry = Entry(action="calendar.enter", subject_type="calendar", subject_id=year, changes=changes)
    record(session, actor, entry, at=now)
    return row
