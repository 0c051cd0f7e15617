"""A mail address is proved by the link in a letter, where a mail server is set.

What is asked for is stored under the hash of its link until the link is used: a registration (`registration_proofs`) or
a new address of an account (`address_proofs`). Known and unknown addresses are answered alike.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import MailProof
from registry.services.accounts.making import email_key
from registry.services.accounts.sessions import token_hash
from registry.wording import Message

LIFETIME = timedelta(hours=24)
OVER = Message("这个链接已经用过、过期或不完整。请重新申请一个。")


def keep(session: Session, email: str, content: dict[str, str], *, account_id: int | None, now: datetime) -> str:
    """Store what is asked for under the hash of a new link; returns the token of the link."""
    session.execute(delete(MailProof).where(MailProof.expires_at < now))
    token = secrets.token_urlsafe(32)
    session.add(
        MailProof(
            token_hash=token_hash(token),
            email=email,
            email_key=email_key(email),
            account_id=account_id,
            content=content,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return token


def proof_of(session: Session, token: str, *, now: datetime, of_account: bool, hold: bool = False) -> MailProof:
    """What is stored for a link; raises NotFound for one that was used or has expired."""
    kind = MailProof.account_id.is_not(None) if of_account else MailProof.account_id.is_(None)
    wanted = (MailProof.token_hash == token_hash(token), MailProof.expires_at > now, kind)
    statement = select(MailProof).where(*wanted)
    found = session.scalars(statement.with_for_update() if hold else statement).one_or_none()
    if found is None:
        raise NotFound(OVER)
    return found
