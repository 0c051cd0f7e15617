"""Files of an application: sending, describing, removing them, and reading them on both sides.

Sending works as a plain form (answered by a redirect or by the list of files with its errors) and for
the page's script, which asks for JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.application_form import Section, file_field
from registry.errors import Busy, InvalidInput, NotFound, RegistryError
from registry.forms.base import FormError, at_label
from registry.i18n import _, in_words, language
from registry.permissions import STAFF, Permission
from registry.queries.applications import access
from registry.queries.applications.attachments import files_of
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import AttachmentKind
from registry.views.web.downloads import sent_file
from registry.views.web.errors import problem
from registry.views.web.headers import content_security_policy
from registry.views.web.json_answers import as_json
from registry.views.web.received import decoded
from registry.views.web.runtime import actor, hands_out, policy, runtime, session
from registry.wording import Message

if TYPE_CHECKING:
    from registry.models import Application, Attachment

blueprint = Blueprint("attachments", __name__)
AT_ONCE = 10
"""Files in one request; the size of a request is limited as a whole."""


def folder() -> Storage:
    """Where files lie."""
    return runtime().files


def wants_json() -> bool:
    """Whether the page's script asks."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


@blueprint.app_template_global()
def file_kind(field: str) -> dict[str, Any]:
    """What a template says about the attachment kind of a field: name, formats, the `accept` of its input."""
    kind = AttachmentKind(field.removeprefix("file-"))
    return {
        "code": kind.value,
        "name": kind.label(language()),
        "accept": ",".join(uploads.accepted(kind)),
        "formats": in_words(uploads.accepted_words(kind)),
        "largest": uploads.MAX_BYTES // 1024 // 1024,
        "is_photo": kind == AttachmentKind.PHOTO,
    }


@blueprint.get("/enterprise/applications/<int:application_id>/files")
@policy(Permission.APPLICATION_OWN)
def files(application_id: int) -> str:
    """The files of an own application on a page of their own."""
    return _page(access.visible(session(), actor(), application_id))


