"""The page behind a colleague's link: an account in the enterprise of whoever gave it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.accounts import PersonForm
from registry.i18n import language
from registry.permissions import Permission
from registry.services.accounts import joining, throttling
from registry.services.accounts.making import email_key
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.registration import Registration
from registry.services.accounts.sessions import token_hash
from registry.views.accounts import entering, letters
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, failed, take
from registry.views.accounts.registering import agreed, password_faults
from registry.views.web.runtime import policy, runtime, session

blueprint = Blueprint("joining", __name__)


@blueprint.route("/join/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def join(token: str) -> Response | Answer:
    """Register as a colleague; nothing but the own person is asked for."""
    hashed = token_hash(token[: letters.LONGEST])
    # A transaction of its own: the counters of attempts are written in another one, and SQLite has one writer.
    with runtime().read() as reading:
        host = joining.host_of(reading, hashed, now=datetime.now(UTC))
        firm = (host.enterprise.name, host.enterprise.uscc or "") if host.enterprise else ("", "")
        name = host.name
    form = PersonForm()
    letters.defer_password(form)
    status, headers = UNSENT
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    else:
        form.validate()
        asked = agreed(form.of_firm(*firm))
        is_right = form.absorb_all([*joining.faults(asked), *password_faults(form)])
        entered: list[Response] = []
        status, headers = take(form, lambda: entered.append(_join(form, hashed, asked))) if is_right else (422, {})
        if status == DONE:
            return entered[0]
    page = render_template("accounts/join.html", form=form, enterprise=firm[0], host=name)
    return page, status, headers


def _join(form: PersonForm, hashed: str, asked: Registration) -> Response:
    tried = throttling.registration_attempt(email_key(asked.email), request.remote_addr)
    begin(tried)
    target = form.next.data or ""
    try:
        if not form.new_password:
            return letters.send_registration(asked, target, colleague=hashed)
        password_hash = hash_password(form.new_password.data or "")
        made = joining.join(session(), hashed, asked, password_hash, now=datetime.now(UTC), language=language())
    except InvalidInput:
        failed(tried)
        raise
    return entering.enter(made, target)
