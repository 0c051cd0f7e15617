"""What is new for everybody: calls, public notices and announcements, as a feed lists them.

A draft, a notice that waits and a document that nobody has confirmed are no news: each kind begins with its own
publication, and is dated by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from registry.models import Call, Document, Event, Notice, NoticeItem, NoticeNote, Project, Recognition
from registry.notices import NoticeState
from registry.queries.notices.public import SHOWN
from registry.terms import BEIJING, CallState

MOST = 50


class NewsKind(StrEnum):
    """Where a piece of news comes from."""

    CALL = "call"
    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, kw_only=True)
class News:
    """One piece: when it was published and last changed, its days, what it counts."""

    kind: NewsKind
    id: int
    title: str
    number: str
    published_at: datetime
    updated_at: datetime
    first: datetime | date | None = None
    last: datetime | date | None = None
    given: int = 0
    ended: int = 0
    is_withdrawn: bool = False


def news(session: Session, *, kinds: Collection[NewsKind] = tuple(NewsKind), unit: str = "") -> list[News]:
    """The newest of these kinds, newest first. With a unit: what concerns it, calls always (at most four queries)."""
    found: list[News] = []
    if NewsKind.CALL in kinds:
        found += _calls(session)
    if NewsKind.NOTICE in kinds:
        found += _notices(session, unit)
    if NewsKind.ANNOUNCEMENT in kinds:
        found += _announcements(session, unit)
    found.sort(key=lambda each: (each.published_at, each.kind, each.id), reverse=True)
    return found[:MOST]


def _calls(session: Session) -> list[News]:
    told = Event.subject_type == "call"
    published = (
        select(func.min(Event.at)).where(told, Event.subject_id == Call.id, Event.action == "call.publish")
    ).scalar_subquery()
    at = func.coalesce(published, Call.created_at)
    statement = (
        select(Call.id, Call.title, Call.document_number, published, Call.created_at, Call.opens_at, Call.closes_at)
        .where(Call.state == CallState.PUBLISHED.value)
        .order_by(at.desc(), Call.id.desc())
        .limit(MOST)
    )
    return [
        News(
            kind=NewsKind.CALL,
            id=row.id,
            title=row.title,
            number=row.document_number,
            published_at=row[3] or row.created_at,
            updated_at=row[3] or row.created_at,
            first=row.opens_at,
            last=row.closes_at,
        )
        for row in session.execute(statement)
    ]


def _notices(session: Session, unit: str) -> list[News]:
    items = select(func.count()).where(NoticeItem.notice_id == Notice.id).scalar_subquery()
    noted = select(func.max(NoticeNote.created_at)).where(NoticeNote.notice_id == Notice.id).scalar_subquery()
    statement = select(Notice, items, noted).where(Notice.state.in_(SHOWN))
    if unit:
        of_unit = select(NoticeItem.id).where(NoticeItem.notice_id == Notice.id, NoticeItem.unit_code == unit)
        statement = statement.where(of_unit.exists())
    statement = statement.order_by(Notice.opened_at.desc(), Notice.id.desc()).limit(MOST)
    found = []
    for notice, count, changed in session.execute(statement):
        is_withdrawn = notice.state == NoticeState.WITHDRAWN.value
        moments = [notice.opened_at, changed, notice.ended_at if is_withdrawn else None]
        found.append(
            News(
                kind=NewsKind.NOTICE,
                id=notice.id,
                title=notice.title,
                number="",
                published_at=notice.opened_at,
                updated_at=max(moment for moment in moments if moment),
                first=notice.first_day,
                last=notice.last_day,
                given=count,
                is_withdrawn=is_withdrawn,
            )
        )
    return found


def _announcements(session: Session, unit: str) -> list[News]:
    def of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(condition).scalar_subquery()

    given, ended = Recognition.document_id == Document.id, Recognition.ending_document_id == Document.id
    touched = select(Recognition.id).where(or_(given, ended))
    if unit:
        touched = touched.join(Project, Project.id == Recognition.project_id).where(Project.unit_code == unit)
    statement = (
        select(Document.id, Document.title, Document.number, Document.announced_on, of(given), of(ended))
        .where(Document.announced_on.is_not(None), touched.exists())
        .order_by(Document.announced_on.desc(), Document.id.desc())
        .limit(MOST)
    )
    return [
        News(
            kind=NewsKind.ANNOUNCEMENT,
            id=key,
            title=title or number,
            number=number,
            published_at=(at := datetime.combine(day, time(), BEIJING)),
            updated_at=at,
            given=gave,
            ended=took,
        )
        for key, title, number, day, gave, took in session.execute(statement)
        if day is not None
    ]
