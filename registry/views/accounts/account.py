"""The own account: password, second factor, sessions, and the download of one's data."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask import session as form_cookie
from markupsafe import Markup
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.accounts import ChangePasswordForm, ClosingForm, SecondFactorForm
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.accounts import people
from registry.services.accounts import credentials, second_factor, throttling
from registry.services.accounts.closing import close_own
from registry.services.accounts.digests import choose_digest, choose_keys
from registry.services.accounts.passwords import hash_password
from registry.services.events import Entry, record
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, code_attempt, examine_own, take
from registry.views.accounts.identity import own_token, sign_in_cookie, sign_out_cookie
from registry.views.web.downloads import as_attachment
from registry.views.web.runtime import actor, hands_out, policy, runtime, session

blueprint = Blueprint("account", __name__)
CANDIDATE = "new_second_factor"


@blueprint.route("/account/password", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_OWN)
def password() -> Response | str | Answer:
    """Change the password; every other browser is signed out."""
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    opened: list[str] = []
    status, headers = take(form, lambda: opened.append(_change(form)))
    if status != DONE:
        return render_template("accounts/password.html", form=form), status, headers
    return _renewed(opened[0], "password")


def _change(form: ChangePasswordForm) -> str:
    examined = examine_own(form.password.data or "")
    wanted = form.new_password.data or ""
    credentials.require_new_password(
        wanted, form.new_password_again.data or "", near=examined.near, local=runtime().known_names
    )
    password_hash = hash_password(wanted)
    return credentials.change_password(
        session(), actor(), examined, password_hash, own_token=own_token(), now=datetime.now(UTC)
    )


@blueprint.route("/account/second-factor", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_OWN)
def change_second_factor() -> Response | Answer:
    """Set the second factor up by its first code, or take it away. A new secret is in the signed cookie until then."""
    with runtime().read() as reading:
        row = people.account_row(reading, actor().id or 0)
    if not row.has_second_factor and CANDIDATE not in form_cookie:
        form_cookie[CANDIDATE] = second_factor.new_secret()
    form = SecondFactorForm()
    status, headers = UNSENT
    if request.method == "POST":
        opened: list[str] = []
        status, headers = take(form, lambda: opened.append(_switch(form, is_on=row.has_second_factor)))
        if status == DONE:
            return _renewed(opened[0], "second_factor_off" if row.has_second_factor else "second_factor")
    secret = form_cookie.get(CANDIDATE, "")
    code = "" if row.has_second_factor else _qr(secret, row.email)
    page = render_template("accounts/second_factor.html", form=form, row=row, secret=_in_fours(secret), code=code)
    return page, status, headers


def _switch(form: SecondFactorForm, *, is_on: bool) -> str:
    examine_own(form.password.data or "")
    now, code = datetime.now(UTC), form.one_time_code.data or ""
    if is_on:
        return _disabled(code, now)
    return second_factor.enable(session(), actor(), form_cookie.get(CANDIDATE, ""), code, now=now)


def _disabled(code: str, now: datetime) -> str:
    """Counted like a code at the sign-in: who knows the password must not try all of them here."""
    tried = code_attempt(actor().id or 0)
    begin(tried)
    try:
        token = second_factor.disable(session(), actor(), code, now=now)
    except InvalidInput:
        session().rollback()
        with runtime().write() as writing:
            second_factor.code_failed(writing, actor().id or 0, tried, now=now)
            writing.commit()
        raise
    throttling.succeeded(session(), tried, now=now)
    return token


def _qr(secret: str, email: str) -> Markup:
    """The QR code as SVG without style attributes. It is drawn by segno from our own address, so it is safe."""
    address = second_factor.address(secret, email, runtime().settings.site.name)
    return Markup(segno.make(address, error="m").svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S704


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@blueprint.post("/account/sign-out-everywhere")
@policy(Permission.ACCOUNT_OWN)
def sign_out_everywhere() -> Response:
    """End all sessions, that of this browser too."""
    credentials.signed_out_everywhere(session(), actor())
    response = redirect(url_for("auth.sign_in", done="signed_out"))
    sign_out_cookie(response)
    return response


@blueprint.post("/account/sign-out-others")
@policy(Permission.ACCOUNT_OWN)
def sign_out_others() -> Response:
    """End the sessions of all other browsers."""
    credentials.signed_out_elsewhere(session(), actor(), own_token())
    return redirect(url_for("auth.account", done="others"))


@blueprint.route("/account/close", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_OWN)
def close() -> Response | str | Answer:
    """Close the own account for good."""
    form = ClosingForm()
    if request.method == "GET":
        return render_template("accounts/close.html", form=form)
    status, headers = take(form, lambda: _close(form))
    if status != DONE:
        return render_template("accounts/close.html", form=form), status, headers
    response = redirect(url_for("auth.sign_in", done="closed"))
    sign_out_cookie(response)
    return response


def _close(form: ClosingForm) -> None:
    examined = examine_own(form.password.data or "")
    close_own(session(), actor(), examined, now=datetime.now(UTC))


@blueprint.post("/account/digest")
@policy(Permission.ACCOUNT_OWN)
def digest() -> Response:
    """How often one mail says what waits."""
    choose_digest(session(), actor(), request.form.get("digest", ""), now=datetime.now(UTC))
    return redirect(url_for("auth.account", done="digest"))


@blueprint.post("/account/keys")
@policy(Permission.ACCOUNT_OWN)
def keys() -> Response:
    """Switch keyboard shortcuts on or off; a box that is not ticked is not sent."""
    choose_keys(session(), actor(), request.form.get("keys") == "yes", now=datetime.now(UTC))
    return redirect(url_for("auth.account", done="keys") + "#keys")


@blueprint.get("/account/data.json")
@policy(Permission.MESSAGE_OWN)
def data() -> FlaskResponse:
    """All that is kept about the person, as JSON."""
    account_id = actor().id or 0
    body = orjson.dumps(people.own_data(session(), account_id), option=orjson.OPT_INDENT_2)
    if hands_out():
        with runtime().write() as writing:
            record(writing, actor(), Entry(action="account.export", subject_type="account", subject_id=account_id))
            writing.commit()
    return as_attachment(
        FlaskResponse(body, mimetype="application/json"), _("我的数据"), suffix="json", plain="account"
    )


def _renewed(token: str, done: str) -> Response:
    """Back to the account with a new session for this browser."""
    response = redirect(url_for("auth.account", done=done))
    sign_in_cookie(response, token)
    return response
