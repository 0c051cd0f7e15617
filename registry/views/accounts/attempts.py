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
from registry.views.web.runtime import actor, runtime

DONE = 302
UNSENT: tuple[int, dict[str, str]] = (200, {})
"""Status and headers of a page whose form was not sent yet."""
Answer = tuple[str, int, dict[str, str]]
"""A page, its status and headers."""


def count(*keys: throttling.Key) -> None:
    """Count an attempt under each key and under the address it comes from; raises TooManyAttempts."""
    with runtime().write() as writing:
        throttling.count(writing, keys, now=datetime.now(UTC))
        writing.commit()


def from_here(purpose: str) -> throttling.Key:
    """The key of the network address that asks."""
    return throttling.address_key(purpose, request.remote_addr)


def examine(email: str, password: str) -> Credentials | None:
    """The credentials that a password fits, or None after writing the failure down; raises TooManyAttempts."""
    key = throttling.account_key(email_key(email))
    count(key, from_here("address"))
    with runtime().read() as reading:
        found = credentials.credentials_of(reading, email=email)
    is_right = found.match(password)
    with runtime().write() as writing:
        if is_right:
            throttling.clear(writing, key, now=datetime.now(UTC))
        if not is_right or found.is_disabled:
            credentials.fail(writing, found.id)
        writing.commit()
    return found if is_right else None


def examine_own(password: str) -> Credentials:
    """The credentials of who is signed in, after the password was given again; raises InvalidInput at `password`."""
    account_id = actor().id or 0
    key = throttling.own_key(account_id)
    count(key)
    with runtime().read() as reading:
        found = credentials.credentials_of(reading, account_id=account_id)
    is_right = found.match(password)
    with runtime().write() as writing:
        if is_right:
            throttling.clear(writing, key, now=datetime.now(UTC))
        else:
            credentials.fail(writing, account_id, note="own_password")
        writing.commit()
    if not is_right:
        raise InvalidInput("密码不对。", field="password")
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
