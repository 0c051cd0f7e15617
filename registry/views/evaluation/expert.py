"""An expert's pages: what waits, one sheet with its answers, the files that the call shows."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import BadParameter, InvalidInput, NotFound
from registry.forms.base import FormError
from registry.forms.evaluation import DeclareForm
from registry.permissions import Permission
from registry.queries.evaluation import chairs, own
from registry.queries.evaluation.own_list import own_rows
from registry.services import uploads
from registry.services.evaluation import sheets
from registry.services.evaluation.files import open_shown_file
from registry.views.evaluation.frame import expert_blueprint as blueprint
from registry.views.evaluation.parts import now, private
from registry.views.evaluation.sheet_page import sheet_page
from registry.views.web.downloads import sent_file
from registry.views.web.headers import content_security_policy
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

TABS = ("open", "done")


@blueprint.get("/expert")
@policy(Permission.EXPERT_SCORE)
def assignments() -> Response:
    """What waits for this expert, or what is done."""
    tab = request.args.get("tab", TABS[0])
    if tab not in TABS:
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=TABS), field="tab")
    rows = own_rows(session(), actor(), now=now())
    by_tab = {"open": [row for row in rows if not row.is_in], "done": [row for row in rows if row.is_in]}
    return private(
        "evaluation/assignments.html",
        tab=tab,
        rows=by_tab[tab],
        counts={name: len(found) for name, found in by_tab.items()},
        panels=chairs.chaired(session(), actor()),
    )


@blueprint.get("/expert/guide")
@policy(Permission.EXPERT_SCORE)
def guide() -> Response:
    """评审说明: what is asked of an expert."""
    return private("evaluation/guide.html")


@blueprint.get("/expert/<int:assignment_id>")
@policy(Permission.EXPERT_SCORE)
def sheet(assignment_id: int) -> Response:
    """One application with its sheet; before the question of conflicts is answered, that question alone."""
    return sheet_page(own.own_assignment(session(), actor(), assignment_id))


@blueprint.post("/expert/<int:assignment_id>/declare")
@policy(Permission.EXPERT_SCORE)
def declare(assignment_id: int) -> AnyResponse:
    """无利害关系, or 需要回避 with a reason."""
    row, form = own.own_assignment(session(), actor(), assignment_id), DeclareForm()
    if form.answer.data == "none":
        sheets.clear(session(), actor(), assignment_id, now=now())
        return redirect(url_for("expert.sheet", assignment_id=assignment_id), 303)
    try:
        if form.answer.data != "conflict":
            raise InvalidInput(Message("请选择“无利害关系”或“需要回避”。"), field="answer")
        sheets.step_back(session(), actor(), assignment_id, form.reason.data or "", now=now())
    except InvalidInput as error:
        session().rollback()
        row = own.own_assignment(session(), actor(), assignment_id)
        errors = [FormError(error.field or "", error.message)]
        return sheet_page(row, errors=errors, status=error.status, reason=form.reason.data or "")
    return redirect(url_for("expert.assignments", done="conflict"), 303)


@blueprint.get("/expert/<int:assignment_id>/files/<int:attachment_id>")
@policy(Permission.EXPERT_SCORE)
def file(assignment_id: int, attachment_id: int) -> Response:
    """A file of the submitted version that the call shows to experts; pictures as a preview with `preview=1`."""
    found, stored = open_shown_file(session(), actor(), assignment_id, attachment_id, runtime().files)
    if request.args.get("preview"):
        if not found.media_type.startswith("image/"):
            raise NotFound(Message("这个文件没有预览，请下载后查看。"))
        response = Response(stored.preview(), mimetype=uploads.PREVIEW_TYPE)
    else:
        response = sent_file(stored.open(), found.media_type, found.filename)
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
