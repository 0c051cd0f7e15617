"""Recognition documents for officers: the list, one with everything it will make public, what may go into one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from registry.errors import NotFound
from registry.models import (
    Account,
    Call,
    Category,
    Publication,
)
from registry.purposes import CallPurpose, PublicationKind
from registry.queries.recognition.ready import waiting
from registry.terms import PublicationState
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class PublicationRow:
    """One document of the list."""

    id: int
    number: str
    title: str
    announced_on: date
    category: str
    year: int
    items: int
    state: PublicationState
    prepared_at: datetime
    prepared_by: str
    confirmed_at: datetime | None
    confirmed_by: str
    document_id: int | None
    call_id: int | None
    kind: PublicationKind = PublicationKind.RECOGNITION


@dataclass(frozen=True, kw_only=True)
class WaitingCall:
    """A call with applications that a document may recognise and that stand in no prepared one."""

    id: int
    title: str
    year: int
    category: str
    proposed: int


def publication_rows(session: Session, *, limit: int, offset: int = 0) -> list[PublicationRow]:
    """Documents, what waits first, then the newest (one query)."""
    waiting = Publication.state == PublicationState.PREPARED.value
    statement = joined_rows().order_by(waiting.desc(), Publication.id.desc()).limit(limit).offset(offset)
    return [row_of(*found) for found in session.execute(statement)]


def count_publications(session: Session) -> int:
    """How many documents were ever entered."""
    return session.scalar(select(func.count()).select_from(Publication)) or 0


def joined_rows() -> Any:
    """Publications with the names of both people."""
    second = aliased(Account)
    return (
        select(Publication, Account.name, second.name)
        .join(Account, Account.id == Publication.prepared_by)
        .outerjoin(second, second.id == Publication.confirmed_by)
    )


def row_of(publication: Publication, prepared_by: str, confirmed_by: str | None) -> PublicationRow:
    """The row of a publication."""
    return PublicationRow(
        id=publication.id,
        number=publication.number,
        title=publication.title,
        announced_on=publication.announced_on,
        category=publication.category_code,
        year=publication.year,
        items=len(publication.items),
        state=PublicationState(publication.state),
        prepared_at=publication.prepared_at,
        prepared_by=prepared_by,
        confirmed_at=publication.confirmed_at,
        confirmed_by=confirmed_by or "",
        document_id=publication.document_id,
        call_id=publication.call_id,
        kind=PublicationKind(publication.kind),
    )


def waiting_calls(session: Session, *, today: date) -> list[WaitingCall]:
    """Calls whose applications wait for a document, the newest first."""
    taken = taken_applications(session)
    counts = Counter(
        each.call_id
        for each in waiting(session, today=today)
        if not each.hindrance and each.application_id not in taken
    )
    statement = (
        select(Call.id, Call.title, Call.year, Call.category_code).where(Call.id.in_(counts)).order_by(Call.id.desc())
    )
    return [
        WaitingCall(id=call_id, title=title, year=year, category=category, proposed=counts[call_id])
        for call_id, title, year, category in session.execute(statement)
    ]


def taken_applications(session: Session) -> set[int]:
    """Applications that stand in a prepared document."""
    prepared = select(Publication.items).where(Publication.state == PublicationState.PREPARED.value)
    return {item["application"] for items in session.scalars(prepared) for item in items if "application" in item}


def find_call(session: Session, call_id: int, purpose: CallPurpose) -> WaitingCall:
    """A call of this purpose that a document may be entered for; raises NotFound."""
    call = session.get(Call, call_id)
    if call is None or call.purpose != purpose:
        raise NotFound(Message("没有这个申报通知。"))
    return WaitingCall(id=call.id, title=call.title, year=call.year, category=call.category_code, proposed=0)


def outside_categories(session: Session) -> list[tuple[str, str]]:
    """(code, name) of provincial and national categories."""
    statement = select(Category.code, Category.name).where(Category.tier != "municipal").order_by(Category.position)
    return [(code, name) for code, name in session.execute(statement)]
