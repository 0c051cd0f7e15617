"""Sending reminders and digests: each once, whenever and however often it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.models import Account, Reminder
from registry.permissions import Actor
from registry.queries.attention.reminder import Reminder as Due
from registry.queries.attention.reminders import PROVIDERS
from registry.queries.attention.today import waiting_for
from registry.services.accounts import messages
from registry.terms import BEIJING, AccountStanding, Digest, Role
from registry.wording import Message, together

DIGEST = "digest"


@dataclass(frozen=True)
class Sent:
    """How many reminders and digests were written, or would be."""

    reminders: int
    digests: int


def send_reminders(session: Session, day: date, *, home: str, now: datetime, dry_run: bool = False) -> Sent:
    """Write what is due on `day` and was not written yet as messages; `dry_run` only counts.

    `home` is the address of the site, '' where none is set: the digest then names the page without a link.
    """
    due = [item for provider in PROVIDERS for item in provider(session, day)]
    reminders = _send(session, due, now=now, dry_run=dry_run)
    digests = _send(session, _digests(session, day, home=home), now=now, dry_run=dry_run)
    return Sent(reminders, digests)


def _send(session: Session, due: Iterable[Due], *, now: datetime, dry_run: bool) -> int:
    count = 0
    for item in due:
        if _was_sent(session, item):
            continue
        if dry_run:
            count += 1
            continue
        try:
            with session.begin_nested():
                session.add(
                    Reminder(
                        account_id=item.account_id, kind=item.kind, subject=item.subject, day=item.day, created_at=now
                    )
                )
        except IntegrityError:
            # Another run at the same moment has written it.
            continue
        count += 1
        messages.notify(
            session,
            [item.account_id],
            subject=item.title,
            body=item.body,
            application_id=item.application_id,
            link=item.link,
            now=now,
        )
    return count


def _was_sent(session: Session, item: Due) -> bool:
    statement = select(Reminder.id).where(
        Reminder.account_id == item.account_id,
        Reminder.kind == item.kind,
        Reminder.subject == item.subject,
        Reminder.day == item.day,
    )
    return session.scalar(statement) is not None


def _digests(session: Session, day: date, *, home: str) -> list[Due]:
    """One message to each account that asked for one and has anything waiting: numbers and a link, no names."""
    accounts = session.scalars(
        select(Account)
        .where(Account.digest != Digest.NONE.value, Account.standing == AccountStanding.ACTIVE.value)
        .order_by(Account.id)
    ).all()
    found = []
    moment = datetime.combine(day, time(8), tzinfo=BEIJING)
    for account in accounts:
        items = waiting_for(session, _actor(account), now=moment)
        if not items:
            continue
        lines = [Message("%(what)s：%(n)s 件。", what=item.label, n=item.count) for item in items]
        page = "/enterprise" if account.role == Role.ENTERPRISE else "/review/today"
        link = [Message("打开：%(link)s", link=f"{home}{page}")] if home else []
        found.append(
            Due(
                account_id=account.id,
                kind=DIGEST,
                subject=account.digest,
                # A weekly one belongs to the Monday of its week.
                day=day if account.digest == Digest.DAILY else day - timedelta(days=day.weekday()),
                title=Message("待办摘要：%(n)s 类事项", n=len(items)),
                body=together(*lines, *link),
            )
        )
    return found


def _actor(account: Account) -> Actor:
    return Actor(
        id=account.id,
        role=Role(account.role),
        enterprise_id=account.enterprise_id,
        unit=account.unit_code,
        is_owner=account.is_owner,
    )
