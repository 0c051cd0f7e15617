"""请同事核对: whom to ask, by message or by a link, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response as FlaskResponse
from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from registry.application_form.window import days_left
from registry.errors import InvalidInput
from registry.forms.base import FormError
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.applications.own import names_of
from registry.queries.applications.second_person import Progress, colleagues_of, progress_of
from registry.queries.calls.listing import public_call
from registry.services.accounts.joining import colleague_link
from registry.services.applications import colleagues
from registry.statuses import EDITABLE_STATUSES
from registry.terms import ApplicationStatus
from registry.values.row_ids import row_id
from registry.views.applications.frame import blueprint, now, own
from registry.views.web.addresses import site_url
from registry.views.web.runtime import actor, policy, session

if TYPE_CHECKING:
    from registry.models import Application


@blueprint.get("/enterprise/applications/<int:application_id>/second-person")
@policy(Permission.APPLICATION_OWN)
def second_person(application_id: int) -> Response:
    """Two steps, the colleagues, the link, the progress and the deadline."""
    found = own(application_id)
    if found.status not in EDITABLE_STATUSES:
        return redirect(url_for("enterprise.application", application_id=found.id))
    return _page(found)


@blueprint.post("/enterprise/applications/<int:application_id>/ask")
@policy(Permission.APPLICATION_OWN)
def ask(application_id: int) -> Response:
    """Ask the colleagues, or the chosen one, to check and confirm."""
    found, text = own(application_id), request.form.get("colleague", "")
    try:
        colleagues.ask_colleagues(session(), actor(), application_id, now=now(), only=row_id(text))
    except InvalidInput as error:
        return _page(found, errors=[FormError("", error.message)], status=error.status)
    return redirect(url_for("enterprise.second_person", application_id=application_id, done="asked"), 303)


@blueprint.post("/enterprise/applications/<int:application_id>/colleague-link")
@policy(Permission.APPLICATION_OWN)
def hand_link(application_id: int) -> Response:
    """A link for a colleague without an account; it is shown this once."""
    found = own(application_id)
    if found.status not in EDITABLE_STATUSES:
        return redirect(url_for("enterprise.application", application_id=found.id), 303)
    token = colleague_link(session(), actor(), now=now())
    target = url_for("enterprise.check", application_id=found.id, lang=None).removeprefix(request.script_root)
    return _page(found, link=site_url("joining.join", token=token, next=target, lang=None))


@blueprint.app_template_global("second_person_words")
def second_person_words(line: Progress) -> str:
    """One line of the progress."""
    if line.action == "ask":
        return _("%(name)s请同事核对", name=line.name)
    if line.action == "read":
        return _("%(name)s看了通知", name=line.name)
    return _("%(name)s核对并确认", name=line.name)


def _page(
    found: Application, *, errors: list[FormError] | None = None, link: str = "", status: int = 200
) -> FlaskResponse:
    row = public_call(session(), found.call_id, now=now()).row
    others = colleagues_of(session(), found, actor().id or 0)
    deadline = row.window.deadline(found.unit_code or "")
    page = render_template(
        "applications/second_person.html",
        application=found,
        status=ApplicationStatus(found.status),
        errors=errors or [],
        others=others,
        lines=progress_of(session(), found, others),
        people=names_of(session(), [found.typed_by, found.confirmed_by]),
        deadline=deadline,
        left=days_left(deadline, now()),
        is_returned=found.status == ApplicationStatus.RETURNED,
        is_asked=request.args.get("done") == "asked",
        is_owner=actor().is_owner,
        link=link,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
