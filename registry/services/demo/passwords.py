"""Random passwords for demo accounts: new ones at every start, none in any file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import Account, Enterprise, ReportingUnit
from registry.permissions import Actor
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.sessions import close_all
from registry.services.events import Entry, record
from registry.terms import Role
from registry.wording import Message, Named

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Login:
    """One line for the operator: whose account, its address and its new password."""

    role: Message
    email: str
    password: str


def renew_passwords(session: Session, actor: Actor) -> list[Login]:
    """Give every demo account a new password; their sessions end. Returns the logins to be printed:
    all of the staff, and clerk and checker of the first demo enterprise."""
    accounts = session.scalars(select(Account).where(Account.is_demo).order_by(Account.id)).all()
    first = session.scalar(select(func.min(Account.enterprise_id)).where(Account.is_demo))
    listed = []
    for account in accounts:
        close_all(session, account.id)
        if account.enterprise_id not in (None, first):
            # Nobody asked for these; without a password nobody can sign in with them.
            continue
        password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        account.password_hash = hash_password(password)
        listed.append(Login(_who(session, account), account.email, password))
    if listed:
        record(session, actor, Entry(action="demo.passwords", subject_type="registry"))
    return listed


def _who(session: Session, account: Account) -> Message:
    role = Role(account.role)
    if account.unit_code:
        unit = session.get_one(ReportingUnit, account.unit_code)
        return Message("%(role)s（%(place)s）", role=role, place=Named(unit.name, unit.name_en))
    if account.enterprise_id:
        return Message(
            "%(role)s（%(place)s）", role=role, place=session.get_one(Enterprise, account.enterprise_id).name
        )
    return Message("%(role)s", role=role)
