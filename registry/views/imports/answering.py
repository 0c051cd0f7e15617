"""Answers on the page of an import: read from the form that was sent, and put into words."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from registry.queries.imports import jobs
from registry.services.imports.jobs import managing
from registry.values.row_ids import seen_version
from registry.views.web.runtime import actor, session

AGAIN = "again"
"""What is chosen to have a question asked again; no question has such a choice."""
ANSWER, CHOICE, FREE, CLEAR, COLUMN = "answer-", "choice-", "free-", "clear", "column-"
RENAME = "rename"
RENAME_FACTS = ("document", "date")
"""What may be told beside the answer that an enterprise has been renamed."""


def keep(job_id: int) -> None:
    """Store what the form of an import holds: answers and options."""
    given = {
        name.removeprefix(ANSWER): value for name, value in request.form.items() if name.startswith(ANSWER) and value
    }
    # What is chosen in a long list, or typed beside the choices, is the answer.
    for start in (CHOICE, FREE):
        for name, value in request.form.items():
            if name.startswith(start) and value.strip():
                given[name.removeprefix(start)] = value
    for identifier, answer in given.items():
        if answer == AGAIN:
            given[identifier] = ""
        if answer == RENAME:
            given[identifier] = ";".join([answer, *_rename_facts(identifier)])
    given |= dict.fromkeys(request.form.getlist(CLEAR), "")
    managing.answer(
        session(),
        actor(),
        job_id,
        options={name: request.form.get(f"option-{name}", "") for name in managing.OPTION_NAMES},
        sheets=request.form.getlist("sheet"),
        columns=dict(_columns(job_id)),
        answers=given,
        seen_version=seen_version(request.form.get("version")),
    )


def _columns(job_id: int) -> Iterator[tuple[str, str]]:
    """What columns shall be read as: the form names them by their places on the page."""
    told = {name.removeprefix(COLUMN): target for name, target in request.form.items() if name.startswith(COLUMN)}
    outcome = (jobs.find_job_page(session(), job_id).outcome or {}) if told else {}
    for place, sheet in enumerate(outcome.get("sheets", [])):
        for number, column in enumerate(sheet["columns"]):
            target = told.get(f"{place}-{number}")
            if target is not None and column.get("key"):
                yield column["key"], target


def _rename_facts(identifier: str) -> Iterator[str]:
    """What is told beside a rename, as a command takes it behind the answer."""
    for name in RENAME_FACTS:
        text = " ".join(request.form.get(f"rename-{name}-{identifier}", "").replace(";", " ").split())
        if text:
            yield f"{name}={text}"
