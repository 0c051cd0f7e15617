"""Officers' page of a re-evaluation or yearly report: who is asked, what has come, who is excused or absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import NotFound, RegistryError
from registry.forms.base import FormError
from registry.i18n import _
from registry.permissions import Permission, can
from registry.purposes import SubjectState
from registry.queries.calls.listing import managed_call
from registry.queries.calls.subjects import SubjectRow, counts_by_unit, subject_rows, total
from registry.queries.calls.subjects_file import XLSX, subjects_workbook
from registry.services.calls import subjects as commands
from registry.values.row_ids import row_id
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, catalogue, policy, session
from registry.wording import Message

blueprint = Blueprint("subjects", __name__)
_CHOICES = {outcome.value: outcome for outcome in commands.BY_HAND}


@blueprint.get("/admin/calls/<int:call_id>/subjects")
@policy(Permission.CALL_MANAGE)
def subjects(call_id: int) -> tuple[str, int]:
    """Figures by unit, and the projects behind each of them."""
    return _page(call_id)


@blueprint.post("/admin/calls/<int:call_id>/subjects/<int:subject_id>")
@policy(Permission.CALL_MANAGE)
def decide(call_id: int, subject_id: int) -> AnyResponse | tuple[str, int]:
    """Excuse a project, note it as absent, or take that back."""
    text, version = request.form.get("outcome", ""), row_id(request.form.get("version"))
    if subject_id not in {row.id for row in subject_rows(session(), call_id)}:
        raise NotFound(Message("没有这一项应报。"))
    try:
        commands.decide(
            session(),
            actor(),
            subject_id,
            _CHOICES.get(text),
            reason=request.form.get("reason", ""),
            seen_version=-1 if version is None else version,
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        session().rollback()
        target = f"reason-{subject_id}" if error.field == "reason" else f"subject-{subject_id}"
        kept = (subject_id, request.form.get("reason", ""))
        return _page(call_id, errors=[FormError(target, error.message)], kept=kept, status=error.status)
    return redirect(f"{url_for('subjects.subjects', call_id=call_id)}{_scope()}#subject-{subject_id}", 303)


@blueprint.get("/admin/calls/<int:call_id>/subjects.xlsx")
@policy(Permission.CALL_MANAGE)
def workbook(call_id: int) -> Response:
    """The whole list with its figures."""
    found, rows = managed_call(session(), call_id, now=datetime.now(UTC)), subject_rows(session(), call_id)
    body = subjects_workbook(
        [row if _shows_outcomes() or row.may_be_cleared else replace(row, outcome=None, reason="") for row in rows],
        title=found.page.row.title,
        units=unit_names(),
        categories={code: item.label("zh") for code, item in catalogue().lists.categories.items()},
        now=datetime.now(UTC),
    )
    response = Response(body, mimetype=XLSX)
    return as_attachment(response, _("应报项目"), found.page.row.title, suffix="xlsx", plain=f"subjects-{call_id}")


def _shows_outcomes() -> bool:
    """What a re-evaluation comes to is for those who handle its document, until that is in force."""
    return can(actor(), Permission.PUBLICATION_READ).allowed


def _page(
    call_id: int, *, errors: list[FormError] | None = None, kept: tuple[int, str] = (0, ""), status: int = 200
) -> tuple[str, int]:
    found = managed_call(session(), call_id, now=datetime.now(UTC))
    rows = subject_rows(session(), call_id)
    unit, state = request.args.get("unit", ""), request.args.get("state", "")
    page = render_template(
        "calls/subjects.html",
        row=found.page.row,
        figures=counts_by_unit(rows, list(unit_names())),
        total=total(rows),
        rows=[row for row in rows if _fits(row, unit, state)],
        unit=unit,
        state=state,
        states=_STATES,
        scope=_scope(),
        shows_outcomes=_shows_outcomes(),
        errors=errors or [],
        kept=kept,
    )
    return page, status


_STATES = {
    "due": frozenset(SubjectState) - {SubjectState.EXCUSED},
    "sent": frozenset((SubjectState.SENT, SubjectState.CHECKED)),
    "checked": frozenset((SubjectState.CHECKED,)),
    "missing": frozenset(SubjectState) - {SubjectState.SENT, SubjectState.CHECKED, SubjectState.EXCUSED},
    "excused": frozenset((SubjectState.EXCUSED,)),
}
"""The figures of the page by the name in its address: each number leads to exactly the rows that it counts."""


def _fits(row: SubjectRow, unit: str, state: str) -> bool:
    return unit in ("", row.unit) and (state not in _STATES or row.state in _STATES[state])


def _scope() -> str:
    """The part of the address that says which rows are shown."""
    kept = [(name, request.args[name]) for name in ("unit", "state") if request.args.get(name)]
    return f"?{urlencode(kept)}" if kept else ""
