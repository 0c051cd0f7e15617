"""The page behind a colleague's link: an account in the enterprise of whoever gave it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.accounts import PersonForm
from registry.i18n import language
from registry.keeping import NOTICE_VERSION
from registry.permissions import Permission
from registry.services.accounts import joining, throttling
from registry.services.accounts.joining import Newcomer
from registry.services.accounts.making import email_key
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.registration import Consent
from registry.views.accounts import entering
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, failed, take
from registry.views.accounts.registering import password_faults
from registry.views.web.runtime import policy, runtime, session

blueprint = Blueprint("joining", __name__)
LONGEST = 100


@blueprint.route("/join/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def join(token: str) -> Response | Answer:
    """Register as a colleague; nothing but the own person is asked for."""
    # A transaction of its own: the counters of attempts are written in another one, and SQLite has one writer.
    with runtime().read() as reading:
        host = joining.host_of(reading, token[:LONGEST], now=datetime.now(UTC))
        enterprise, name = host.enterprise.name if host.enterprise else "", host.name
    form = PersonForm()
    status, headers = UNSENT
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    else:
        form.validate()
        is_right = form.absorb_all([*joining.faults(_newcomer(form)), *password_faults(form)])
        entered: list[Response] = []
        status, headers = take(form, lambda: entered.append(_join(form, token[:LONGEST]))) if is_right else (422, {})
        if status == DONE:
            return entered[0]
    page = render_template("accounts/join.html", form=form, enterprise=enterprise, host=name)
    return page, status, headers


def _newcomer(form: PersonForm) -> Newcomer:
    consent = Consent(version=NOTICE_VERSION, at=datetime.now(UTC))
    return Newcomer(email=form.email.data or "", name=form.name.data or "", consent=consent)


def _join(form: PersonForm, token: str) -> Response:
    newcomer = _newcomer(form)
    tried = throttling.registration_attempt(email_key(newcomer.email), request.remote_addr)
    begin(tried)
    password_hash = hash_password(form.new_password.data or "")
    try:
        made = joining.join(session(), token, newcomer, password_hash, now=datetime.now(UTC), language=language())
    except InvalidInput:
        failed(tried)
        raise
    return entering.enter(made, form.next.data or "")
