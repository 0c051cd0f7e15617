"""Asks while a list is read: an answer that is there is taken, otherwise the question is noted and the row waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.services.imports.asking.memory import Decision, Memory
from registry.services.imports.asking.questions import (
    Choice,
    Free,
    Question,
    QuestionKind,
    WrongAnswer,
    question_id,
)
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.values import plain, written
from registry.values.bad_value import BadValue
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


class Asker:
    """Answers by id, what is remembered, and the questions that came up. Questions keep the order of the file."""

    def __init__(self, answers: Mapping[str, str], memory: Memory, today: date) -> None:
        self.answers, self.memory, self.today = dict(answers), memory, today
        self.used: dict[str, str] = {}
        self.last = ""
        self._noted: dict[str, _Noted] = {}

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
            self._check(given, column, value, choices, free)
            self.used[identifier] = given
            return given
        noted = self._noted.get(identifier)
        if noted is None:
            where = row.sheet if row is not None else sheet
            noted = _Noted(kind, column, value, text, proposed, free, tuple(choices), where)
            self._noted[identifier] = noted
        for each in [row] if row is not None else list(rows):
            noted.rows.add(each)
        raise Waiting(identifier)

    def ask_once(self, kind: QuestionKind, *, key: str, value: str, row: RowNumber, **options: Any) -> str:
        """As `ask`, for a question about one name: what was answered before, in whichever file, holds."""
        known = self.memory.recall(kind, key)
        try:
            answer = self.ask(kind, value=value, row=row, **options)
        except Waiting:
            if known is None:
                raise
            self.withdraw(self.last, row)
            return known
        self.memory.note(Decision(kind, "", key, "", answer, self.last))
        return answer

    def given(self, kind: QuestionKind, **options: Any) -> str | None:
        """The answer that was given for this question, without asking it."""
        before = dict(self._noted)
        answer = self.answer(kind, **options)
        self._noted = before
        return answer

    def withdraw(self, identifier: str, row: RowNumber) -> None:
        """A row does not wait for this question after all."""
        noted = self._noted[identifier]
        noted.rows.discard(row)
        if not noted.rows:
            del self._noted[identifier]

    def answer(self, kind: QuestionKind, **options: Any) -> str | None:
        """As `ask`, with None instead of Waiting."""
        try:
            return self.ask(kind, **options)
        except Waiting:
            return None

    def questions(self) -> tuple[Question, ...]:
        """The open questions."""
        return tuple(
            Question(
                id=identifier,
                kind=noted.kind,
                sheet=noted.sheet,
                row=min(noted.rows).shown if noted.rows else None,
                rows=tuple(each.shown for each in sorted(noted.rows)),
                column=noted.column,
                value=noted.value,
                text=noted.text,
                proposed=noted.proposed,
                free=noted.free,
                choices=noted.choices,
            )
            for identifier, noted in self._noted.items()
        )

    def unknown(self) -> list[str]:
        """Ids of answers to questions that this list does not have."""
        return [
            identifier
            for identifier in self.answers
            if identifier not in self.used and identifier not in self.memory.question_ids
        ]

    def _check(self, answer: str, column: str, value: str, choices: Sequence[Choice], free: Free | None) -> None:
        if answer in [choice.answer for choice in choices]:
            return
        if ";" in answer and answer.partition(";")[0] in [choice.answer for choice in choices]:
            # `rename;document=…;date=…`: what stands behind is read where the answer is used.
            return
        try:
            if free is Free.YEAR:
                plain.year(answer, first=plain.FIRST_YEAR, last=self.today.year)
                return
            if free is Free.DATE:
                written.written_day(answer, today=self.today)
                return
        except BadValue as error:
            raise self._wrong(answer, column, value, error.reason) from None
        if free in (Free.TEXT, Free.DOCUMENT) and answer.strip():
            return
        known = [choice.answer for choice in choices]
        raise self._wrong(
            answer, column, value, Message("可答：%(known)s", known=known) if known else Message("没有填写")
        )

    @staticmethod
    def _wrong(answer: str, column: str, value: str, reason: str) -> WrongAnswer:
        what = Message("【%(column)s】", column=column)
        if value:
            what = Message("【%(column)s】“%(value)s”", column=column, value=value)
        return WrongAnswer(
            Message("对%(what)s的答复“%(answer)s”不能用：%(reason)s。", what=what, answer=answer, reason=reason),
            field="answers",
        )
