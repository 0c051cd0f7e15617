"""A mail address is proved by the link in a letter, where a mail server is set: registering, and a new address.

Known and unknown addresses are answered alike: what is asked waits under the hash of its link, and until that is
used there is no account to sign in to.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, MailProof
from registry.permissions import PUBLIC, Actor
from registry.services.accounts import messages, registration, tokens
from registry.services.accounts.credentials import Credentials
from registry.services.accounts.making import TAKEN, clean_email, email_key, find, held
from registry.services.accounts.registration import Registration
from registry.services.accounts.sessions import token_hash
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role
from registry.wording import Message

LIFETIME = timedelta(hours=24)
_OVER = Message("这个链接已经用过、过期或不完整。请重新申请一个。")


def ask_registration(
    session: Session, asked: Registration, password_hash: str, *, now: datetime, language: str
) -> tuple[str, str] | None:
    """Keep a registration until its link is used. Returns (mail address, token), None where the address has an
    account: then its owner gets a message. Either way one event is written, so that the answer takes the same time.
    """
    asked = registration.checked(asked)
    registration.require_clear(session, asked)
    holder = find(session, asked.email)
    if holder is not None:
        registration.tell_holder(session, holder, now=now)
        return None
    content = asdict(asked) | {"password_hash": password_hash, "language": language}
    token = _keep(session, asked.email, content, account_id=None, now=now)
    record(session, PUBLIC, Entry(action="account.register_asked", subject_type="account"))
    return asked.email, token


def registration_of(session: Session, token: str, *, now: datetime) -> Registration:
    """What waits behind a link; raises NotFound for one that is over."""
    proof = _proof(session, token, now=now, of_account=False)
    return _stated(proof)


def _stated(proof: MailProof) -> Registration:
    return Registration(**{name: str(proof.content[name]) for name in Registration.__dataclass_fields__})


def complete_registration(session: Session, token: str, *, now: datetime) -> None:
    """Make the account that a link proves; further links of the same address end with it."""
    proof = _proof(session, token, now=now, of_account=False, hold=True)
    asked = _stated(proof)
    password_hash, language = str(proof.content["password_hash"]), str(proof.content["language"])
    session.execute(
        delete(MailProof).where(MailProof.email_key == email_key(asked.email), MailProof.account_id.is_(None))
    )
    registration.register(session, asked, password_hash, now=now, language=language)


def change_address(session: Session, actor: Actor, examined: Credentials, email: str, *, now: datetime) -> str:
    """Change the own mail address at once, where no letters are sent; returns the one before."""
    account, address = _asking(session, actor, examined, email)
    if find(session, address) not in (None, account):
        raise InvalidInput(TAKEN, field="email")
    return _settle(session, actor, account, address)


def ask_address(
    session: Session, actor: Actor, examined: Credentials, email: str, *, now: datetime
) -> tuple[str, str] | None:
    """Ask for another mail address of the own account after the password was right (`examined`).

    Returns (new address, token), None where somebody else has the address, who gets a message.
    """
    account, address = _asking(session, actor, examined, email)
    holder = find(session, address)
    record(session, actor, Entry(action="account.email_asked", subject_type="account", subject_id=account.id))
    if holder is not None and holder.id != account.id:
        messages.notify(
            session,
            [holder.id],
            subject=Message("有人想把您的邮箱用作另一个账户的邮箱"),
            body=Message("您的账户没有变化。如果不是您本人，无须处理。"),
            now=now,
        )
        return None
    session.execute(delete(MailProof).where(MailProof.account_id == account.id))
    return address, _keep(session, address, {}, account_id=account.id, now=now)


def address_of(session: Session, token: str, *, now: datetime) -> str:
    """The new address behind a link; raises NotFound for one that is over."""
    return _proof(session, token, now=now, of_account=True).email


def complete_address(session: Session, token: str, *, now: datetime) -> tuple[str, str]:
    """Give an account the address that its link proves; returns the one before and the new one."""
    proof = _proof(session, token, now=now, of_account=True, hold=True)
    account, address = held(session, proof.account_id or 0), proof.email
    session.delete(proof)
    if account.standing == AccountStanding.DISABLED:
        raise NotFound(_OVER)
    who = Actor(id=account.id, role=Role(account.role), enterprise_id=account.enterprise_id, unit=account.unit_code)
    before = _settle(session, who, account, address)
    return before, address


def _asking(session: Session, actor: Actor, examined: Credentials, email: str) -> tuple[Account, str]:
    account, address = held(session, actor.id or 0), clean_email(email)
    if account.password_hash != examined.password_hash:
        raise NotAllowed(Message("密码刚刚在别处更改过，请重新登录。"))
    if address == account.email:
        raise InvalidInput(Message("账户现在的邮箱就是它。"), field="email")
    return account, address


def _settle(session: Session, actor: Actor, account: Account, address: str) -> str:
    """Write the address. Open links went to the address before: they end."""
    before = account.email
    try:
        with session.begin_nested():
            account.email, account.email_key = address, email_key(address)
            session.flush()
    except IntegrityError:
        raise Conflict(TAKEN, field="email") from None
    tokens.revoke(session, account.id)
    # Addresses are personal data: the record of events says that it changed, not to what.
    record(session, actor, Entry(action="account.email", subject_type="account", subject_id=account.id))
    return before


def _keep(session: Session, email: str, content: dict[str, str], *, account_id: int | None, now: datetime) -> str:
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


def _proof(session: Session, token: str, *, now: datetime, of_account: bool, hold: bool = False) -> MailProof:
    kind = MailProof.account_id.is_not(None) if of_account else MailProof.account_id.is_(None)
    wanted = (MailProof.token_hash == token_hash(token), MailProof.expires_at > now, kind)
    statement = select(MailProof).where(*wanted)
    found = session.scalars(statement.with_for_update() if hold else statement).one_or_none()
    if found is None:
        raise NotFound(_OVER)
    return found
