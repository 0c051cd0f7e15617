"""Pages of list imports: all imports and the upload; one import with its questions, its preview and what to do next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from registry.errors import RegistryError
from registry.forms.imports import UploadForm
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.imports import jobs
from registry.services.imports.jobs import managing
from registry.services.imports.jobs.targets import targets_of
from registry.services.imports.result import ListKind
from registry.spreadsheets import MAX_BYTES
from registry.terms import ImportState, ImportTask
from registry.values.row_ids import seen_version
from registry.views.imports import answer_words, answering
from registry.views.imports.words import column_states, group_sentence, kind_names, option_names, ranges, summary_words
from registry.views.imports.worker import install, wake_after_commit, worker
from registry.views.web.runtime import actor, policy, session
from registry.wording import told

blueprint = Blueprint("imports", __name__)
blueprint.record_once(install)
Answered = str | tuple[str, int] | Response
_NOTHING_READ: Mapping[str, Any] = {
    "refusal": "",
    "counts": {},
    "notices": [],
    "questions": [],
    "settled": [],
    "sheets": [],
    "rows": {},
    "refusals": [],
    "applicable": False,
}


@blueprint.route("/admin/imports", methods=("GET", "POST"))
@policy(Permission.LIST_IMPORT)
def imports() -> Answered:
    """All imports, newest first, and the upload of another list."""
    form = UploadForm()
    form.kind.choices = [("", _("请选择")), *kind_names().items()]
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            sent = form.list.data
            try:
                if not isinstance(sent, FileStorage) or not sent.filename:
                    raise managing.no_file()
                job = managing.upload(
                    session(),
                    actor(),
                    kind=form.kind.data or "",
                    filename=sent.filename,
                    content=sent.stream.read(MAX_BYTES + 1),
                    now=datetime.now(UTC),
                )
                wake_after_commit()
                return redirect(url_for("imports.job", job_id=job.id), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
    number = max(1, request.args.get("page", 1, type=int) or 1)
    rows, total = jobs.list_jobs(session(), min(number, 100_000))
    pages = max(1, math.ceil(total / jobs.PER_PAGE))
    text = render_template(
        "imports/list.html",
        form=form,
        rows=rows,
        total=total,
        pages=pages,
        number=number,
        kinds=kind_names(),
        summary_words=summary_words,
    )
    return text, status


@blueprint.get("/admin/imports/<int:job_id>")
@policy(Permission.LIST_IMPORT)
def job(job_id: int) -> Answered:
    """One import."""
    return _page(job_id)


@blueprint.post("/admin/imports/<int:job_id>/answers")
@policy(Permission.LIST_IMPORT)
def answer(job_id: int) -> Answered:
    """Keep answers and have the list read again."""
    return _step(job_id, lambda: answering.keep(job_id))


@blueprint.post("/admin/imports/<int:job_id>/apply")
@policy(Permission.LIST_IMPORT)
def apply(job_id: int) -> Answered:
    """Have the list written."""
    return _step(job_id, lambda: managing.ask_to_apply(session(), actor(), job_id, seen_version=_seen()))


@blueprint.post("/admin/imports/<int:job_id>/undo")
@policy(Permission.LIST_IMPORT)
def undo(job_id: int) -> Answered:
    """Have the whole import taken back."""
    return _step(job_id, lambda: managing.ask_to_undo(session(), actor(), job_id, seen_version=_seen()))


@blueprint.post("/admin/imports/<int:job_id>/drop")
@policy(Permission.LIST_IMPORT)
def drop(job_id: int) -> Answered:
    """Give an import up."""
    return _step(job_id, lambda: managing.drop(session(), actor(), job_id, seen_version=_seen()))


def _seen() -> int | None:
    return seen_version(request.form.get("version"))


def _step(job_id: int, take: Any) -> Answered:
    """Do one thing and show the import; what a rule says against it stands at the head of the page."""
    try:
        take()
    except RegistryError as error:
        session().rollback()
        if error.status in (403, 404):
            raise
        return _page(job_id, error=error.message), error.status
    wake_after_commit()
    return redirect(url_for("imports.job", job_id=job_id), 303)


def _page(job_id: int, error: str = "") -> str:
    page = jobs.find_job_page(session(), job_id)
    if page.row.is_working and request.method == "GET":
        # The thread of a server that was stopped may have left a task behind; this one writes for itself.
        worker().wake()
    outcome: Mapping[str, Any] = {**_NOTHING_READ, **(page.outcome or {})}
    return render_template(
        "imports/job.html",
        page=page,
        row=page.row,
        error=error,
        outcome=outcome,
        counts=outcome["counts"],
        told_columns=page.options.get("columns", {}) | dict.fromkeys(page.options.get("ignore", []), "ignore"),
        has_open_columns=any(
            column["state"] in ("asked", "unread") for sheet in outcome["sheets"] for column in sheet["columns"]
        ),
        plain=lambda message: told(message, language()),
        targets=targets_of(ListKind(page.row.kind)),
        sheets=page.options.get("sheets", []),
        kinds=kind_names(),
        states=column_states(),
        options=option_names(page.row.kind),
        step=_step_of(page, outcome),
        progress=worker().progress.get(job_id) or page.progress,
        task_name=page.row.task.label(language()),
        state_name=page.row.state.label(language()),
        is_open=page.row.state in managing.OPEN and page.row.task in (ImportTask.NONE, ImportTask.READ),
        ranges=ranges,
        proposed_label=answer_words.proposed_label,
        choice_label=answer_words.choice_label,
        answer_label=answer_words.answer_label,
        change_choices=answer_words.change_choices,
        unused=answer_words.unused(page.answers, outcome["settled"]),
        rename_facts={"document": _("更名依据的文号（可不填）"), "date": _("更名日期（可不填），如 2021-05-01")},
        group_sentence=group_sentence,
    )


def _step_of(page: jobs.JobPage, outcome: Mapping[str, Any]) -> int:
    """Which of the five steps this import is at."""
    if page.row.task in (ImportTask.APPLY, ImportTask.UNDO) or page.row.state is ImportState.APPLIED:
        return 5
    if not outcome["counts"] or outcome["refusal"]:
        return 2 if outcome["refusal"] else 1
    return 3 if outcome["questions"] else 4
