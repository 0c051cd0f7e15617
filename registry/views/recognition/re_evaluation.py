"""The document of a re-evaluation: its outcomes, chosen and entered for a second person."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import BadParameter, RegistryError
from registry.forms.recognition import DocumentForm, ticked
from registry.permissions import Permission
from registry.queries.recognition import again, listing
from registry.services.recognition import re_evaluating
from registry.views.recognition.document_file import examined, folder
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("re_evaluation", __name__)


@blueprint.route("/publications/re-evaluation", methods=("GET", "POST"))
@policy(Permission.PUBLICATION_PREPARE)
def new() -> tuple[str, int] | AnyResponse:
    """Enter the document that files the outcomes of a re-evaluation."""
    wanted = request.args.get("call", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        raise BadParameter(Message("参数 call 应是申报通知的编号。"), field="call")
    call = listing.find_call(session(), int(wanted))
    form, status = DocumentForm(), 200
    if request.method == "GET":
        form.organ.data = runtime().site.owner
    elif form.validate():
        try:
            with examined(form.file.data) as file:
                made = re_evaluating.prepare(
                    session(),
                    actor(),
                    call.id,
                    form.text,
                    subject_ids=ticked(request.form.getlist("subject")),
                    file=file,
                    folder=folder(),
                    now=datetime.now(UTC),
                )
            return redirect(url_for("publications.publication", publication_id=made.id), 303)
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    else:
        status = 422
    rows = again.judged_of(session(), call.id)
    chosen = (
        {row.subject_id for row in rows} if request.method == "GET" else set(ticked(request.form.getlist("subject")))
    )
    return render_template("recognition/re_evaluation.html", form=form, call=call, rows=rows, chosen=chosen), status
