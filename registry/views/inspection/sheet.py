"""The sheet of a visit: filled in online as a form, or on a device that may have no network.

A device sends its changed fields with the texts that they were based on. What could be taken is committed even
where the answer is 409: only the fields that somebody else changed meanwhile come back.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import Conflict, InvalidInput, NotAllowed, RegistryError
from registry.forms.base import FormError, at_fields, at_label
from registry.forms.inspection_sheet import typed_changes
from registry.i18n import in_words
from registry.permissions import Permission
from registry.queries.inspection.visit import Visit, find_visit
from registry.services.inspection import sheet as sheets
from registry.services.inspection import signing
from registry.values.row_ids import seen_version
from registry.views.inspection.device_words import device_words
from registry.views.inspection.words import choices, sheet_parts, word_of
from registry.views.web.json_answers import as_json
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("inspection_sheet", __name__)


@blueprint.get("/review/inspections/<int:visit_id>")
@policy(Permission.INSPECT)
def visit(visit_id: int) -> str:
    """The sheet with declared values beside it, and the photos."""
    return sheet_page(visit_id, done=request.args.get("done", "")[:10])


def sheet_page(
    visit_id: int,
    *,
    errors: list[FormError] | None = None,
    typed: dict[str, str] | None = None,
    clashes: list[sheets.Clash] | None = None,
    caption: str = "",
    done: str = "",
) -> str:
    """The page of a visit; `typed` are texts that a refused form holds, `clashes` fields that two people changed."""
    found = find_visit(session(), actor(), visit_id, now=_now())
    answers = defaultdict(str, {**found.answers, **(typed or {})})
    told = errors or []
    return render_template(
        "inspection/sheet.html",
        visit=found,
        answers=answers,
        seen=as_json({item.name: found.answers.get(item.name, "") for item in found.sheet.fields}).decode(),
        parts=sheet_parts(found),
        word_of=word_of,
        choices=choices(),
        errors=told,
        error_at=at_fields(told),
        clashes=clashes or [],
        caption=caption,
        done=done,
        device=_device(found),
    )


@blueprint.post("/review/inspections/<int:visit_id>/sheet")
@policy(Permission.INSPECT)
def save(visit_id: int) -> Response | tuple[str, int]:
    """Save the form as far as it is filled in."""
    found = find_visit(session(), actor(), visit_id, now=_now())
    changes = _changes(found)
    try:
        saved = sheets.save_sheet(session(), actor(), visit_id, changes, now=_now())
    except InvalidInput as error:
        return _refused(visit_id, error, changes)
    session().commit()
    if saved.clashes:
        kept = {clash.name: clash.mine for clash in saved.clashes}
        return sheet_page(visit_id, typed=kept, clashes=saved.clashes), Conflict.status
    return redirect(url_for("inspection_sheet.visit", visit_id=visit_id, done="save"), 303)


@blueprint.post("/review/inspections/<int:visit_id>/sign")
@policy(Permission.INSPECT)
def sign(visit_id: int) -> Response | tuple[str, int]:
    """Save the form and sign it."""
    found = find_visit(session(), actor(), visit_id, now=_now())
    changes = _changes(found)
    version = seen_version(request.form.get("version", ""))
    try:
        signing.sign_visit(session(), actor(), visit_id, changes, seen_version=version, now=_now())
    except signing.NotSigned as error:
        # What was typed is saved all the same: only the signature waits.
        session().commit()
        told = [FormError(fault.field, at_label(fault.label, fault.message)) for fault in error.faults]
        return sheet_page(visit_id, errors=told), error.status
    except NotAllowed:
        raise
    except RegistryError as error:
        return _refused(visit_id, error, changes)
    return redirect(url_for("inspection_sheet.visit", visit_id=visit_id, done="sign"), 303)


def _changes(found: Visit) -> dict[str, sheets.Change]:
    return typed_changes(found.sheet, request.form.items(), request.form.get("seen", ""))


def _refused(visit_id: int, error: RegistryError, changes: dict[str, sheets.Change]) -> tuple[str, int]:
    """The page again with everything typed."""
    session().rollback()
    typed = {name: change.value for name, change in changes.items()}
    return sheet_page(visit_id, errors=[FormError(error.field or "", error.message)], typed=typed), error.status


def _device(found: Visit) -> dict[str, Any]:
    """What the script of the page needs to know."""

    def address(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)

    return {
        "id": found.id,
        "account": actor().id,
        "version": found.version,
        "closed": in_words(found.closed),
        "fields": {item.name: in_words(item.label) for item in found.sheet.fields},
        "page": address("inspection_sheet.visit", visit_id=found.id),
        "list": address("inspections.inspections"),
        "sheet": address("inspection_sheet.save", visit_id=found.id),
        "photos": address("inspection_photos.add", visit_id=found.id),
        "worker": address("inspection_devices.worker", lang=None),
        "scope": address("inspections.inspections", lang=None),
        "signIn": address("auth.sign_in", next=request.path),
        "words": device_words(),
    }


def _now() -> datetime:
    return datetime.now(UTC)
