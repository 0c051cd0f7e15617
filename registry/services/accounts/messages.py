"""站内消息: rows that their receivers read on the site; the same rows are the outbox of mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import NotFound
from registry.models import Account, Message
from registry.permissions import Actor
from registry.queries.accounts.told import packed
from registry.terms import AccountStanding, MailState, Role


def notify(
    session: Session,
    account_ids: Iterable[int],
    *,
    subject: str,
    body: str,
    application_id: int | None = None,
    link: str = "",
    now: datetime | None = None,
) -> None:
    """Write one message to each account; `link` is the path (`links.path_to`) of what it is about.

    It is sent by mail after commit, where a server is configured.
    """
    at = now or datetime.now(UTC)
    given = {"subject": subject, "body": body}
    words = {part: packed(text) for part, text in given.items() if isinstance(text, wording.Message)}
    for account_id in account_ids:
        session.add(
            Message(
                account_id=account_id,
                application_id=application_id,
                link=link,
                subject=subject[:200],
                body=body,
                words=words or None,
                created_at=at,
                mail_state=MailState.PENDING.value,
            )
        )
    session.flush()


MOST_TOLD = 20
"""So many officers of a desk at most are told of one thing."""


def officers(session: Session, role: Role, *, unit: str | None = None, besides: int | None = None) -> list[int]:
    """The accounts of a desk that get a message about something that waits there, without `besides`, who knows it
    already.

    Where a district has nobody else, those of the city get it, so that it does not wait unseen.
    """
    statement = select(Account.id).where(Account.role == role.value, Account.standing == AccountStanding.ACTIVE.value)
    if unit is not None:
        statement = statement.where(Account.unit_code == unit)
    if besides is not None:
        statement = statement.where(Account.id != besides)
    found = list(session.scalars(statement.order_by(Account.id).limit(MOST_TOLD)))
    if found or role is not Role.DISTRICT_REVIEWER:
        return found
    return officers(session, Role.MUNICIPAL_REVIEWER, besides=besides)


def mark_read(session: Session, actor: Actor, message_id: int | None, *, now: datetime) -> None:
    """Mark one message of the actor as read, or all of them (None); NotFound for one of somebody else."""
    own = update(Message).where(Message.account_id == actor.id)
    if message_id is None:
        session.execute(own.where(Message.read_at.is_(None)).values(read_at=now))
        return
    found = session.execute(own.where(Message.id == message_id).values(read_at=now).returning(Message.id)).all()
    if not found:
        raise NotFound(wording.Message("没有这条消息。"))
