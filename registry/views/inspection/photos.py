"""Photos of a visit: sent by a form or by the script of the page, shown to those who may see the visit, removed."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import InvalidInput, NotAllowed, RegistryError
from registry.forms.base import FormError
from registry.forms.inspection_sheet import taken_at
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.inspection.access import visible_visit
from registry.services import uploads
from registry.services.inspection import photos
from registry.storage import Storage
from registry.terms import AttachmentKind
from registry.views.inspection.devices import require_writer
from registry.views.inspection.sheet import sheet_page
from registry.views.web.errors import problem
from registry.views.web.headers import content_security_policy
from registry.views.web.json_answers import as_json
from registry.views.web.received import decoded
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("inspection_photos", __name__)


def folder() -> Storage:
    """Where files lie."""
    return runtime().files


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


@blueprint.post("/review/inspections/<int:visit_id>/photos")
@policy(Permission.INSPECT)
def add(visit_id: int) -> AnyResponse | tuple[str, int]:
    """Take a photo; the same one sent again is the same row."""
    given = {name: request.form.get(name, "") for name in ("caption", "key", "sha256", "taken_at")}
    try:
        visible_visit(session(), actor(), visit_id)
        require_writer(request.form.get("account", ""))
        sent = request.files.get("photo")
        if sent is None or not sent.filename:
            raise InvalidInput(Message("还没有选择照片：请先选择，再按“上传”。"), field="photo")
        photos.require_open(session(), actor(), visit_id, given["key"])
        digest = photos.digest_of(sent.stream, given["sha256"])
        with decoded(sent, AttachmentKind.PHOTO) as examined:
            made = photos.add_photo(
                session(),
                actor(),
                visit_id,
                examined,
                digest,
                caption=given["caption"],
                key=given["key"],
                taken_at=taken_at(given["taken_at"]),
                folder=folder(),
                now=datetime.now(UTC),
            )
    except (InvalidInput, NotAllowed, RegistryError) as error:
        if _wants_json():
            return problem(error.status, _("内容需要修改"), error.message, error.field, error.code)
        if error.status in (403, 404):
            raise
        session().rollback()
        target = "photo-caption" if error.field == "caption" else "photo"
        told = [FormError(target, error.message)]
        return sheet_page(visit_id, errors=told, caption=given["caption"]), error.status
    if _wants_json():
        body = {"id": made.id, "key": made.key, "sha256": made.sha256, "caption": made.caption}
        return Response(as_json(body), mimetype="application/json")
    return redirect(url_for("inspection_sheet.visit", visit_id=visit_id, done="photo") + "#photos", 303)


@blueprint.get("/review/inspections/<int:visit_id>/photos/<int:photo_id>")
@policy(Permission.INSPECT)
def photo(visit_id: int, photo_id: int) -> Response:
    """A photo at the size of a page."""
    file = photos.open_photo(session(), actor(), visit_id, photo_id, folder())
    response = Response(file.preview(), mimetype=uploads.PREVIEW_TYPE)
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/review/inspections/<int:visit_id>/photos/<int:photo_id>/remove")
@policy(Permission.INSPECT)
def remove(visit_id: int, photo_id: int) -> AnyResponse:
    """Take a photo out of the sheet."""
    photos.remove_photo(session(), actor(), visit_id, photo_id, now=datetime.now(UTC))
    return redirect(url_for("inspection_sheet.visit", visit_id=visit_id, done="remove") + "#photos", 303)
