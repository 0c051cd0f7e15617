"""The phrase library of remarks: municipal reviewers edit it, all reviewers read it."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.base import FormError
from registry.permissions import Permission
from registry.services.review import phrases
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("phrases", __name__)


@blueprint.get("/review/phrases")
@policy(Permission.REVIEW)
def library() -> FlaskResponse:
    """The sentences in their order."""
    return _page()


@blueprint.post("/review/phrases")
@policy(Permission.REVIEW)
def add() -> Response:
    """Add a sentence."""
    text = request.form.get("text", "")
    try:
        phrases.add_phrase(session(), actor(), text)
    except InvalidInput as error:
        session().rollback()
        return _page(text, [FormError(error.field or "", error.message)], error.status)
    return redirect(url_for("phrases.library"), 303)


@blueprint.post("/review/phrases/<int:phrase_id>/remove")
@policy(Permission.REVIEW)
def remove(phrase_id: int) -> Response:
    """Take a sentence out."""
    phrases.remove_phrase(session(), actor(), phrase_id)
    return redirect(url_for("phrases.library"), 303)


@blueprint.post("/review/phrases/<int:phrase_id>/move")
@policy(Permission.REVIEW)
def move(phrase_id: int) -> Response:
    """Move a sentence up or down."""
    phrases.move_phrase(session(), actor(), phrase_id, up=request.form.get("direction") != "down")
    return redirect(url_for("phrases.library"), 303)


def _page(text: str = "", errors: list[FormError] | None = None, status: int = 200) -> FlaskResponse:
    verdict = phrases.may_edit(actor())
    page = render_template(
        "review/phrases.html",
        phrases=phrases.list_phrases(session()),
        may_edit=verdict.allowed,
        reason=verdict.reason,
        text=text,
        errors=errors or [],
    )
    return make_response(page, status)
