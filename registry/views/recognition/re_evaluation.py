"""The document of a re-evaluation: its outcomes, chosen and entered for a second person."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug import Response as AnyResponse

from registry.application_form.window import beijing_day
from registry.forms.recognition import DocumentForm, ticked
from registry.permissions import Permission
from registry.purposes import CallPurpose
from registry.queries.recognition import again, listing
from registry.services.recognition import re_evaluating
from registry.services.uploads import Examined
from registry.views.recognition.document_file import folder
from registry.views.recognition.entered import asked_number, chosen, enter_sent
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("re_evaluation", __name__)


@blueprint.route("/publications/re-evaluation", methods=("GET", "POST"))
@policy(Permission.PUBLICATION_PREPARE)
def new() -> tuple[str, int] | AnyResponse:
    """Enter the document that files the outcomes of a re-evaluation."""
    call_id = asked_number("call", Message("参数 call 应是申报通知的编号。"))
    call = listing.find_call(session(), call_id, CallPurpose.RE_EVALUATION)
    form, status = DocumentForm(), 200
    if request.method == "GET":
        form.organ.data = runtime().site.owner
    else:
        answer = enter_sent(form, lambda file: _prepare(call_id, form, file))
        if not isinstance(answer, int):
            return answer
        status = answer
    rows = again.judged_of(session(), call_id, today=beijing_day(datetime.now(UTC)))
    page = render_template(
        "recognition/re_evaluation.html",
        form=form,
        call=call,
        rows=rows,
        total=len(rows),
        chosen=chosen("subject", (row.subject_id for row in rows)),
    )
    return page, status


def _prepare(call_id: int, form: DocumentForm, file: Examined | None) -> int:
    made = re_evaluating.prepare(
        session(),
        actor(),
        call_id,
        form.text,
        subject_ids=ticked(request.form.getlist("subject")),
        file=file,
        folder=folder(),
        now=datetime.now(UTC),
    )
    return made.id
