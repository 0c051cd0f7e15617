"""Asks while a list is read: an answer that is there is taken, otherwise the question is noted and the row waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.services.imports.asking.checking import check
from registry.services.imports.asking.memory import Decision, Memory
from registry.services.imports.asking.questions import (
    Choice,
    Free,
    Question,
    QuestionKind,
    Settled,
    question_id,
)
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.wording import Message

SKIP = Choice("skip", Message("不导入这些行"))


class Waiting(Exception):
    """What is being read cannot be known before a question is answered."""


@dataclass
class _Noted:
    """A question under way, with the rows that wait for it."""

    kind: QuestionKind
    column: str
    value: str
    text: str
    proposed: str | None
    free: Free | None
    choices: tuple[Choice, ...]
    sheet: str
    rows: set[RowNumber] = field(default_factory=set)

    def question(self, identifier: str) -> Question:
        """The question in its frozen form, as pages and commands show it."""
        return Question(
            id=identifier,
            kind=self.kind,
            sheet=self.sheet,
            row=min(self.rows).shown if self.rows else None,
            rows=tuple(each.shown for each in sorted(self.rows)),
            column=self.column,
            value=self.value,
            text=self.text,
            proposed=self.proposed,
            free=self.free,
            choices=self.choices,
        )


class Asker:
    """Answers by id, what is remembered, and the questions that came up. Questions keep the order of the file."""

    def __init__(self, answers: Mapping[str, str], memory: Memory, today: date) -> None:
        self.answers, self.memory, self.today = dict(answers), memory, today
        self.used: dict[str, str] = {}
        self.last = ""
        self._noted: dict[str, _Noted] = {}
        self._settled: dict[str, _Noted] = {}
        self._recalled: dict[str, str] = {}

    @property
    def is_open(self) -> bool:
        """Whether a question waits."""
        return bool(self._noted)

    def ask(
        self,
        kind: QuestionKind,
        *,
        column: str,
        value: str = "",
        text: str,
        choices: Sequence[Choice] = (),
        proposed: str | None = None,
        free: Free | None = None,
        row: RowNumber | None = None,
        rows: Iterable[RowNumber] = (),
        sheet: str = "",
        scope: str = "",
        candidates: Iterable[str] | None = None,
    ) -> str:
        """The answer; raises Waiting, with the question noted, while there is none.

        `scope` tells questions apart that look alike (the enterprise of a workshop); `candidates` are those of
        the id, where the choices say more.
        """
        drawn = [choice.answer for choice in choices] if candidates is None else list(candidates)
        identifier = question_id(kind, column, value, [*drawn, *([f"scope:{scope}"] if scope else [])])
        self.last = identifier
        given = self.answers.get(identifier)
        if given is not None:
            check(given, column, value, choices, free, self.today)
            self.used[identifier] = given
        those = self._noted if given is None else self._settled
        noted = those.get(identifier)
        if noted is None:
            where = row.sheet if row is not None else sheet
            noted = those[identifier] = _Noted(kind, column, value, text, proposed, free, tuple(choices), where)
        noted.rows.update([row] if row is not None else rows)
        if given is not None:
            return given
        raise Waiting(identifier)

    def ask_once(self, kind: QuestionKind, *, key: str, value: str, row: RowNumber, **options: Any) -> str:
        """As `ask`, for a question about one name: what was answered before, in whichever file, holds."""
        known = self.memory.recall(kind, key)
        try:
            answer = self.ask(kind, value=value, row=row, **options)
        except Waiting:
            if known is None:
                raise
            self.recall(self.last, known)
            return known
        self.memory.note(Decision(kind, "", key, "", answer, self.last))
        return answer

    def given(self, kind: QuestionKind, **options: Any) -> str | None:
        """The answer that was given for this question, without asking it."""
        before = dict(self._noted)
        answer = self.answer(kind, **options)
        self._noted = before
        return answer

    def given_or_recalled(self, kind: QuestionKind, remembered: str, **options: Any) -> str | None:
        """The answer that was given for this question, else the one that is remembered ('' where none is)."""
        if not remembered:
            return self.given(kind, **options)
        answer = self.answer(kind, **options)
        if answer is None:
            self.recall(self.last, remembered)
        return answer or remembered

    def recall(self, identifier: str, answer: str) -> None:
        """Note a question as settled by an answer that was given for an earlier list."""
        noted = self._noted.pop(identifier)
        self._settled.setdefault(identifier, noted).rows |= noted.rows
        self._recalled[identifier] = answer

    def settled(self) -> tuple[Settled, ...]:
        """The questions that have their answers, in the order of the file."""
        return tuple(
            Settled(
                question=noted.question(identifier),
                answer=self.used.get(identifier) or self._recalled[identifier],
                remembered=identifier not in self.used,
            )
            for identifier, noted in self._settled.items()
        )

    def answer(self, kind: QuestionKind, **options: Any) -> str | None:
        """As `ask`, with None instead of Waiting."""
        try:
            return self.ask(kind, **options)
        except Waiting:
            return None

    def questions(self) -> tuple[Question, ...]:
        """The open questions."""
        return tuple(noted.question(identifier) for identifier, noted in self._noted.items())

    def unknown(self) -> list[str]:
        """Ids of answers to questions that this list does not have."""
        return [
            identifier
            for identifier in self.answers
            if identifier not in self.used and identifier not in self.memory.question_ids
        ]
