"""A question about a list: asked once, with its choices and its place. Ids do not depend on row or file name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.errors import InvalidInput
from registry.names import name_key
from registry.wording import Message


class QuestionKind(StrEnum):
    """What is asked."""

    SHEET = "sheet"
    HEADER = "header"
    FILE_VALUE = "file_value"
    CATEGORY = "category"
    UNIT = "unit"
    NOTHING = "nothing"
    NUMBER = "number"
    PERCENT = "percent"
    SCALE = "scale"
    TOTAL = "total"
    DITTO = "ditto"
    FORMER_NAME = "former_name"
    NAME_MARK = "name_mark"
    TWO_NAMES = "two_names"
    ENTERPRISE_SIMILAR = "enterprise_similar"
    WORKSHOP_SIMILAR = "workshop_similar"
    RENAME = "rename"
    COORDINATE_SYSTEM = "coordinate_system"


class Free(StrEnum):
    """A value that may be answered beside the choices."""

    TEXT = "text"
    YEAR = "year"
    DATE = "date"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Choice:
    """An answer that may be given, and what it means to a person."""

    answer: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """An open question. `row` is the first row concerned, `rows` all of them; None and () concern the file."""

    id: str
    kind: QuestionKind
    sheet: str
    row: int | None
    rows: tuple[int, ...]
    column: str
    value: str
    text: str
    proposed: str | None
    free: Free | None
    choices: tuple[Choice, ...]

    def as_json(self) -> dict[str, Any]:
        """The question as `--questions` writes it."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "sheet": self.sheet,
            "row": self.row,
            "rows": list(self.rows),
            "column": self.column,
            "value": self.value,
            "text": self.text,
            "proposed": self.proposed,
            "free": self.free.value if self.free else None,
            "choices": [{"answer": choice.answer, "label": choice.label} for choice in self.choices],
        }


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A question that has its answer; `remembered` says that the answer was given for an earlier list."""

    question: Question
    answer: str
    remembered: bool = False

    @property
    def label(self) -> str:
        """The answer in words: that of the choice, else what was typed."""
        word, _, told = self.answer.partition(";")
        for choice in self.question.choices:
            if choice.answer == self.answer:
                return choice.label
            if choice.answer == word:
                return Message("%(choice)s（%(told)s）", choice=choice.label, told=told)
        return self.answer


def question_id(kind: QuestionKind, column: str, value: str, candidates: Iterable[str]) -> str:
    """The id of a question: the same question in another file, or in another row, bears the same one."""
    parts = [kind.value, name_key(column), name_key(value), *sorted(candidates)]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    return f"{kind.value}-{digest[:12]}"


class WrongAnswer(InvalidInput):
    """An answer is no choice of its question; the sentence names both."""

    code = "wrong_answer"
