"""站内信: the messages to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import Account, Message
from registry.queries.accounts.told import wording_of
from registry.terms import MailState

PER_PAGE = 30


@dataclass(frozen=True)
class MessageRow:
    """One message; `link` is the path of its page, `mail` its delivery log in a word."""

    id: int
    subject: str
    body: str
    application_id: int | None
    link: str
    created_at: datetime
    is_read: bool
    mail: MailState


@dataclass(frozen=True)
class InboxPage:
    """Messages, the newest first; `older` is the id below which the next page begins, if there is one."""

    rows: list[MessageRow]
    unread: int
    older: int | None


def unread_count(session: Session, account_id: int) -> int:
    """How many messages the account has not read."""
    unread = select(func.count()).select_from(Message).where(Message.account_id == account_id)
    return session.scalar(unread.where(Message.read_at.is_(None))) or 0


def head_of(session: Session, account_id: int) -> tuple[str, str, int]:
    """What the frame of a signed-in page shows: (name of the account, its mail address, unread messages), one query."""
    unread = (
        select(func.count())
        .select_from(Message)
        .where(Message.account_id == account_id, Message.read_at.is_(None))
        .scalar_subquery()
    )
    name, email, count = session.execute(
        select(Account.name, Account.email, unread).where(Account.id == account_id)
    ).one()
    return name, email, count


def inbox(session: Session, account_id: int, *, before: int | None = None) -> InboxPage:
    """A page of messages below the id `before`."""
    statement = select(Message).where(Message.account_id == account_id).order_by(Message.id.desc())
    if before is not None:
        statement = statement.where(Message.id < before)
    found = list(session.scalars(statement.limit(PER_PAGE + 1)))
    rows = [
        MessageRow(
            item.id,
            *wording_of(item),
            item.application_id,
            item.link,
            item.created_at,
            item.read_at is not None,
            MailState(item.mail_state),
        )
        for item in found[:PER_PAGE]
    ]
    return InboxPage(rows, unread_count(session, account_id), rows[-1].id if len(found) > PER_PAGE else None)
