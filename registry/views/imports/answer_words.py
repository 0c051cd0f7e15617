"""Questions and their answers as the page of an import tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.i18n import _, language
from registry.services.imports.asking.questions import QuestionKind
from registry.views.imports.answering import AGAIN, RENAME, RENAME_FACTS
from registry.wording import Message, told


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
