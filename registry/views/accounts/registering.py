"""Registering an enterprise's person: everything that is wrong is said at once, and the way goes on to the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import InvalidInput, NotFound
from registry.forms.accounts import PersonForm, RegisterForm
from registry.i18n import language
from registry.keeping import NOTICE_VERSION
from registry.permissions import Permission
from registry.queries.calls.listing import public_call
from registry.services.accounts import credentials, registration, throttling
from registry.services.accounts.making import email_key
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.registration import Registration
from registry.values.row_ids import row_id
from registry.views.accounts import entering, letters
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, failed, take
from registry.views.web.runtime import policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("registering", __name__)
CHANGED_MIND = Message("两次输入的密码不同。")


@blueprint.route("/register", methods=("GET", "POST"), endpoint="register")
@policy(Permission.SIGN_IN)
def register() -> Response | Answer:
    """An enterprise's person registers. Where letters are sent, the answer never says whether an address is known."""
    form = RegisterForm()
    letters.defer_password(form)
    status, headers = UNSENT
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    else:
        form.validate()
        is_right = form.absorb_all(
            [*registration.faults(form.registration), *password_faults(form, form.enterprise_name.data, form.uscc.data)]
        )
        entered: list[Response] = []
        status, headers = take(form, lambda: entered.append(_register(form))) if is_right else (422, {})
        if status == DONE:
            return entered[0]
    page = render_template("accounts/register.html", form=form, call_title=_call_title(form.next.data or ""))
    return page, status, headers


def password_faults(form: PersonForm, *names: str | None) -> list[InvalidInput]:
    """What is wrong with a new password, and with its repetition; `names` are those of the enterprise. Nothing where
    the password is chosen later, behind the link of a letter."""
    if not form.new_password:
        return []
    password, again = form.new_password.data or "", form.new_password_again.data or ""
    near = credentials.known_of(form.email.data or "", form.name.data, *names)
    found = []
    try:
        credentials.require_new_password(password, password, near=near, local=runtime().known_names)
    except InvalidInput as fault:
        found.append(fault)
    if password != again:
        found.append(InvalidInput(CHANGED_MIND, field="new_password_again"))
    return found


def agreed(asked: Registration) -> Registration:
    """A registration whose box was ticked: the privacy notice of today is the one that was agreed to."""
    return replace(asked, consent_version=NOTICE_VERSION.isoformat(), consent_at=datetime.now(UTC).isoformat())


def _register(form: RegisterForm) -> Response:
    asked = agreed(registration.checked(form.registration))
    tried = throttling.registration_attempt(email_key(asked.email), request.remote_addr)
    begin(tried)
    target = form.next.data or ""
    try:
        if not form.new_password:
            return letters.send_registration(asked, target)
        password_hash = hash_password(form.new_password.data or "")
        made = registration.register(session(), asked, password_hash, now=datetime.now(UTC), language=language())
    except InvalidInput:
        failed(tried)
        raise
    if made is None:
        return redirect(url_for("auth.sign_in", done="registered", next=target or None))
    return entering.enter(made, target)


def _call_title(target: str) -> str:
    """The title of the call that a person chose before he registered; '' for none."""
    number = row_id(parse_qs(urlsplit(target).query).get("call", [""])[0])
    if number is None:
        return ""
    try:
        return public_call(session(), number, now=datetime.now(UTC)).row.title
    except NotFound:
        return ""
