"""Who is asking: the session cookie, the sign-in wall, and forms whose time ran out.

Flask-Login finds the account behind a request and is used in this module only; sessions themselves
are rows (`services.accounts.sessions`). A POST that meets the wall or an outdated form token is answered with
a page that carries everything that was typed, so that nothing is lost.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import Flask, Request, g, redirect, request, session, url_for
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response

from registry.config import Settings
from registry.errors import BadParameter, NotAllowed, OperatorError
from registry.i18n import in_words
from registry.permissions import OPEN_TO_ALL, PUBLIC, Actor, Permission, can
from registry.services.accounts import sessions
from registry.views.web.carried import carried_page
from registry.views.web.operation.outages import outage
from registry.views.web.runtime import SAFE, actor, runtime
from registry.wording import Message

COOKIE = "registry_session"
_UNSAFE_NEXT = ("//", "/\\")


class _Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login calls a user: an actor."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = actor.id


class _FormCookie(SecureCookieSessionInterface):
    """The signed cookie that holds the form token: below the site's prefix, secure whenever the request is."""

    def get_cookie_path(self, app: Flask) -> str:
        return (request.script_root or "") + "/"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        # Saving the session adds `Vary: Cookie` to an answer as soon as it was read, and the sign-in library always
        # reads it.
        if session.modified or not g.get("is_shared", False):
            super().save_session(app, session, response)


def init_identity(app: Flask, settings: Settings) -> None:
    """Install sign-in, the wall in front of policies and the form token."""
    try:
        app.secret_key, *former = settings.keys()
    except OperatorError:
        # Before `flask init` there is no key; nothing that is signed now has to outlive the process.
        app.secret_key, *former = [secrets.token_hex(32)]
    app.session_interface = _FormCookie()
    app.config.update(
        SESSION_COOKIE_NAME="registry_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        SECRET_KEY_FALLBACKS=former,
        # The last one signs, all are accepted: a form that was open when the key was renewed can still be sent.
        WTF_CSRF_SECRET_KEY=[*reversed(former), app.secret_key],
    )
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.request_loader(_load)
    app.before_request(_wall)
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _outdated_form)
    app.after_request(_private)
    app.after_request(_still_may)


def _load(asked: Request) -> _Visitor | None:
    token = asked.cookies.get(COOKIE, "")
    if not token or len(token) > 100:
        return None
    now = datetime.now(UTC)
    with runtime().read() as reading:
        found, is_due = sessions.find_actor(reading, token, now=now, wall=wall())
    if found is None:
        return None
    if is_due:
        # A transaction of its own: the last use counts whatever becomes of this request.
        try:
            with runtime().write() as writing:
                sessions.touch(writing, token, now)
                writing.commit()
        except SQLAlchemyError as error:
            # Reading goes on where nothing can be written; whoever writes is told.
            if outage(error, writing=False) is None:
                raise
    return _Visitor(found)


def wall() -> sessions.Wall:
    """What this installation asks of staff, and where the request comes from."""
    settings = runtime().settings
    return sessions.Wall(
        staff_second_factor=settings.staff_second_factor,
        admin_networks=settings.admin_networks,
        address=request.remote_addr,
    )


def _wall() -> Response | FlaskResponse | None:
    """Find out who asks where the policy needs it; public pages know nobody and set no cookie."""
    permission = g.get("permission")
    if request.url_rule is None and permission is None:
        # No page stands here, so none is kept for others: the one that says so has the head of whoever asks.
        g.actor = current_user.actor if current_user.is_authenticated else PUBLIC
    if permission in (None, Permission.PUBLIC_READ, Permission.HEALTH_READ):
        return None
    g.actor = current_user.actor if current_user.is_authenticated else PUBLIC
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return carried_page(400, is_foreign=True)
    if request.method not in SAFE and any("\ufffd" in value for value in request.form.values()):
        # What is not UTF-8 arrives as this sign, which nobody types.
        raise BadParameter(Message("提交的内容含有不是文字的字节。"))
    verdict = can(g.actor, permission)
    if verdict.allowed:
        return None
    if g.actor.role is None and permission not in OPEN_TO_ALL:
        if request.method in SAFE:
            return redirect(url_for("auth.sign_in", next=_here()))
        return carried_page(401)
    if g.actor.limited and request.method in SAFE:
        return redirect(url_for("auth.account"))
    raise NotAllowed(verdict.reason)


def _here() -> str:
    path = request.full_path.rstrip("?")
    return path if len(path) <= 500 else "/"


def safe_next(target: str | None) -> str:
    """A path on this site to go on to; anything else gives ''."""
    if not target or not target.startswith("/") or target.startswith(_UNSAFE_NEXT):
        return ""
    return "" if any(ord(character) < 33 or character == "\\" for character in target) else request.script_root + target


def _outdated_form(error: CSRFError) -> FlaskResponse:
    """The form token is missing or of another session: show what was typed with a fresh one."""
    return carried_page(400)


def sign_in_cookie(response: Response, token: str) -> None:
    """Hand the session token to the browser and begin with a new form token."""
    session.clear()
    response.set_cookie(
        COOKIE,
        token,
        path=(request.script_root or "") + "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def sign_out_cookie(response: Response) -> None:
    """Take the session token back."""
    session.clear()
    response.delete_cookie(COOKIE, path=(request.script_root or "") + "/")


def own_token() -> str:
    """The token of this browser's session."""
    return request.cookies.get(COOKIE, "")


def _still_may(response: FlaskResponse) -> FlaskResponse:
    """Before a request is committed: whoever was shut out, or got another role, while it waited or looked into a file
    has written nothing. What concerns the own account changes exactly that, and looks for itself."""
    who = actor()
    if who.id is None or "session" not in g or request.method in SAFE or response.status_code >= 400:
        return response
    if g.get("permission") is Permission.ACCOUNT_OWN:
        return response
    with g.session.no_autoflush:
        if sessions.stands(g.session, who):
            return response
    g.session.rollback()
    g.pop("after_commit", None)
    return carried_page(NotAllowed.status, detail=in_words(Message("您的账户刚刚被停用或更改，不能再办理。")))


def _private(response: Response) -> Response:
    """What depends on who asks stays in no cache."""
    if g.get("permission") not in (None, Permission.PUBLIC_READ, Permission.HEALTH_READ):
        response.headers["Cache-Control"] = "no-store"
    return response
