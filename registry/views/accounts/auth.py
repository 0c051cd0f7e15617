"""Signing in and out, registering, one-time links, and the page of the own account.

Passwords are hashed outside of transactions, since hashing takes its time on purpose.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask import session as form_cookie
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.accounts import CodeForm, NewPasswordForm, ResetForm, SignInForm
from registry.i18n import _, in_words, language
from registry.mail import Letter
from registry.permissions import REVIEWERS, Actor, Permission
from registry.queries.accounts import people
from registry.queries.accounts.inbox import unread_count
from registry.queries.attention.today import waiting_for
from registry.services.accounts import credentials, second_factor, throttling, tokens
from registry.services.accounts.credentials import Credentials
from registry.services.accounts.making import email_key
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.sessions import close_session, find_actor, token_hash
from registry.services.accounts.throttling import Attempt
from registry.terms import Digest, TokenPurpose
from registry.views.accounts import known_browser
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, code_attempt, examine, take
from registry.views.accounts.entering import home_of
from registry.views.accounts.identity import own_token, safe_next, sign_in_cookie, sign_out_cookie, wall
from registry.views.accounts.outbox import mailer, post_after_commit
from registry.views.web.addresses import site_url
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("auth", __name__)
HALF = "half_signed_in"
HALF_SECONDS = 300
"""The password holds so long until the code of the second factor has to follow."""


class Half(NamedTuple):
    """A password that was right, kept in the signed cookie until the code follows."""

    account_id: int
    fingerprint: str
    since: int
    target: str


@blueprint.get("/desk.json")
@policy(Permission.SIGN_IN)
def desk() -> Response:
    """Who reads a public page, for its header alone: the way to the own desk and what waits there. The pages
    themselves are the same for everybody and never ask."""
    who = actor()
    if who.role is None:
        return jsonify({})
    waits = [item.count for item in waiting_for(session(), who, now=datetime.now(UTC)) if item.is_own_queue]
    unread = unread_count(session(), who.id or 0)
    said = _("待办 %(n)s 件", n=waits[0]) if waits else _("未读 %(n)s 条", n=unread)
    count = waits[0] if waits else unread
    labels = {"label": _("我的工作台"), "short": _("工作台")}
    return jsonify(labels | {"href": home_of(who), "n": count, "said": said if count else ""})


@blueprint.route("/sign-in", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def sign_in() -> Response | str | Answer:
    """The sign-in page; who is signed in already goes on."""
    if request.method == "GET":
        if actor().role is not None:
            return redirect(safe_next(request.args.get("next")) or home_of(actor()))
        form = SignInForm(data={"next": request.args.get("next", "")})
        return render_template("accounts/sign_in.html", form=form, notice=request.args.get("done", ""))
    form = SignInForm()
    entered: list[Response] = []
    status, headers = take(form, lambda: entered.append(_with_password(form)))
    return (
        entered[0]
        if status == DONE
        else (render_template("accounts/sign_in.html", form=form, notice=""), status, headers)
    )


def _with_password(form: SignInForm) -> Response:
    examined = examine(form.email.data or "", form.password.data or "")
    if examined is None:
        raise InvalidInput(credentials.WRONG)
    if examined.is_disabled:
        # Only who knows the password is told.
        raise InvalidInput(Message("这个账户已停用，请联系系统管理员。"))
    if examined.has_second_factor and examined.id is not None:
        form_cookie[HALF] = Half(examined.id, _fingerprint(examined), int(time.time()), form.next.data or "")
        return redirect(url_for("auth.second_step"))
    return _enter(examined, form.next.data)


def _fingerprint(examined: Credentials) -> str:
    """Ends a half sign-in when the password changes meanwhile."""
    return hashlib.sha256((examined.password_hash or "").encode()).hexdigest()[:16]


def _enter(
    examined: Credentials, target: str | None, code: str | None = None, tried: Attempt | None = None
) -> Response:
    """Open the session and go on; raises InvalidInput when the account does not let in. `tried` counts the code."""
    now = datetime.now(UTC)
    with runtime().write() as writing:
        token = credentials.sign_in(writing, examined, now=now, code=code, language=language())
        if tried is not None and token is None:
            second_factor.code_failed(writing, examined.id or 0, tried, now=now)
        elif tried is not None:
            throttling.succeeded(writing, tried, now=now)
        writing.commit()
    if token is None:
        if code is None:
            raise InvalidInput(credentials.WRONG)
        raise InvalidInput(Message("动态口令不对或已经用过，请等下一个。"), field="one_time_code")
    with runtime().read() as reading:
        who, _is_due = find_actor(reading, token, now=now, wall=wall())
    response = redirect(safe_next(target) or home_of(who or Actor()))
    sign_in_cookie(response, token)
    known_browser.remember(response, examined.id or 0)
    return response


@blueprint.route("/sign-in/code", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def second_step() -> Response | str | Answer:
    """The code of the second factor, soon after the password."""
    kept = form_cookie.get(HALF)
    half = Half(*kept) if kept else None
    if half is None or time.time() - half.since > HALF_SECONDS:
        return redirect(url_for("auth.sign_in", done="again"))
    form = CodeForm()
    if request.method == "GET":
        return render_template("accounts/second_step.html", form=form)
    with runtime().read() as reading:
        examined = credentials.credentials_of(reading, account_id=half.account_id)
    if examined.id is None or examined.is_disabled or _fingerprint(examined) != half.fingerprint:
        return redirect(url_for("auth.sign_in", done="again"))
    entered: list[Response] = []

    def step() -> None:
        tried = code_attempt(half.account_id)
        begin(tried)
        entered.append(_enter(examined, half.target, form.one_time_code.data or "", tried))

    status, headers = take(form, step)
    return entered[0] if status == DONE else (render_template("accounts/second_step.html", form=form), status, headers)


@blueprint.post("/sign-out")
@policy(Permission.ACCOUNT_OWN)
def sign_out() -> Response:
    """End the session of this browser."""
    credentials.signed_out(session(), actor(), own_token())
    response = redirect(url_for("auth.sign_in", done="signed_out"))
    sign_out_cookie(response)
    return response


@blueprint.route("/reset", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def reset() -> Response | str | Answer:
    """Ask for a link by mail; the answer is the same whether or not the address is known."""
    if mailer().server is None:
        return render_template("accounts/reset.html", has_mail=False)
    form = ResetForm()
    status, headers = UNSENT
    if request.method == "POST":
        status, headers = take(form, lambda: _send_link(form.email.data or ""))
        if status == DONE:
            return redirect(url_for("auth.reset", done="sent"))
    page = render_template("accounts/reset.html", form=form, has_mail=True, is_sent=request.args.get("done") == "sent")
    return page, status, headers


def _send_link(email: str) -> None:
    begin(throttling.reset_attempt(email_key(email), request.remote_addr))
    with runtime().write() as writing:
        link = credentials.ask_reset(writing, email, now=datetime.now(UTC))
        writing.commit()
    if link is None:
        return
    address, token = link
    # With a mail server the public URL is set, so this address does not come from a request.
    href = site_url("auth.reset_link", token=token, lang=None)
    body = Message(
        "请打开下面的链接设置新密码，一小时内有效，只能用一次：\n\n%(href)s\n\n如果不是您本人申请，无须处理。\n",
        href=href,
    )
    post_after_commit(Letter(address, in_words(Message("重设密码")), in_words(body)))


@blueprint.route("/reset/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def reset_link(token: str) -> Response | Answer:
    """Set a new password by a link from the mail."""
    return _link_page(token[:100], TokenPurpose.RESET)


@blueprint.route("/invitation/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def invitation(token: str) -> Response | Answer:
    """Accept an invitation by choosing a password."""
    return _link_page(token[:100], TokenPurpose.INVITATION)


def _link_page(token: str, purpose: TokenPurpose) -> Response | Answer:
    with runtime().read() as reading:
        holder = people.account_row(
            reading, tokens.bearer(reading, token_hash(token), purpose, now=datetime.now(UTC)).id
        )
    form = NewPasswordForm()
    status, headers = UNSENT
    if request.method == "POST":
        status, headers = take(form, lambda: _set_by_link(form, token, purpose, holder))
        if status == DONE:
            # Whoever was signed in here before is not any more.
            close_session(session(), own_token())
            response = redirect(url_for("auth.sign_in", done="password"))
            sign_out_cookie(response)
            return response
    return render_template("accounts/link.html", form=form, holder=holder, purpose=purpose.value), status, headers


def _set_by_link(form: NewPasswordForm, token: str, purpose: TokenPurpose, holder: people.AccountRow) -> None:
    password = form.new_password.data or ""
    near = credentials.known_of(holder.email, holder.name, holder.enterprise, holder.enterprise_uscc)
    credentials.require_new_password(
        password, form.new_password_again.data or "", near=near, local=runtime().known_names
    )
    password_hash = hash_password(password)
    credentials.redeem_link(session(), token, purpose, password_hash, now=datetime.now(UTC))


@blueprint.get("/account")
@policy(Permission.ACCOUNT_OWN)
def account() -> str:
    """Who am I, and what can I change."""
    row = people.account_row(session(), actor().id or 0)
    home = home_of(actor())
    return render_template(
        "accounts/account.html",
        row=row,
        sessions=people.own_sessions(session(), row.id, token_hash(own_token()), now=datetime.now(UTC)),
        limited=actor().limited,
        digests=list(Digest),
        uses_keys=people.uses_keys(session(), row.id) if actor().role in REVIEWERS else None,
        notice=request.args.get("done", ""),
        home="" if home == url_for("auth.account") else home,
    )
