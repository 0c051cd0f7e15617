"""What an officer does at one application: steps of the workflow, and the work around them.

A refusal gives the same page again with everything that was typed: 422 at the field, 409 with what
somebody else did meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, redirect, request
from werkzeug import Response
from werkzeug.exceptions import NotFound as NoSuchPage

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.forms.base import FormError
from registry.forms.review import Typed, read_typed
from registry.permissions import Permission
from registry.queries.review.case import Happening, last_happening
from registry.queries.review.place import find_place
from registry.queries.review.sheets import rest_met, sheet_of
from registry.services.applications.drafts import Stale
from registry.services.review import casework, corrections, steps
from registry.terms import Action
from registry.values.row_ids import row_id
from registry.views.review.case_page import case_page
from registry.views.review.line import case_filters, case_url
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("review_steps", __name__)
DOUBLE_CLICK = timedelta(seconds=10)


@blueprint.post("/review/<int:application_id>/<action>")
@policy(Permission.REVIEW)
def step(application_id: int, action: str) -> Response:
    """Take one step of the workflow."""
    if action not in {item.value for item in Action}:
        raise NoSuchPage
    wanted, typed, now = Action(action), _typed(), datetime.now(UTC)
    onward = _after(application_id, now)
    try:
        steps.perform(
            session(), actor(), application_id, wanted, seen_version=typed.version, given=typed.given(), now=now
        )
    except (InvalidInput, Conflict) as error:
        return _refused(application_id, error, typed, step=wanted)
    return redirect(case_url(application_id, done=wanted.value, next=onward), 303)


@blueprint.post("/review/<int:application_id>/seen")
@policy(Permission.REVIEW)
def seen(application_id: int) -> Response:
    """Remember that the officer looked at a version."""
    snapshot = row_id(request.form.get("snapshot")) or 0
    casework.mark_seen(session(), actor(), application_id, snapshot, now=datetime.now(UTC))
    return redirect(case_url(application_id, done="seen"), 303)


@blueprint.post("/review/<int:application_id>/sheet")
@policy(Permission.REVIEW)
def sheet(application_id: int) -> Response:
    """Store the criteria sheet; `rest` passes what has no answer yet, `then` goes on to a step."""
    typed, then, now = _typed(), request.form.get("then", ""), datetime.now(UTC)
    answers = typed.sheet
    if request.form.get("rest"):
        answers = rest_met(sheet_of(session(), actor(), application_id, now=now), answers)
    try:
        casework.save_sheet(
            session(),
            actor(),
            application_id,
            answers,
            reasons=typed.reasons,
            seen_version=typed.version,
            now=now,
        )
    except (InvalidInput, Conflict) as error:
        return _refused(application_id, error, typed)
    if then in {Action.RECOMMEND.value, Action.RETURN.value}:
        return redirect(case_url(application_id, step=then) + "#step", 303)
    return redirect(case_url(application_id, done="sheet"), 303)


@blueprint.post("/review/<int:application_id>/note")
@policy(Permission.REVIEW)
def note(application_id: int) -> Response:
    """Write an internal note."""
    typed = _typed()
    try:
        casework.add_note(session(), actor(), application_id, typed["note"], now=datetime.now(UTC))
    except InvalidInput as error:
        return _refused(application_id, error, typed)
    return redirect(case_url(application_id, done="note"), 303)


@blueprint.post("/review/<int:application_id>/contacts")
@policy(Permission.REVIEW)
def contacts(application_id: int) -> Response:
    """The case with the persons that it names, shown once; the look is an event."""
    casework.look_at_contacts(session(), actor(), application_id, now=datetime.now(UTC))
    session().commit()
    return case_page(application_id, with_contacts=True)


@blueprint.post("/review/<int:application_id>/assign")
@policy(Permission.REVIEW)
def assign(application_id: int) -> Response:
    """Say who handles the application."""
    typed = _typed()
    try:
        seen = [(application_id, typed.version)]
        casework.assign(session(), actor(), seen, typed.assignee(), now=datetime.now(UTC))
    except (InvalidInput, Conflict) as error:
        return _refused(application_id, error, typed)
    return redirect(case_url(application_id, done="assign"), 303)


@blueprint.post("/review/<int:application_id>/extend")
@policy(Permission.REVIEW)
def extend(application_id: int) -> Response:
    """Give a returned application a later last day."""
    typed = _typed()
    try:
        corrections.extend(
            session(),
            actor(),
            application_id,
            typed.due_on(),
            typed["reason"],
            seen_version=typed.version,
            now=datetime.now(UTC),
        )
    except (InvalidInput, Conflict) as error:
        return _refused(application_id, error, typed)
    return redirect(case_url(application_id, done="extend"), 303)


@blueprint.post("/review/<int:application_id>/duplicate")
@policy(Permission.REVIEW)
def duplicate(application_id: int) -> Response:
    """Answer whether another record is the same thing."""
    answer = request.form.get("answer", "")
    casework.reviewable(session(), actor(), application_id)
    if answer not in ("same", "different"):
        raise InvalidInput(Message("请回答是不是同一项目。"))
    casework.answer_duplicate(
        session(),
        actor(),
        application_id,
        request.form.get("other", ""),
        is_same=answer == "same",
        now=datetime.now(UTC),
    )
    return redirect(case_url(application_id, done="duplicate"), 303)


def _after(application_id: int, now: datetime) -> int | None:
    """What comes next in the queue while the application still stands where it is."""
    application = casework.reviewable(session(), actor(), application_id, lock=False)
    return find_place(session(), actor(), case_filters(actor()), application, now=now).after


def _typed() -> Typed:
    return read_typed(request.form.items(multi=True))


def _refused(application_id: int, error: RegistryError, typed: Typed, *, step: Action | None = None) -> Response:
    """The page again with everything typed; nothing of the refused command is kept."""
    session().rollback()
    if not isinstance(error, Conflict):
        errors = [FormError(error.field or "", error.message)]
        return case_page(application_id, step=step, typed=typed, errors=errors, status=error.status)
    last = last_happening(session(), actor(), application_id)
    if last is not None and step is not None and _is_double_click(last, step):
        return redirect(case_url(application_id, done=step.value), 303)
    errors = [] if isinstance(error, Stale) else [FormError("", error.message)]
    return case_page(application_id, step=step, typed=typed, errors=errors, status=error.status, conflict=last)


def _is_double_click(last: Happening, step: Action) -> bool:
    """Whether this officer took the same step a moment ago: what was typed is in it."""
    recent = datetime.now(UTC) - last.at < DOUBLE_CLICK
    return recent and last.actor_id == actor().id and last.action == f"application.{step.value}"
