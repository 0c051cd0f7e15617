"""Checking, confirming, submitting and withdrawing an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from werkzeug import Response

from registry.declaration.reading import FaultKind
from registry.errors import Conflict, InvalidInput, NotAllowed, RegistryError
from registry.forms.base import FormError
from registry.i18n import _
from registry.permissions import Permission
from registry.services.applications import colleagues, drafts
from registry.services.applications.drafts import Stale
from registry.services.review import steps
from registry.services.review.steps import Incomplete
from registry.statuses import EDITABLE_STATUSES
from registry.terms import Action, ApplicationStatus
from registry.views.applications.form import save_typed, seen_version, typed_answers
from registry.views.applications.frame import blueprint, may_withdraw, now, own
from registry.views.applications.pages import check_page
from registry.views.web.runtime import actor, policy, session
from registry.wording import full

if TYPE_CHECKING:
    from registry.models import Application


@blueprint.get("/enterprise/applications/<int:application_id>/review-page")
@policy(Permission.APPLICATION_OWN)
def check(application_id: int) -> Response:
    """The whole form with everything that is wrong; confirmation and submission."""
    found = own(application_id)
    if found.status not in EDITABLE_STATUSES:
        return redirect(_address(found.id))
    return check_page(found)


@blueprint.post("/enterprise/applications/<int:application_id>/confirm")
@policy(Permission.APPLICATION_OWN)
def confirm(application_id: int) -> Response:
    """The second person says that the form is right."""
    found = own(application_id)
    try:
        confirmed = drafts.confirm(session(), actor(), application_id, seen_version=seen_version(), now=now())
        colleagues.tell_confirmed(session(), actor(), confirmed, now=now())
    except (InvalidInput, Conflict, NotAllowed) as error:
        return check_page(found, errors=[FormError("", error.message)], status=error.status)
    return redirect(url_for("enterprise.check", application_id=application_id), 303)


@blueprint.post("/enterprise/applications/<int:application_id>/submit")
@policy(Permission.APPLICATION_OWN)
def submit(application_id: int) -> Response:
    """Submit or resubmit. Typed texts that come along are saved first, whatever becomes of the submission."""
    found = own(application_id)
    version = seen_version()
    typed = typed_answers()
    if typed:
        before = found.version
        refused = save_typed(application_id, typed, target=url_for("enterprise.submit", application_id=application_id))
        if refused is not None:
            return refused
        session().commit()
        version = found.version if version == before else version
    if _is_done(found, version):
        # A second click, or a colleague's: it is submitted, which is what was asked for.
        return redirect(_address(application_id), 303)
    action = Action.RESUBMIT if found.status == ApplicationStatus.RETURNED else Action.SUBMIT
    try:
        steps.perform(session(), actor(), application_id, action, seen_version=version, now=now())
    except Incomplete as error:
        session().rollback()
        # What is wrong in the form stands on the page; the missing second person is said on top.
        people = [
            FormError("finish", full(fault.message)) for fault in error.faults if fault.kind is FaultKind.UNCONFIRMED
        ]
        return check_page(own(application_id), errors=people, status=error.status)
    except (Stale, Conflict, NotAllowed) as error:
        session().rollback()
        return check_page(own(application_id), errors=[FormError("", error.message)], status=error.status)
    return redirect(url_for("enterprise.application", application_id=application_id, done=action.value), 303)


def _is_done(found: Application, version: int) -> bool:
    """Whether this is the repetition of a submission that succeeded."""
    return found.status not in EDITABLE_STATUSES and found.number is not None and found.version > version


@blueprint.get("/enterprise/applications/<int:application_id>/withdraw")
@policy(Permission.APPLICATION_OWN)
def withdraw(application_id: int) -> str:
    """What withdrawing means, before it happens."""
    return _withdraw_page(own(application_id), [])


@blueprint.post("/enterprise/applications/<int:application_id>/withdraw")
@policy(Permission.APPLICATION_OWN)
def withdraw_now(application_id: int) -> Response | tuple[str, int]:
    """Withdraw; the end of the application."""
    found = own(application_id)
    if found.status == ApplicationStatus.WITHDRAWN:
        return redirect(_address(application_id), 303)
    try:
        steps.perform(session(), actor(), application_id, Action.WITHDRAW, seen_version=seen_version(), now=now())
    except Stale as error:
        return _withdraw_page(found, [FormError("", error.message)]), error.status
    except RegistryError as error:
        return _withdraw_page(found, [FormError("", error.message)]), error.status
    return redirect(_address(application_id), 303)


def _withdraw_page(found: Application, errors: list[FormError]) -> str:
    reason = "" if may_withdraw(found) else _("已经有了决定，不能再撤回")
    return render_template(
        "applications/withdraw.html",
        application=found,
        status=ApplicationStatus(found.status),
        errors=errors,
        reason=reason,
    )


def _address(application_id: int) -> str:
    return url_for("enterprise.application", application_id=application_id)
