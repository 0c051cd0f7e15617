"""Whether an answer can be one to its question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from registry.services.imports.asking.questions import Choice, Free, WrongAnswer
from registry.values import plain, written
from registry.values.bad_value import BadValue
from registry.wording import Message


def check(answer: str, column: str, value: str, choices: Sequence[Choice], free: Free | None, today: date) -> None:
    """Raise WrongAnswer for an answer that is neither a choice of its question nor a value that may be told."""
    if answer in [choice.answer for choice in choices]:
        return
    if ";" in answer and answer.partition(";")[0] in [choice.answer for choice in choices]:
        # `rename;document=…;date=…`: what stands behind is read where the answer is used.
        return
    try:
        if free is Free.YEAR:
            plain.year(answer, first=plain.FIRST_YEAR, last=today.year)
            return
        if free is Free.DATE:
            written.written_day(answer, today=today)
            return
    except BadValue as error:
        raise _wrong(answer, column, value, error.reason) from None
    if free in (Free.TEXT, Free.DOCUMENT) and answer.strip():
        return
    known = [choice.answer for choice in choices]
    raise _wrong(answer, column, value, Message("可答：%(known)s", known=known) if known else Message("没有填写"))


def _wrong(answer: str, column: str, value: str, reason: str) -> WrongAnswer:
    what = Message("【%(column)s】", column=column)
    if value:
        what = Message("【%(column)s】“%(value)s”", column=column, value=value)
    return WrongAnswer(
        Message("对%(what)s的答复“%(answer)s”不能用：%(reason)s。", what=what, answer=answer, reason=reason),
        field="answers",
    )
