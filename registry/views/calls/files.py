"""Files of a call: officers' page, and the downloads of everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.forms.base import BaseForm
from registry.forms.calls import NewFileForm, OtherFileForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.calls.files import CallFileRow, files_of_call, managed_file, public_file
from registry.queries.calls.listing import managed_call
from registry.services import uploads
from registry.services.calls import files as commands
from registry.services.uploads import Examined
from registry.terms import AttachmentKind
from registry.values.row_ids import seen_version
from registry.views.web.downloads import sent_file
from registry.views.web.headers import content_security_policy
from registry.views.web.received import decoded
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("call_files", __name__)
_TAKEN_AS = AttachmentKind.OTHER
"""Files of a call may have every format that an attachment without further rules has."""


@blueprint.get("/calls/<int:call_id>/files/<int:file_id>")
@policy(Permission.PUBLIC_READ)
def public(call_id: int, file_id: int) -> Response:
    """A file of a published call, as a download."""
    return _sent(public_file(session(), call_id, file_id))


@blueprint.get("/admin/calls/<int:call_id>/files/<int:file_id>")
@policy(Permission.CALL_MANAGE)
def file(call_id: int, file_id: int) -> Response:
    """A file of any call, as a download."""
    return _sent(managed_file(session(), call_id, file_id))


@blueprint.route("/admin/calls/<int:call_id>/files", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def files(call_id: int) -> str | tuple[str, int] | AnyResponse:
    """Files that stand with a call, and a form for one more."""
    form = NewFileForm()
    form.offer(language())
    status = 200
    if request.method == "POST":
        try:
            with _examined() as examined:
                commands.add_file(
                    session(),
                    actor(),
                    call_id,
                    form.kind.data or "",
                    examined,
                    seen_version=form.seen_version,
                    folder=runtime().files,
                    now=datetime.now(UTC),
                )
            return redirect(url_for("call_files.files", call_id=call_id))
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    return _page(call_id, form, None), status


@blueprint.post("/admin/calls/<int:call_id>/files/<int:file_id>/replace")
@policy(Permission.CALL_MANAGE)
def replace(call_id: int, file_id: int) -> tuple[str, int] | AnyResponse:
    """Put another file in the place of one."""
    form = OtherFileForm(prefix=f"replace-{file_id}")
    if form.seen_version == managed_call(session(), call_id, now=datetime.now(UTC)).page.row.version:
        # On an older page it may be one that a colleague has replaced, who is answered below.
        managed_file(session(), call_id, file_id)
    try:
        with _examined(form.file.name) as examined:
            commands.replace_file(
                session(),
                actor(),
                call_id,
                file_id,
                examined,
                seen_version=form.seen_version,
                folder=runtime().files,
                now=datetime.now(UTC),
            )
        return redirect(url_for("call_files.files", call_id=call_id))
    except RegistryError as error:
        session().rollback()
        status = form.absorb(error)
    standing = {each.id for each in files_of_call(session(), call_id)}
    if file_id not in standing:
        # The row at which the form stood is gone, so its sentence stands above the form for a new one.
        return _page(call_id, _new_form(form.form_errors), None), status
    return _page(call_id, _new_form(), form, refused=file_id), status


@blueprint.post("/admin/calls/<int:call_id>/files/<int:file_id>/remove")
@policy(Permission.CALL_MANAGE)
def remove(call_id: int, file_id: int) -> tuple[str, int] | AnyResponse:
    """Take a file down."""
    seen = seen_version(request.form.get("version"))
    try:
        commands.remove_file(session(), actor(), call_id, file_id, seen_version=seen, now=datetime.now(UTC))
    except Conflict as error:
        session().rollback()
        return _page(call_id, _new_form([error.message]), None), error.status
    return redirect(url_for("call_files.files", call_id=call_id))


def _new_form(errors: Sequence[str] = ()) -> NewFileForm:
    form = NewFileForm(formdata=None)
    form.offer(language())
    form.form_errors = list(errors)
    return form


@contextmanager
def _examined(name: str = "file") -> Iterator[Examined]:
    """The decoded file of this request. Raises InvalidInput at `file`."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        raise InvalidInput(Message("还没有选择文件：请先选择，再按“上传”。"), field="file")
    try:
        examined = decoded(sent, _TAKEN_AS)
    except InvalidInput as error:
        error.field = "file"
        raise
    with examined:
        yield examined


def _page(call_id: int, form: NewFileForm, refused_form: BaseForm | None, refused: int = 0) -> str:
    rows = files_of_call(session(), call_id)
    row = managed_call(session(), call_id, now=datetime.now(UTC)).page.row
    return render_template(
        "calls/files.html",
        row=row,
        files=[
            (each, refused_form if each.id == refused else OtherFileForm(formdata=None, prefix=f"replace-{each.id}"))
            for each in rows
        ],
        form=form,
        refused=refused,
        accept=",".join(uploads.accepted(_TAKEN_AS)),
        formats=uploads.accepted_words(_TAKEN_AS),
        largest=uploads.MAX_BYTES // 1024 // 1024,
    )


def _sent(found: CallFileRow) -> Response:
    content = uploads.stored_file(runtime().files, found.storage_name).open()
    response = sent_file(content, found.media_type, found.filename)
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    return response
