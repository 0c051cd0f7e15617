"""站内消息: rows that their receivers read on the site; the same rows are the outbox of mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from registry.models import Message
from registry.terms import MailState


def notify(
    session: Session,
    account_ids: Iterable[int],
    *,
    subject: str,
    body: str,
    application_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Write one message to each account. It is sent by mail after commit, where a server is configured."""
    at = now or datetime.now(UTC)
    for account_id in account_ids:
        session.add(
            Message(
                account_id=account_id,
                application_id=application_id,
                subject=subject[:200],
                body=body,
                created_at=at,
                mail_state=MailState.PENDING.value,
            )
        )
    session.flush()
