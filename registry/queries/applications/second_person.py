"""Colleagues who may check a form, and whether those who were asked have read and confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, Application, Event, Message
from registry.terms import AccountStanding

ASK, CONFIRM = "application.ask", "application.confirm"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Another member who may act: when he was asked last, and when he read it."""

    id: int
    name: str
    asked_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One line of what has happened: `action` is ask, read or confirm."""

    at: datetime
    action: str
    name: str


def colleagues_of(session: Session, application: Application, own_id: int) -> list[Colleague]:
    """The other members with the last request to each (two queries)."""
    rows = session.execute(
        select(Account.id, Account.name)
        .where(
            Account.enterprise_id == application.enterprise_id,
            Account.standing == AccountStanding.ACTIVE.value,
            Account.id != own_id,
        )
        .order_by(Account.id)
    ).all()
    asked = {message.account_id: message for message in _requests(session, application, [row.id for row in rows])}
    return [
        Colleague(
            id=row.id,
            name=row.name,
            asked_at=asked[row.id].created_at if row.id in asked else None,
            read_at=asked[row.id].read_at if row.id in asked else None,
        )
        for row in rows
    ]


def progress_of(session: Session, application: Application, colleagues: Sequence[Colleague]) -> list[Progress]:
    """Requests, what was read, confirmations, the oldest first (one query)."""
    events = session.execute(
        select(Event.at, Event.action, Account.name)
        .join(Account, Account.id == Event.actor_id)
        .where(
            Event.subject_type == "application",
            Event.subject_id == application.id,
            Event.action.in_((ASK, CONFIRM)),
        )
        .order_by(Event.id)
    )
    found = [Progress(at=at, action=action.removeprefix("application."), name=name) for at, action, name in events]
    found += [Progress(at=each.read_at, action="read", name=each.name) for each in colleagues if each.read_at]
    return sorted(found, key=lambda line: line.at)


def _requests(session: Session, application: Application, ids: Sequence[int]) -> list[Message]:
    """The requests to these people, the oldest first: a request is written at the moment of its event."""
    asked = select(Event.at).where(
        Event.subject_type == "application", Event.subject_id == application.id, Event.action == ASK
    )
    mine = select(Message).where(
        Message.application_id == application.id, Message.account_id.in_(ids), Message.created_at.in_(asked)
    )
    return list(session.scalars(mine.order_by(Message.id)))
