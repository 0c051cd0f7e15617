"""People for tests: accounts of every role, and browsers that are signed in as them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.db import sealer_of
from registry.models import Account, Enterprise
from registry.names import name_key
from registry.permissions import Actor
from registry.sealing import totp
from registry.services.accounts.sessions import open_session
from registry.services.demo.words import demo_code
from registry.terms import AccountStanding, Role
from registry.views.accounts.identity import COOKIE
from tests.browser import Browser

PASSWORD = "horse-battery-31"
"""The password of accounts made with `known_password=True`."""
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
_serial = iter(range(1, 1_000_000))


def enterprise(session: Session, name: str = "", *, uscc: str | None = "") -> Enterprise:
    """An enterprise with a code that cannot exist; the same name gives the same one."""
    number = next(_serial)
    name = name or f"演示企业{number}有限公司"
    found = session.scalars(select(Enterprise).where(Enterprise.name_key == name_key(name))).first()
    if found is not None:
        return found
    now = datetime.now(UTC)
    made = Enterprise(
        name=name,
        name_key=name_key(name),
        uscc=demo_code("320402", 50_000 + number) if uscc == "" else uscc,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    return made


def make_account(
    session: Session,
    role: Role,
    *,
    unit: str | None = None,
    enterprise: Enterprise | None = None,
    is_owner: bool = False,
    standing: AccountStanding = AccountStanding.ACTIVE,
    known_password: bool = False,
    **columns: Any,
) -> Account:
    """An account of a role; `columns` are further ones of the table."""
    address = f"person{next(_serial)}@example.com"
    account = Account(
        email=address,
        email_key=address,
        name=f"演示{role.zh}{unit or ''}",
        role=role.value,
        standing=AccountStanding(standing).value,
        unit_code=unit,
        enterprise_id=enterprise.id if enterprise else None,
        is_owner=is_owner,
        password_hash=PASSWORD_HASH if known_password else None,
        created_at=datetime.now(UTC),
        **columns,
    )
    secret, account.totp_secret = account.totp_secret, None
    session.add(account)
    session.flush()
    if secret is not None:
        account.totp_secret = sealer_of(session).seal(totp(account.id), secret)
        session.flush()
    return account


def second_factor_of(session: Session, account_id: int) -> str | None:
    """The secret of an account's second factor, as its telephone holds it."""
    sealed = session.get_one(Account, account_id).totp_secret
    return None if sealed is None else sealer_of(session).unseal(totp(account_id), sealed)


def give_second_factor(session: Session, account_id: int, secret: str) -> None:
    """Put the secret of a second factor in place."""
    sealed = sealer_of(session).seal(totp(account_id), secret)
    session.execute(update(Account).where(Account.id == account_id).values(totp_secret=sealed))


def staff(session: Session, role: Role, unit: str | None = None) -> Account:
    """A member of staff; district reviewers need a unit."""
    return make_account(session, role, unit=unit)


def enterprise_account(session: Session, name: str = "", *, is_owner: bool = True) -> Account:
    """A member of the enterprise with this name (made if it is not there)."""
    return make_account(session, Role.ENTERPRISE, enterprise=enterprise(session, name), is_owner=is_owner)


def actor_of(account: Account) -> Actor:
    """The actor that an account stands for."""
    return Actor(
        id=account.id,
        role=Role(account.role),
        enterprise_id=account.enterprise_id,
        unit=account.unit_code,
        is_owner=account.is_owner,
        may_see_objectors=account.may_see_objectors,
    )


def session_token(app: Flask, account_id: int, *, second_factor: bool = True) -> str:
    """A session of this account, as the sign-in page opens it."""
    with app.extensions["registry"].write() as session:
        account = session.get_one(Account, account_id)
        token = open_session(session, account, second_factor=second_factor, now=datetime.now(UTC))
        session.commit()
    return token


def signed_in(app: Flask, account_id: int, *, second_factor: bool = True) -> Browser:
    """A linting browser that is signed in as this account."""
    browser = Browser(app)
    browser.client.set_cookie(COOKIE, session_token(app, account_id, second_factor=second_factor))
    return browser
