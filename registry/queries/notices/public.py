"""Public notices as anybody reads them: what is on view, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Call, Notice, NoticeItem, NoticeNote
from registry.notices import NoticeKind, NoticeState, NoticeUnit
from registry.purposes import Outcome
from registry.queries.notices.calendar import office_days
from registry.queries.notices.text import contacts, how_to_object, period
from registry.values.office_days import OfficeDays, working_days
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

PER_PAGE = 50
LONGEST_BAR = 31
"""Days of a period that fit beside each other."""
SHOWN = (NoticeState.OPEN.value, NoticeState.WITHDRAWN.value)


class NoticePhase(StrEnum):
    """Where a notice stands on a day."""

    RUNNING = "running"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice that was opened. `days_left` counts in its unit, the day itself included; 0 when it is over."""

    id: int
    title: str
    kind: NoticeKind
    organ: str
    call_id: int | None
    call_title: str
    category: str
    year: int
    first_day: date
    last_day: date
    unit: NoticeUnit
    phase: NoticePhase
    days_left: int
    items: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list; `is_out`: it left the list after the opening. `score`: what the experts gave, if shown;
    `outcome`: of a re-evaluation."""

    id: int
    position: int
    name: str
    enterprise: str
    unit: str
    is_out: bool
    score: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    """A correction beside the list, and the later last day that it announces."""

    at: datetime
    text: str
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the bar: `state` is done, now, next or off."""

    day: date
    state: str


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """A notice with everything that its page shows."""

    row: NoticeRow
    paragraphs: Sequence[str]
    lines: Sequence[Line]
    notes: Sequence[Note]
    bar: Sequence[Day]
    withdrawn_at: datetime | None
    has_scores: bool = False
    has_outcomes: bool = False

    def groups(self, order: Sequence[str]) -> list[tuple[str, list[Line]]]:
        """The lines by unit, in the bureau's order."""
        found = [(code, [line for line in self.lines if line.unit == code]) for code in order]
        return [(code, lines) for code, lines in found if lines]


def count_notices(session: Session) -> int:
    """How many notices were ever opened."""
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.state.in_(SHOWN))) or 0


def notice_rows(session: Session, *, today: date, limit: int = PER_PAGE, offset: int = 0) -> list[NoticeRow]:
    """Opened notices, the newest first (four queries)."""
    office = office_days(session)
    statement = _select().order_by(Notice.opened_at.desc(), Notice.id.desc()).limit(limit).offset(offset)
    return [_row(*found, today=today, office=office) for found in session.execute(statement)]


def find_notice(session: Session, notice_id: int, *, today: date) -> NoticePage:
    """One opened notice; NotFound for any other."""
    known = notice_id <= LARGEST_ID
    found = session.execute(_select().where(Notice.id == notice_id)).one_or_none() if known else None
    if found is None:
        raise NotFound(Message("没有这份公示。"))
    notice: Notice = found[0]
    office = office_days(session)
    row = _row(*found, today=today, office=office)
    listed = select(NoticeItem).where(NoticeItem.notice_id == notice_id).order_by(NoticeItem.position)
    lines = session.scalars(listed).all()
    notes = session.scalars(select(NoticeNote).where(NoticeNote.notice_id == notice_id).order_by(NoticeNote.id)).all()
    return NoticePage(
        row=row,
        paragraphs=paragraphs(notice, is_lengthened=any(note.last_day for note in notes)),
        lines=[
            Line(
                id=line.id,
                position=line.position,
                name=line.name,
                enterprise=line.enterprise,
                unit=line.unit_code or "",
                is_out=line.left_at is not None,
                outcome=Outcome(line.outcome) if line.outcome else None,
                score="" if line.score is None else f"{line.score:.2f}",
            )
            for line in lines
        ],
        notes=[Note(at=note.created_at, text=note.text, last_day=note.last_day) for note in notes],
        bar=_bar(row, today, office),
        withdrawn_at=notice.ended_at,
        # A call without experts has none, whatever was ticked.
        has_scores=notice.show_scores and any(line.score is not None for line in lines),
        has_outcomes=notice.kind == NoticeKind.RE_EVALUATION,
    )


