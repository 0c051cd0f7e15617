"""Pages of list imports: all imports and the upload; one import with its questions, its preview and what to do next."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from registry.errors import RegistryError
from registry.forms.imports import UploadForm
from registry.forms.recognition import seen_version
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.imports import jobs
from registry.services.imports.asking.questions import QuestionKind
from registry.services.imports.jobs import managing
from registry.services.imports.jobs.targets import targets_of
from registry.services.imports.result import ListKind
from registry.spreadsheets import MAX_BYTES
from registry.terms import ImportState, ImportTask
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
    "sheets": [],
    "rows": {},
    "refusals": [],
    "applicable": False,
}
ANSWER, CHOICE, FREE, CLEAR, COLUMN = "answer-", "choice-", "free-", "clear", "column-"
RENAME = "rename"
RENAME_FACTS = ("document", "date")
"""What may be told beside the answer that an enterprise has been renamed."""


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
    return _step(job_id, lambda: _answer(job_id))


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


def _answer(job_id: int) -> None:
    given = {
        name.removeprefix(ANSWER): value for name, value in request.form.items() if name.startswith(ANSWER) and value
    }
    # What is chosen in a long list, or typed beside the choices, is the answer.
    for start in (CHOICE, FREE):
        for name, value in request.form.items():
            if name.startswith(start) and value.strip():
                given[name.removeprefix(start)] = value
    for identifier, answer in given.items():
        if answer == RENAME:
            given[identifier] = ";".join([answer, *_rename_facts(identifier)])
    given |= dict.fromkeys(request.form.getlist(CLEAR), "")
    managing.answer(
        session(),
        actor(),
        job_id,
        options={name: request.form.get(f"option-{name}", "") for name in managing.OPTION_NAMES},
        sheets=request.form.getlist("sheet"),
        columns={name.removeprefix(COLUMN): target for name, target in request.form.items() if name.startswith(COLUMN)},
        answers=given,
        seen_version=_seen(),
    )


def _rename_facts(identifier: str) -> Iterator[str]:
    """What is told beside a rename, as a command takes it behind the answer."""
    for name in RENAME_FACTS:
        text = " ".join(request.form.get(f"rename-{name}-{identifier}", "").replace(";", " ").split())
        if text:
            yield f"{name}={text}"


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
        proposed_label=_proposed_label,
        choice_label=_choice_label,
        rename_facts={"document": _("更名依据的文号（可不填）"), "date": _("更名日期（可不填），如 2021-05-01")},
        group_sentence=group_sentence,
    )


def _proposed_label(question: Mapping[str, Any]) -> str:
    """What a proposed answer means."""
    labels: dict[str, str] = {choice["answer"]: choice["label"] for choice in question["choices"]}
    proposed: str = question["proposed"]
    return labels.get(proposed, proposed)


def _choice_label(question: Mapping[str, Any], choice: Mapping[str, str]) -> str:
    """A choice in words. How a command writes the facts of a rename is no matter of a page that has fields for them."""
    if question["kind"] == QuestionKind.RENAME and choice["answer"] == RENAME:
        return _("登记更名")
    return choice["label"]


def _step_of(page: jobs.JobPage, outcome: Mapping[str, Any]) -> int:
    """Which of the five steps this import is at."""
    if page.row.task in (ImportTask.APPLY, ImportTask.UNDO) or page.row.state is ImportState.APPLIED:
        return 5
    if not outcome["counts"] or outcome["refusal"]:
        return 2 if outcome["refusal"] else 1
    return 3 if outcome["questions"] else 4