@blueprint.post("/enterprise/applications/<int:application_id>/files")
@policy(Permission.APPLICATION_OWN)
def add(application_id: int) -> AnyResponse | tuple[str, int]:
    """Take one or more files of a kind. Good ones are kept even when another one of them is refused."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    caption, kind_text = request.form.get("caption", ""), request.form.get("kind", "")
    try:
        kind = attachments.kind_of(kind_text)
        application = attachments.require_open(session(), actor(), application_id, kind)
        if not sent:
            raise InvalidInput(Message("还没有选择文件：请先选择，再按“上传”。"), field="file")
        at_once = 1 if wants_json() else AT_ONCE
        if len(sent) > at_once:
            raise InvalidInput(
                Message("一次最多上传 %(at_once)s 个文件：请分几次上传。", at_once=at_once), field="file"
            )
        attachments.checked_caption(kind, caption)
    except RegistryError as error:
        return _refused(application_id, kind_text, caption, [error])
    made: list[Attachment] = []
    errors: list[InvalidInput] = []
    # All of them are decoded before the first one is stored: from then on nobody else can save anything.
    with ExitStack() as stack:
        examined: list[tuple[str, Examined]] = []
        try:
            for file in sent:
                with _named(file.filename or "", errors):
                    examined.append((file.filename or "", stack.enter_context(decoded(file, kind))))
        except Busy as error:
            return _refused(application_id, kind_text, caption, [error])
        for name, content in examined:
            with _named(name, errors):
                made.append(_add_one(application_id, kind, content, caption))
    if errors and not made:
        return _refused(application_id, kind_text, caption, list(errors))
    if wants_json():
        return _json(made[0])
    if errors:
        return _page(application, kind, caption, list(errors), kept=len(made)), 200
    return _back(application_id, kind)


@contextmanager
def _named(filename: str, errors: list[InvalidInput]) -> Iterator[None]:
    """Collect what is wrong with a file: its name tells which of several, the sentence what it is."""
    try:
        yield
    except InvalidInput as error:
        error.message = at_label(uploads.shown_name(filename)[-60:], error.message)
        errors.append(error)


def _add_one(application_id: int, kind: AttachmentKind, examined: Examined, caption: str) -> Attachment:
    return attachments.add_attachment(
        session(),
        actor(),
        application_id,
        kind=kind,
        examined=examined,
        caption=caption,
        folder=folder(),
        now=datetime.now(UTC),
    )


@blueprint.post("/enterprise/applications/<int:application_id>/files/<int:attachment_id>/describe")
@policy(Permission.APPLICATION_OWN)
def describe(application_id: int, attachment_id: int) -> AnyResponse | tuple[str, int]:
    """Change the caption of a file."""
    caption = request.form.get("caption", "")
    try:
        changed = attachments.describe_attachment(session(), actor(), attachment_id, caption)
    except RegistryError as error:
        return _refused(application_id, "", caption, [error])
    return _done(application_id, changed)


@blueprint.post("/enterprise/applications/<int:application_id>/files/<int:attachment_id>/remove")
@policy(Permission.APPLICATION_OWN)
def remove(application_id: int, attachment_id: int) -> AnyResponse | tuple[str, int]:
    """Take a file out of the application."""
    try:
        changed = attachments.remove_attachment(session(), actor(), attachment_id, now=datetime.now(UTC))
    except RegistryError as error:
        return _refused(application_id, "", "", [error])
    return _done(application_id, changed)


@blueprint.get("/files/<int:attachment_id>")
@policy(Permission.FILE_READ)
def download(attachment_id: int) -> Response:
    """The file itself, always as an attachment; a copy that staff take is an event."""
    found, file = attachments.open_attachment(session(), actor(), attachment_id, folder())
    content = file.open()
    if actor().role in STAFF and hands_out():
        # A transaction of its own: the copy counts whatever becomes of this request.
        with runtime().write() as writing:
            attachments.record_download(writing, actor(), found)
            writing.commit()
    return _sealed(sent_file(content, found.media_type, found.filename))


@blueprint.get("/files/<int:attachment_id>/preview")
@policy(Permission.FILE_READ)
def preview(attachment_id: int) -> Response:
    """A small picture of a picture."""
    found, file = attachments.open_attachment(session(), actor(), attachment_id, folder())
    if not found.media_type.startswith("image/"):
        raise NotFound(Message("这个文件没有预览，请下载后查看。"))
    return _sealed(Response(file.preview(), mimetype=uploads.PREVIEW_TYPE))


def _sealed(response: Response) -> Response:
    """Even if a browser should show it: no script, no form, no origin."""
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(application_id: int, kind: AttachmentKind) -> AnyResponse:
    """Back to the files of the form."""
    target = url_for("enterprise.application", application_id=application_id, section=Section.FILES.value)
    return redirect(f"{target}#{file_field(kind)}-box", 303)


def _json(row: Attachment) -> Response:
    body = {
        "id": row.id,
        "filename": row.filename,
        "size": row.size,
        "kind": row.kind,
        "caption": row.caption,
    }
    return Response(as_json(body), mimetype="application/json")


def _done(application_id: int, changed: Attachment) -> AnyResponse:
    if changed.application_id != application_id:
        raise NotFound(Message("没有这个文件，或不在您的办理范围内。"))
    return _json(changed) if wants_json() else _back(application_id, AttachmentKind(changed.kind))


def _refused(
    application_id: int, kind: str, caption: str, errors: list[RegistryError]
) -> AnyResponse | tuple[str, int]:
    """The errors as JSON, or the list of files with a summary, the typed caption kept."""
    first = errors[0]
    if wants_json():
        return problem(first.status, _("内容需要修改"), first.message, first.field or "file", first.code)
    if not isinstance(first, InvalidInput):
        raise first
    application = access.visible(session(), actor(), application_id)
    known = AttachmentKind(kind) if kind in set(AttachmentKind) else None
    return _page(application, known, caption, errors), first.status


def _page(
    application: Application,
    kind: AttachmentKind | None = None,
    caption: str = "",
    errors: list[RegistryError] | None = None,
    *,
    kept: int = 0,
) -> str:
    form = access.form_for(application)
    fields = form.section(Section.FILES)
    field = file_field(kind) if kind and file_field(kind) in form.by_name else ""
    told = [
        FormError(f"{field}-caption" if error.field == "caption" and field else field, error.message)
        for error in errors or ()
    ]
    faults: dict[str, list[str]] = {}
    for one in told:
        faults.setdefault(one.target, []).append(one.message)
    return render_template(
        "applications/files.html",
        application=application,
        form=form,
        attachments=files_of(session(), application.id),
        editable={item.name for item in fields if drafts.may_change(application, item.name)},
        errors=told,
        faults=faults,
        captions={field: caption},
        kept=kept,
        back=url_for("attachments.files", application_id=application.id),
        form_url=url_for("enterprise.application", application_id=application.id),
        form_files_url=url_for("enterprise.application", application_id=application.id, section=Section.FILES.value),
    )