@dataclass(frozen=True, kw_only=True)
class NoticeDays:
    """First and last day of an open notice, for calendars; `version` counts its changes."""

    id: int
    title: str
    first_day: date
    last_day: date
    opened_at: datetime
    version: int


def days_of_call(session: Session, call_id: int) -> list[NoticeDays]:
    """The days of the open notices of a call; a withdrawn one has none (one query)."""
    statement = (
        select(Notice).where(Notice.call_id == call_id, Notice.state == NoticeState.OPEN.value).order_by(Notice.id)
    )
    return [_days(notice) for notice in session.scalars(statement)]


def _days(notice: Notice) -> NoticeDays:
    assert notice.first_day is not None
    assert notice.last_day is not None
    assert notice.opened_at is not None
    return NoticeDays(
        id=notice.id,
        title=notice.title,
        first_day=notice.first_day,
        last_day=notice.last_day,
        opened_at=notice.opened_at,
        version=notice.version,
    )


def notice_of(session: Session, application_id: int) -> NoticeDays | None:
    """The open notice in which an application stands, or stood last (one query)."""
    notice = session.scalars(
        select(Notice)
        .join(NoticeItem, NoticeItem.notice_id == Notice.id)
        .where(NoticeItem.application_id == application_id, Notice.state == NoticeState.OPEN.value)
        .order_by(Notice.id.desc())
        .limit(1)
    ).one_or_none()
    return None if notice is None else _days(notice)


def paragraphs(notice: Notice, *, is_lengthened: bool) -> list[str]:
    """The text of a notice that was opened, as it is printed."""
    assert notice.first_day is not None
    assert notice.last_day is not None
    days = None if is_lengthened else notice.days
    found = [
        notice.body,
        period(notice.first_day, notice.last_day, days, NoticeUnit(notice.unit)),
        notice.remark,
        how_to_object(notice.organ),
        contacts(notice.contact),
    ]
    return [text for text in found if text]


def _select() -> Any:
    counted = (
        select(func.count())
        .select_from(NoticeItem)
        .where(NoticeItem.notice_id == Notice.id)
        .correlate(Notice)
        .scalar_subquery()
    )
    return select(Notice, Call, counted).outerjoin(Call, Call.id == Notice.call_id).where(Notice.state.in_(SHOWN))


def _row(notice: Notice, call: Call | None, items: int, *, today: date, office: OfficeDays) -> NoticeRow:
    assert notice.first_day is not None
    assert notice.last_day is not None
    assert notice.opened_at is not None
    phase = NoticePhase.RUNNING if today <= notice.last_day else NoticePhase.OVER
    if notice.state == NoticeState.WITHDRAWN:
        phase = NoticePhase.WITHDRAWN
    unit, left = NoticeUnit(notice.unit), 0
    if phase is NoticePhase.RUNNING:
        start = max(today, notice.first_day)
        is_working = unit is NoticeUnit.WORKING
        left = len(working_days(start, notice.last_day, office)) if is_working else (notice.last_day - start).days + 1
    return NoticeRow(
        id=notice.id,
        title=notice.title,
        kind=NoticeKind(notice.kind),
        organ=notice.organ,
        call_id=call.id if call else None,
        call_title=call.title if call else "",
        category=call.category_code if call else "",
        year=call.year if call else notice.first_day.year,
        first_day=notice.first_day,
        last_day=notice.last_day,
        unit=unit,
        phase=phase,
        days_left=left,
        items=items,
        opened_at=notice.opened_at,
        changed_at=notice.ended_at or notice.opened_at,
    )


def _bar(row: NoticeRow, today: date, office: OfficeDays) -> list[Day]:
    """The days of the period, if they fit beside each other."""
    length = (row.last_day - row.first_day).days + 1
    if length > LONGEST_BAR or row.phase is not NoticePhase.RUNNING:
        return []
    found = []
    for number in range(length):
        day = row.first_day + timedelta(days=number)
        counts = row.unit is NoticeUnit.CALENDAR or office.is_working(day)
        state = "done" if day < today else "now" if day == today else "next"
        found.append(Day(day=day, state=state if counts else "off"))
    return found
