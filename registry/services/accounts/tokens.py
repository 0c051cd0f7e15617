"""Links that work once: a new password, an invitation, a colleague who joins. Only hashes are stored."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Account, MailProof, OneTimeToken
from registry.services.accounts.sessions import token_hash
from registry.terms import AccountStanding, TokenPurpose
from registry.wording import Message

LIFETIME = {
    TokenPurpose.RESET: timedelta(hours=1),
    TokenPurpose.INVITATION: timedelta(days=7),
    TokenPurpose.COLLEAGUE: timedelta(days=7),
}
_OVER = Message("这个链接已经用过、过期或不完整。请重新申请一个。")


def issue(session: Session, account: Account, purpose: TokenPurpose, *, now: datetime, alone: bool = True) -> str:
    """Make a link; returns its token. With `alone` earlier links for the same purpose stop working; a link that anybody
    may ask for must not end one that was sent before."""
    if alone:
        revoke(session, account.id, purpose)
    session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < now - timedelta(days=30)))
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeToken(
            token_hash=token_hash(token),
            account_id=account.id,
            purpose=purpose.value,
            expires_at=now + LIFETIME[purpose],
        )
    )
    session.flush()
    return token


def revoke(session: Session, account_id: int, purpose: TokenPurpose | None = None) -> None:
    """End the open links of an account, of one purpose or of all: then also the one that waits for a new address, or
    whoever asked for it would take the account over after its password was changed."""
    if purpose is None:
        session.execute(delete(MailProof).where(MailProof.account_id == account_id))
    statement = delete(OneTimeToken).where(OneTimeToken.account_id == account_id, OneTimeToken.used_at.is_(None))
    session.execute(statement if purpose is None else statement.where(OneTimeToken.purpose == purpose.value))


def bearer(session: Session, hashed: str, purpose: TokenPurpose, *, now: datetime) -> Account:
    """The account of an open link, by the hash of its token; raises NotFound for a link that was used or has
    expired."""
    account = session.scalars(
        select(Account)
        .join(OneTimeToken, OneTimeToken.account_id == Account.id)
        .where(
            OneTimeToken.token_hash == hashed,
            OneTimeToken.purpose == purpose.value,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
            Account.standing != AccountStanding.DISABLED.value,
        )
    ).one_or_none()
    if account is None:
        raise NotFound(_OVER)
    return account


def redeem(session: Session, hashed: str, purpose: TokenPurpose, *, now: datetime) -> Account:
    """Use a link up and return its account. Of several at once one wins; the others get NotFound."""
    account = bearer(session, hashed, purpose, now=now)
    used = session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.token_hash == hashed, OneTimeToken.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeToken.account_id)
    ).all()
    if not used:
        raise NotFound(_OVER)
    return account
