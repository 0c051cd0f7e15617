"""Another mail address of the own account: at once, or where letters are sent, when its link was used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, MailProof
from registry.permissions import Actor
from registry.services.accounts import messages, tokens
from registry.services.accounts.credentials import Credentials
from registry.services.accounts.making import TAKEN, clean_email, email_key, find, held
from registry.services.accounts.proofs import OVER, keep, proof_of
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role
from registry.wording import Message


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
    return address, keep(session, address, {}, account_id=account.id, now=now)


def address_of(session: Session, token: str, *, now: datetime) -> str:
    """The new address behind a link; raises NotFound for a link that was used or has expired."""
    return proof_of(session, token, now=now, of_account=True).email


def account_of(session: Session, token: str, *, now: datetime) -> int:
    """The account that a link gives a new address; raises NotFound for a link that was used or has expired."""
    return proof_of(session, token, now=now, of_account=True).account_id or 0


def complete_address(session: Session, token: str, examined: Credentials, *, now: datetime) -> tuple[str, str]:
    """Give an account the address that its link proves; returns the one before and the new one.

    The password was given again (`examined`): a link alone proves that somebody reads letters to an address, not that
    he asked for it, and an account must not take a stranger's address by his click.
    """
    proof = proof_of(session, token, now=now, of_account=True, hold=True)
    account, address = held(session, proof.account_id or 0), proof.email
    if account.password_hash != examined.password_hash:
        raise NotFound(OVER)
    session.delete(proof)
    if account.standing == AccountStanding.DISABLED:
        raise NotFound(OVER)
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
