"""Recognition documents: entered by a municipal reviewer, checked and put into force by a second person."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.application_form.window import beijing_day
from registry.errors import BadParameter, NotFound, RegistryError
from registry.forms.recognition import CancelForm, DocumentForm, ticked
from registry.i18n import _
from registry.permissions import Permission, can
from registry.purposes import CallPurpose
from registry.queries.recognition import again, listing
from registry.queries.recognition import page as publication_page
from registry.queries.review import summary
from registry.services import events, uploads
from registry.services.recognition import alike, confirming, entering
from registry.services.uploads import Examined
from registry.values.row_ids import row_id, seen_version
from registry.views.recognition.document_file import folder
from registry.views.recognition.entered import asked_number, chosen, enter_sent
from registry.views.recognition.figures import batch_figures, figure_texts
from registry.views.web.downloads import as_attachment, sent_file
from registry.views.web.headers import content_security_policy
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, catalogue, hands_out, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("publications", __name__)
PER_PAGE = 50
NAME = "name-"
"""Before the key of a question about a name, in the form of a confirmation."""


@blueprint.get("/publications")
@policy(Permission.PUBLICATION_READ)
def publications() -> str:
    """What waits for a document, and the documents: those to be confirmed first."""
    number = row_id(request.args.get("page", "1"))
    if number is None or not 0 < number < 10_000:
        raise BadParameter(Message("参数 page 应是从 1 起的整数。"), field="page")
    total = listing.count_publications(session())
    pages = max(1, math.ceil(total / PER_PAGE))
    rows = listing.publication_rows(session(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "recognition/list.html",
        rows=rows,
        total=total,
        number=number,
        pages=pages,
        waiting=listing.waiting_calls(session(), today=beijing_day(datetime.now(UTC))),
        again=again.waiting_re_evaluations(session(), today=beijing_day(datetime.now(UTC))),
        may_prepare=can(actor(), Permission.PUBLICATION_PREPARE).allowed,
    )


@blueprint.route("/publications/new", methods=("GET", "POST"))
@policy(Permission.PUBLICATION_PREPARE)
def new() -> str | tuple[str, int] | AnyResponse:
    """Enter a document for the proposed applications of a call."""
    call_id = asked_number("call", Message("参数 call 应是申报通知的编号。"))
    call = listing.find_call(session(), call_id, CallPurpose.TITLE)
    form, status = DocumentForm(), 200
    if request.method == "GET":
        form.organ.data = runtime().site.owner
    else:
        answer = enter_sent(form, lambda file: _prepare(call_id, form, file))
        if not isinstance(answer, int):
            return answer
        status = answer
    found = publication_page.proposed_of(session(), call.id, today=beijing_day(datetime.now(UTC)))
    rows = [row for row in found if not row.hindrance]
    figures = summary.declared_rows(
        session(), [row.application_id for row in rows if row.application_id], today=beijing_day(datetime.now(UTC))
    )
    page = render_template(
        "recognition/new.html",
        form=form,
        call=call,
        groups=publication_page.by_unit(session(), rows),
        total=len(rows),
        held=[row for row in found if row.hindrance],
        chosen=chosen("application", (row.application_id for row in rows)),
        figures=batch_figures(figures),
    )
    return page, status


def _prepare(call_id: int, form: DocumentForm, file: Examined | None) -> int:
    made = entering.prepare(
        session(),
        actor(),
        call_id,
        form.text,
        application_ids=ticked(request.form.getlist("application")),
        file=file,
        folder=folder(),
        now=datetime.now(UTC),
    )
    return made.id


@blueprint.get("/publications/<int:publication_id>")
@policy(Permission.PUBLICATION_READ)
def publication(publication_id: int) -> str:
    """A document with everything that its confirmation makes public."""
    return _page(publication_id)


@blueprint.post("/publications/<int:publication_id>/confirm")
@policy(Permission.PUBLICATION_CONFIRM)
def confirm(publication_id: int) -> AnyResponse | tuple[str, int]:
    """Put a document into force."""
    version = seen_version(request.form.get("version"))
    try:
        confirming.confirm(
            session(),
            actor(),
            publication_id,
            answers={name.removeprefix(NAME): answer for name, answer in request.form.items() if name.startswith(NAME)},
            seen_version=version,
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(publication_id, error)
    return redirect(url_for("publications.publication", publication_id=publication_id, done="confirmed"), 303)


@blueprint.post("/publications/<int:publication_id>/cancel")
@policy(Permission.PUBLICATION_READ)
def cancel(publication_id: int) -> AnyResponse | tuple[str, int]:
    """Take a prepared document back."""
    form = CancelForm()
    try:
        entering.cancel(
            session(),
            actor(),
            publication_id,
            reason=form.reason.data or "",
            seen_version=seen_version(form.version.data),
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(publication_id, error)
    return redirect(url_for("publications.publication", publication_id=publication_id, done="cancelled"), 303)


@blueprint.get("/publications/<int:publication_id>/annex.xlsx")
@policy(Permission.PUBLICATION_READ)
def annex(publication_id: int) -> Response:
    """The annex list in the official layout, with all figures; an export is an event."""
    now = datetime.now(UTC)
    title, rows, awarded = publication_page.annex_rows(session(), publication_id, now=now)
    source = f"{runtime().site.name}（{runtime().site.owner}）"
    body = summary.summary_workbook(rows, units=unit_names(), title=title, source=source, now=now, awarded=awarded)
    _record("publication.export", publication_id)
    response = Response(body, mimetype=summary.XLSX)
    return as_attachment(response, title, suffix="xlsx", plain=f"annex-{publication_id}")


@blueprint.get("/publications/<int:publication_id>/file")
@policy(Permission.PUBLICATION_READ)
def file(publication_id: int) -> Response:
    """The scanned document; a copy that staff take is an event."""
    name, media_type, filename = publication_page.file_of(session(), publication_id)
    content = uploads.stored_file(folder(), name).open()
    _record("publication.download", publication_id)
    response = sent_file(content, media_type, filename)
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    return response


def _record(action: str, publication_id: int) -> None:
    if not hands_out():
        return
    # A transaction of its own: the copy counts whatever becomes of this request.
    with runtime().write() as writing:
        entry = events.Entry(action=action, subject_type="publication", subject_id=publication_id)
        events.record(writing, actor(), entry)
        writing.commit()


def _refused(publication_id: int, error: RegistryError) -> tuple[str, int]:
    """The page as it is now, with what stands against it; what was typed is kept."""
    if isinstance(error, NotFound):
        raise error
    session().rollback()
    return _page(publication_id, error), error.status


def _page(publication_id: int, error: RegistryError | None = None) -> str:
    found = publication_page.find_publication(session(), publication_id, today=beijing_day(datetime.now(UTC)))
    form = CancelForm()
    if error is not None:
        form.absorb(error)
    who = actor()
    verdict = can(who, Permission.PUBLICATION_CONFIRM)
    reason = "" if verdict.allowed else _("由发布员复核确认。")
    if verdict.allowed and found.prepared_by_id == who.id:
        reason = _("自己录入的认定文件须由另一人复核确认。")
    ids = [row.application_id for group in found.groups for row in group.rows if row.application_id is not None]
    rows = dict(zip(ids, summary.declared_rows(session(), ids, today=beijing_day(datetime.now(UTC))), strict=False))
    return render_template(
        "recognition/publication.html",
        page=found,
        row=found.row,
        form=form,
        reason=reason,
        may_confirm=not reason and not found.hindrances,
        answered={name.removeprefix(NAME): answer for name, answer in request.form.items() if name.startswith(NAME)},
        names=alike.name_doubts(session(), publication_id),
        figures=batch_figures(list(rows.values())),
        texts={application_id: figure_texts(row.values) for application_id, row in rows.items()},
        done=request.args.get("done", "") if request.method == "GET" else "",
        lists=catalogue().lists,
    )
