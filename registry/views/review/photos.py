"""Photos of a recognised application: released to the page of the project, and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, request
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.base import FormError
from registry.permissions import Permission
from registry.services.review.photos import release_photo, withdraw_photo
from registry.views.review.case_page import case_page
from registry.views.review.line import case_url
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("photos", __name__)


@blueprint.post("/review/<int:application_id>/photos/<int:attachment_id>/release")
@policy(Permission.PHOTO_RELEASE)
def release(application_id: int, attachment_id: int) -> Response:
    """Show the photo to everybody, under the caption of the form."""
    caption, alt, now = request.form.get("caption", ""), request.form.get("alt", ""), datetime.now(UTC)
    try:
        release_photo(session(), actor(), application_id, attachment_id, caption, alt=alt, now=now)
    except InvalidInput as error:
        session().rollback()
        at = f"photo-{attachment_id}" + ("-alt" if error.field == "alt" else "")
        return case_page(
            application_id,
            errors=[FormError(at, error.message)],
            captions={attachment_id: (caption, alt)},
            status=error.status,
        )
    return _back(application_id, "release")


@blueprint.post("/review/<int:application_id>/photos/<int:attachment_id>/withdraw")
@policy(Permission.PHOTO_RELEASE)
def withdraw(application_id: int, attachment_id: int) -> Response:
    """Take the photo off the public page."""
    withdraw_photo(session(), actor(), application_id, attachment_id, now=datetime.now(UTC))
    return _back(application_id, "withdraw_photo")


def _back(application_id: int, done: str) -> Response:
    return redirect(case_url(application_id, done=done) + "#photos", 303)
