"""Browsers in which an account was entered before, recognised by a signed cookie.

The cookie admits nobody. It only gives the attempts of this browser a counter of their own, so that a stranger who
guesses the password of the account elsewhere cannot make its owner wait.
"""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug import Response

COOKIE = "registry_known"
SECONDS = 180 * 24 * 3600
MOST = 5
"""A computer that several people share knows so many of them; the one who came first is forgotten first."""


def mark_of(account_id: int) -> str:
    """The name of this browser for an account; '' where it was never entered here, or long ago."""
    return _marks().get(str(account_id), "")


def remember(response: Response, account_id: int) -> None:
    """Give this browser a cookie after a success; an older one keeps its counter."""
    marks = _marks()
    mark = marks.pop(str(account_id), "") or secrets.token_hex(8)
    kept = dict([*marks.items(), (str(account_id), mark)][-MOST:])
    response.set_cookie(
        COOKIE,
        _serializer().dumps(kept),
        max_age=SECONDS,
        path=(request.script_root or "") + "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _marks() -> dict[str, str]:
    try:
        return cast(dict[str, str], _serializer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS))
    except BadSignature:
        return {}


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], salt="known-browser")
