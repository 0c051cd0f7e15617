"""Saving a sheet: by its buttons, and while it is typed."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.application_form.score_sheet import running_total
from registry.errors import RegistryError
from registry.forms.base import FormError
from registry.i18n import _
from registry.indicators import plain
from registry.permissions import Permission
from registry.queries.applications.access import form_for
from registry.queries.evaluation import own
from registry.services.evaluation import sheets
from registry.services.evaluation.sheets import StaleSheet, UnfinishedSheet
from registry.terms import BEIJING
from registry.values.row_ids import row_id
from registry.views.evaluation.frame import expert_blueprint as blueprint
from registry.views.evaluation.parts import now
from registry.views.evaluation.sheet_page import sheet_page
from registry.views.web.errors import problem
from registry.views.web.json_answers import as_json
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message


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


def _version() -> int:
    return row_id(request.form.get("version")) or 0


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
