"""Checking who somebody is, and new passwords.

Hashing takes its time on purpose, so it is done outside of transactions: the caller reads `Credentials`, compares the
password, and only then opens a transaction for the outcome, which fails when the stored hash has changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed
from registry.models import Account
from registry.permissions import PUBLIC, Actor, Permission, require
from registry.services.accounts import second_factor, throttling, tokens
from registry.services.accounts.making import email_key, held
from registry.services.accounts.passwords import matches, require_good
from registry.services.accounts.sessions import close_all, close_session, open_session, renew, token_hash
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role, TokenPurpose
from registry.wording import Message

WRONG = Message("邮箱或密码不对。")
_MAY_SIGN_IN = (AccountStanding.ACTIVE.value, AccountStanding.PENDING.value)


@dataclass(frozen=True)
class Credentials:
    """What a password is examined against; `id` is None where no account has the mail address."""

    id: int | None = None
    password_hash: str | None = None
    has_second_factor: bool = False
    is_disabled: bool = False
    near: tuple[str, ...] = ()

    def match(self, password: str) -> bool:
        """Whether the password is right; it takes the same time whether or not there is an account."""
        return matches(self.password_hash, password)


def credentials_of(session: Session, *, email: str = "", account_id: int | None = None) -> Credentials:
    """The credentials of an account, by mail address or by id."""
    wanted = Account.email_key == email_key(email) if account_id is None else Account.id == account_id
    account = session.scalars(select(Account).where(wanted)).one_or_none()
    if account is None:
        return Credentials()
    # A new password is chosen by somebody who is known anyway. At sign-in one more query would reveal known addresses
    # by the time it takes.
    enterprise = account.enterprise if account_id is not None else None
    return Credentials(
        account.id,
        account.password_hash,
        account.totp_secret is not None,
        account.standing not in _MAY_SIGN_IN,
        near=known_of(account.email, account.name, *((enterprise.name, enterprise.uscc) if enterprise else ())),
    )


def sign_in(
    session: Session, examined: Credentials, *, now: datetime, code: str | None = None, language: str = "zh"
) -> str | None:
    """Open a session for somebody whose password was right; with a second factor, also its `code`.

    Returns the token of the session, or None when the code is wrong or the account changed meanwhile;
    the failure stands in the record then. Mail to the account is written in the `language` of the page from now on.
    """
    account = held(session, examined.id or 0)
    is_good = account.standing in _MAY_SIGN_IN and account.password_hash == examined.password_hash
    if is_good and account.totp_secret is not None:
        is_good = code is not None and second_factor.use_code(session, account, code, now=now)
    if not is_good:
        fail(session, account.id, note="" if code is None else "second_factor")
        return None
    if account.language != language:
        account.language = language
    token = open_session(session, account, second_factor=code is not None, now=now)
    record(session, _self(account), Entry(action="account.sign_in", subject_type="account", subject_id=account.id))
    return token


def fail(session: Session, account_id: int | None, *, note: str = "") -> None:
    """Write down an attempt that failed."""
    entry = Entry(action="account.sign_in_failed", subject_type="account", subject_id=account_id, note=note)
    record(session, PUBLIC, entry)


def signed_out(session: Session, actor: Actor, token: str) -> None:
    """End the session of one browser."""
    close_session(session, token)
    record(session, actor, Entry(action="account.sign_out", subject_type="account", subject_id=actor.id))


def ask_reset(session: Session, email: str, *, now: datetime) -> tuple[str, str] | None:
    """Make a reset link for an account that can have one. Returns (mail address, token), None for unknown ones.

    Either way one event is written, so that the answer takes the same time.
    """
    account = session.scalars(select(Account).where(Account.email_key == email_key(email))).one_or_none()
    known = account is not None and account.standing in _MAY_SIGN_IN
    subject = account.id if account is not None else None
    record(session, PUBLIC, Entry(action="account.reset_asked", subject_type="account", subject_id=subject))
    if account is None or not known:
        return None
    return account.email, tokens.issue(session, account, TokenPurpose.RESET, now=now, alone=False)


def redeem_link(session: Session, token: str, purpose: TokenPurpose, password_hash: str, *, now: datetime) -> Account:
    """Set the password by a one-time link; the sessions of the account end. An invited account becomes active."""
    account = held(session, tokens.redeem(session, token_hash(token), purpose, now=now).id)
    changes: dict[str, tuple[object, object]] = {}
    if account.standing == AccountStanding.INVITED:
        account.standing = AccountStanding.ACTIVE.value
        changes["standing"] = (AccountStanding.INVITED.value, AccountStanding.ACTIVE.value)
    account.password_hash = password_hash
    close_all(session, account.id)
    tokens.revoke(session, account.id)
    throttling.forget(session, account.email_key)
    session.flush()
    action = "account.password_reset" if purpose is TokenPurpose.RESET else "account.invitation_accepted"
    entry = Entry(action=action, subject_type="account", subject_id=account.id, changes=changes)
    record(session, _self(account), entry)
    return account


def signed_out_everywhere(session: Session, actor: Actor) -> None:
    """End all sessions of the actor."""
    close_all(session, actor.id or 0)
    record(session, actor, Entry(action="account.sessions_end", subject_type="account", subject_id=actor.id))


def signed_out_elsewhere(session: Session, actor: Actor, own_token: str) -> None:
    """End all sessions of the actor but that of the browser at hand."""
    close_all(session, actor.id or 0, but=own_token)
    record(session, actor, Entry(action="account.sessions_end_others", subject_type="account", subject_id=actor.id))


def change_password(
    session: Session, actor: Actor, examined: Credentials, password_hash: str, *, own_token: str, now: datetime
) -> str:
    """Set a new password after the old one was right (`examined`); all sessions and open links end.

    Returns the token of a new session for the browser at hand, whose old one was `own_token`.
    """
    account = held(session, actor.id or 0)
    if account.password_hash != examined.password_hash:
        raise NotAllowed(Message("密码刚刚在别处更改过，请重新登录。"))
    account.password_hash = password_hash
    tokens.revoke(session, account.id)
    token = renew(session, account, own_token, now=now)
    record(session, actor, Entry(action="account.password_change", subject_type="account", subject_id=account.id))
    return token


def set_password(session: Session, actor: Actor, account_id: int, password_hash: str, *, now: datetime) -> Account:
    """Give an account a password from outside (operator, administrator); an invited one becomes active."""
    require(actor, Permission.ACCOUNT_MANAGE)
    account = held(session, account_id)
    changes: dict[str, tuple[object, object]] = {}
    if account.standing == AccountStanding.INVITED:
        account.standing = AccountStanding.ACTIVE.value
        changes["standing"] = (AccountStanding.INVITED.value, account.standing)
    account.password_hash = password_hash
    close_all(session, account.id)
    tokens.revoke(session, account.id)
    throttling.forget(session, account.email_key)
    session.flush()
    entry = Entry(action="account.password_reset", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry)
    return account


def known_of(email: str, *names: str | None) -> tuple[str, ...]:
    """What a password must not be made of: the mail address before its @, names and codes of person and enterprise."""
    return (email.split("@")[0], *(name for name in names if name))


def require_new_password(
    password: str,
    again: str,
    near: tuple[str, ...] = (),
    *,
    local: tuple[str, ...] = (),
    field: str = "new_password",
) -> None:
    """Raise InvalidInput unless a new password is good and was typed twice alike."""
    require_good(password, near=near, local=local, field=field)
    if password != again:
        raise InvalidInput(Message("两次输入的密码不同。"), field=f"{field}_again")


def _self(account: Account) -> Actor:
    return Actor(id=account.id, role=Role(account.role), enterprise_id=account.enterprise_id, unit=account.unit_code)
