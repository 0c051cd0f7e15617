"""Attempts at passwords and codes: counted before they are examined, each in a short transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import request

from registry.errors import InvalidInput, RegistryError, TooManyAttempts
from registry.forms.base import BaseForm
from registry.services.accounts import credentials, throttling
from registry.services.accounts.credentials import Credentials
from registry.services.accounts.making import email_key
from registry.services.accounts.throttling import Attempt
from registry.views.accounts import known_browser
from registry.views.web.runtime import actor, runtime, session
from registry.wording import Message

DONE = 302
UNSENT: tuple[int, dict[str, str]] = (200, {})
"""Status and headers of a page whose form was not sent yet."""
Answer = tuple[str, int, dict[str, str]]
"""A page, its status and headers."""


def begin(tried: Attempt) -> None:
    """Count an attempt before it is examined; raises TooManyAttempts."""
    with runtime().write() as writing:
        throttling.begin(writing, tried, now=datetime.now(UTC))
        writing.commit()


def failed(tried: Attempt) -> None:
    """Count a failure. What the request has written before is rolled back, since it would keep the counters locked."""
    session().rollback()
    with runtime().write() as writing:
        throttling.failed(writing, tried, now=datetime.now(UTC))
        writing.commit()


def code_attempt(account_id: int) -> Attempt:
    """An attempt of this browser at the second factor of an account."""
    return throttling.code_attempt(account_id, request.remote_addr, known_browser.mark_of(account_id))


def examine(email: str, password: str) -> Credentials | None:
    """The credentials that a password fits, or None after writing the failure down; raises TooManyAttempts."""
    with runtime().read() as reading:
        found = credentials.credentials_of(reading, email=email)
    mark = known_browser.mark_of(found.id) if found.id else ""
    tried = throttling.sign_in_attempt(email_key(email), request.remote_addr, mark)
    begin(tried)
    is_right = found.match(password)
    with runtime().write() as writing:
        outcome = throttling.succeeded if is_right else throttling.failed
        outcome(writing, tried, now=datetime.now(UTC))
        if not is_right or found.is_disabled:
            credentials.fail(writing, found.id)
        writing.commit()
    return found if is_right else None


def examine_own(password: str, account_id: int = 0) -> Credentials:
    """The credentials of who is signed in, or of the account behind a link, after the password was given again; raises
    InvalidInput at `password`."""
    account_id = account_id or actor().id or 0
    tried = throttling.own_attempt(account_id)
    begin(tried)
    with runtime().read() as reading:
        found = credentials.credentials_of(reading, account_id=account_id)
    is_right = found.match(password)
    with runtime().write() as writing:
        if is_right:
            throttling.succeeded(writing, tried, now=datetime.now(UTC))
        else:
            credentials.fail(writing, account_id, note="own_password")
        writing.commit()
    if not is_right:
        raise InvalidInput(Message("密码不对。"), field="password")
    return found


def take(form: BaseForm, step: Callable[[], object]) -> tuple[int, dict[str, str]]:
    """Take the step of a form that was sent. Returns (status, headers): DONE after a success, else the errors
    stand at their fields."""
    if not form.validate():
        return 422, {}
    try:
        step()
    except TooManyAttempts as error:
        return form.absorb(error), {"Retry-After": str(error.seconds)}
    except RegistryError as error:
        return form.absorb(error), {}
    return DONE, {}
