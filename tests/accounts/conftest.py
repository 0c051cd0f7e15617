"""What tests of accounts share: commands in one transaction, a clock that can be moved, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, Event
from tests import people
from tests.accounts.mailserver import MailServer
from tests.browser import Browser, Page

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Noon in Beijing."""


class Clock:
    """The time of the test, which stands until it is moved."""

    def __init__(self, traveller: Any) -> None:
        self.traveller = traveller

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.traveller.shift(timedelta(**span))

    @property
    def now(self) -> datetime:
        """What time it is."""
        return datetime.now(UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Time stands still at noon, until the test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield Clock(traveller)


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A transaction that is committed at the end."""
    with app.extensions["registry"].write() as session:
        yield session
        session.commit()


def actions(app: Flask, prefix: str = "account.") -> list[tuple[str, int | None]]:
    """(action, subject) of the events whose action begins so, in order."""
    with app.extensions["registry"].read() as session:
        rows = session.execute(select(Event.action, Event.subject_id).order_by(Event.id))
        return [(action, subject) for action, subject in rows if action.startswith(prefix)]


def account(app: Flask, account_id: int) -> Account:
    """An account as it stands."""
    with app.extensions["registry"].read() as session:
        return session.get_one(Account, account_id)


def secret_of(app: Flask, account_id: int) -> str | None:
    """The secret of an account's second factor."""
    with app.extensions["registry"].read() as session:
        return people.second_factor_of(session, account_id)


def sign_in(browser: Browser, email: str, password: str, *, status: int = 302, target: str = "") -> Page:
    """Fill in the sign-in page."""
    page = browser.get("/sign-in" + (f"?next={target}" if target else ""))
    return browser.submit(page, {"email": email, "password": password}, status=status)


def is_signed_in(browser: Browser) -> bool:
    """Whether the account page opens."""
    return browser.client.get("/account").status_code == 200


Made = Callable[..., int]


@pytest.fixture
def make(app: Flask) -> Made:
    """Makes an account with the known password; returns its id."""

    def build(role: Any, *, unit: str | None = None, enterprise: str = "", **columns: Any) -> int:
        with writing(app) as session:
            firm = people.enterprise(session, enterprise) if role == "enterprise" else None
            made = people.make_account(session, role, unit=unit, enterprise=firm, known_password=True, **columns)
            return made.id

    return build


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server on the loopback."""
    server = MailServer()
    yield server
    server.close()
