"""Who has just made an account is signed in at once and goes on to what he wanted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, url_for
from werkzeug import Response

from registry.i18n import language
from registry.permissions import Actor
from registry.services.accounts import credentials
from registry.services.accounts.sessions import find_actor
from registry.terms import Role
from registry.views.accounts import known_browser
from registry.views.accounts.identity import safe_next, sign_in_cookie, wall
from registry.views.web.runtime import session

if TYPE_CHECKING:
    from registry.models import Account

HOMES = {
    Role.ENTERPRISE: "enterprise.dashboard",
    Role.DISTRICT_REVIEWER: "today.today",
    Role.MUNICIPAL_REVIEWER: "today.today",
    Role.PUBLISHER: "today.today",
    Role.ADMINISTRATOR: "admin.accounts",
    Role.AUDITOR: "admin.audit",
}


def home_of(who: Actor) -> str:
    """Where somebody goes after signing in: the first page of the role, or the own account."""
    return url_for(HOMES.get(who.role, "auth.account") if who.role and not who.limited else "auth.account")


def enter(account: Account, target: str) -> Response:
    """Sign a new account in, in the transaction that made it.

    Whoever may not act yet sees on his account page what he waits for.
    """
    now = datetime.now(UTC)
    examined = credentials.credentials_of(session(), account_id=account.id)
    token = credentials.sign_in(session(), examined, now=now, language=language())
    assert token is not None, "the account was made in this transaction"
    who, _is_due = find_actor(session(), token, now=now, wall=wall())
    home = home_of(who or Actor())
    wanted = home if who is None or who.limited else safe_next(target) or home
    # Whatever page follows says that the account is made, and what comes next.
    address, mark, place = wanted.partition("#")
    response = redirect(f"{address}{'&' if '?' in address else '?'}registered=1{mark}{place}")
    sign_in_cookie(response, token)
    known_browser.remember(response, account.id)
    return response
