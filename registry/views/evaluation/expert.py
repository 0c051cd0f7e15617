"""An expert's pages: what waits, one sheet with its answers, the files that the call shows."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug import Response as AnyResponse

from registry.application_form.score_sheet import running_total
from registry.errors import BadParameter, InvalidInput, NotFound, RegistryError
from registry.forms.base import FormError
from registry.forms.evaluation import DeclareForm
from registry.i18n import _
from registry.indicators import plain
from registry.permissions import Permission
from registry.queries.applications.access import form_for
from registry.queries.evaluation import chairs, own
from registry.services import uploads
from registry.services.evaluation import sheets
from registry.services.evaluation.files import open_shown_file
from registry.services.evaluation.sheets import StaleSheet, UnfinishedSheet
from registry.terms import BEIJING
from registry.views.evaluation.parts import now, private
from registry.views.evaluation.sheet_page import sheet_page
from registry.views.web.errors import problem
from registry.views.web.headers import content_security_policy
from registry.views.web.json_answers import as_json
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("expert", __name__)
TABS = ("open", "done")


@blueprint.get("/expert")
@policy(Permission.EXPERT_SCORE)
def assignments() -> Response:
    """What waits for this expert, or what is done."""
    tab = request.args.get("tab", TABS[0])
    if tab not in TABS:
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=TABS), field="tab")
    rows = own.own_rows(session(), actor(), now=now())
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


@blueprint.post("/expert/<int:assignment_id>")
@policy(Permission.EXPERT_SCORE)
def save(assignment_id: int) -> AnyResponse:
    """The buttons of the sheet: save, or save and submit."""
    typed = {name: text for name, text in request.form.items() if name not in ("csrf_token", "go", "seen", "version")}
    # An unticked box is not sent: what the page showed and does not come along was taken away.
    seen = _texts(_parsed(request.form.get("seen", "").encode(errors="replace")))
    typed |= {name: "" for name in seen or {} if name.startswith("veto-") and name not in typed}
    try:
        saved = sheets.save(session(), actor(), assignment_id, typed, seen_version=_version(), seen=seen, now=now())
        if request.form.get("go") == "submit":
            session().commit()
            sheets.submit(session(), actor(), assignment_id, seen_version=saved.version, now=now())
            return redirect(url_for("expert.sheet", assignment_id=assignment_id, done="submit"), 303)
    except UnfinishedSheet as error:
        session().rollback()
        row = own.own_assignment(session(), actor(), assignment_id)
        return sheet_page(row, errors=[FormError(*fault) for fault in error.faults], status=error.status)
    except StaleSheet as error:
        session().rollback()
        row = own.own_assignment(session(), actor(), assignment_id)
        if row.total is not None and not error.changed:
            # A second click: it is submitted, which is what was asked for.
            return redirect(url_for("expert.sheet", assignment_id=assignment_id), 303)
        return sheet_page(row, typed=typed, errors=[FormError("", error.message)], status=error.status)
    return redirect(url_for("expert.sheet", assignment_id=assignment_id, done="save"), 303)


@blueprint.post("/expert/<int:assignment_id>/autosave")
@policy(Permission.EXPERT_SCORE)
def autosave(assignment_id: int) -> Response:
    """Save while typing: JSON `{version, answers, seen}`; writes no event."""
    data = _parsed(request.get_data()) if request.mimetype == "application/json" else None
    typed, version = (_texts(data.get("answers")), data.get("version")) if isinstance(data, dict) else (None, None)
    if typed is None or not isinstance(version, int):
        own.own_assignment(session(), actor(), assignment_id)
        return problem(
            400, _("地址或参数有误"), Message("请求应为 {version, answers}，answers 是栏目名与文字。"), "answers"
        )
    try:
        saved = sheets.save(
            session(),
            actor(),
            assignment_id,
            typed,
            seen_version=version,
            seen=_texts(data.get("seen")) if data else None,
            now=now(),
        )
    except RegistryError as error:
        return problem(error.status, _("内容没有保存"), error.message, error.field, error.code)
    body = {
        "version": saved.version,
        "saved_at": saved.updated_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "derived": {"total": plain(running_total(form_for(saved.application).rules, saved.sheet))},
        "doubts": [],
        "faults": [],
    }
    return Response(as_json(body), mimetype="application/json")


@blueprint.get("/expert/<int:assignment_id>/files/<int:attachment_id>")
@policy(Permission.EXPERT_SCORE)
def file(assignment_id: int, attachment_id: int) -> Response:
    """A file of the submitted version that the call shows to experts; pictures as a preview with `preview=1`."""
    folder = runtime().settings.data_dir / "files"
    found, path = open_shown_file(session(), actor(), assignment_id, attachment_id, folder)
    if request.args.get("preview"):
        if not found.media_type.startswith("image/"):
            raise NotFound(Message("这个文件没有预览，请下载后查看。"))
        response = Response(uploads.preview(path), mimetype=uploads.PREVIEW_TYPE)
    else:
        response = send_file(
            path,
            mimetype=found.media_type,
            as_attachment=True,
            download_name=found.filename,
            conditional=False,
            etag=False,
        )
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def _texts(data: Any) -> dict[str, str] | None:
    """A mapping of texts, or None for anything else."""
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        return None
    return data
