"""Answers on the page of an import: read off the form that was sent, and told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from registry.forms.recognition import seen_version
from registry.i18n import _, language
from registry.services.imports.asking.questions import QuestionKind
from registry.services.imports.jobs import managing
from registry.views.web.runtime import actor, session
from registry.wording import Message, told

AGAIN = "again"
"""What is chosen to have a question asked again; no question has such a choice."""
ANSWER, CHOICE, FREE, CLEAR, COLUMN = "answer-", "choice-", "free-", "clear", "column-"
RENAME = "rename"
RENAME_FACTS = ("document", "date")
"""What may be told beside the answer that an enterprise has been renamed."""


def keep(job_id: int) -> None:
    """Keep what the form of an import says: answers, and what is told beside the file."""
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
        columns={name.removeprefix(COLUMN): target for name, target in request.form.items() if name.startswith(COLUMN)},
        answers=given,
        seen_version=seen_version(request.form.get("version")),
    )


def _rename_facts(identifier: str) -> Iterator[str]:
    """What is told beside a rename, as a command takes it behind the answer."""
    for name in RENAME_FACTS:
        text = " ".join(request.form.get(f"rename-{name}-{identifier}", "").replace(";", " ").split())
        if text:
            yield f"{name}={text}"


def proposed_label(question: Mapping[str, Any]) -> str:
    """What a proposed answer means."""
    labels: dict[str, str] = {choice["answer"]: choice["label"] for choice in question["choices"]}
    proposed: str = question["proposed"]
    return labels.get(proposed, proposed)


def choice_label(question: Mapping[str, Any], choice: Mapping[str, str]) -> str:
    """A choice in words. How a command writes the facts of a rename is no matter of a page that has fields for them."""
    if question["kind"] == QuestionKind.RENAME and choice["answer"] == RENAME:
        return _("登记更名")
    return choice["label"]


def answer_label(question: Mapping[str, Any]) -> str:
    """A given answer in words."""
    if question["kind"] == QuestionKind.RENAME and question["answer"].partition(";")[0] == RENAME:
        told = dict(part.partition("=")[::2] for part in question["answer"].split(";")[1:])
        facts = [told[name] for name in RENAME_FACTS if told.get(name)]
        return Message("登记更名（%(facts)s）", facts=facts) if facts else Message("登记更名")
    label: str = question["label"]
    return label


def change_choices(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an answer may be changed into, as options tell it; one that was given here may also be asked again."""
    choices = [
        (choice["answer"], told(choice_label(question, choice), language()))
        for choice in question["choices"]
        if choice["answer"] != question["answer"].partition(";")[0]
    ]
    return choices if question["remembered"] else [*choices, (AGAIN, _("取消答复，重新回答"))]


def unused(answers: Mapping[str, str], settled: list[Mapping[str, Any]]) -> dict[str, str]:
    """Answers to questions that the list, as it is read now, does not have."""
    known = {question["id"] for question in settled}
    return {identifier: answer for identifier, answer in answers.items() if identifier not in known}
