"""Checks of the options that are given with a list; they come before the list itself is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from registry.services.imports.asking.questions import WrongAnswer
from registry.services.imports.result import Options
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.kpi_choices import BASES, KINDS
from registry.spreadsheets import HEAD_ROWS
from registry.values.bad_value import BadValue
from registry.values.plain import FIRST_YEAR
from registry.values.row_ids import row_id
from registry.values.written import written_day, written_year
from registry.wording import Message


def check_options(session: Session, options: Options, today: date) -> None:
    """Raise WrongAnswer for an option that no cell could hold."""
    for name, text, parse in _parsers(session, options, today):
        if not text:
            continue
        try:
            parse(text)
        except BadValue as error:
            sentence = Message(
                "--%(name)s “%(text)s”：%(reason)s。%(way_out)s。",
                name=name,
                text=text,
                reason=error.reason,
                way_out=error.way_out,
            )
            raise WrongAnswer(sentence, field=name) from None


def _parsers(session: Session, options: Options, today: date) -> Iterator[tuple[str, str, Callable[[str], object]]]:
    def year(text: str) -> object:
        return written_year(text, first=FIRST_YEAR, last=today.year)

    if options.category or options.unit:
        lists = code_lists.load(session)
        yield "category", options.category, lists.category
        yield "unit", options.unit, lists.unit
    yield "year", options.year, year
    yield "baseline", options.baseline, lambda text: written_year(text, first=2000, last=today.year)
    yield "header_row", options.header_row, _row
    yield "date", options.date, lambda text: written_day(text, today=today)
    yield "kind", options.kind, lambda text: _word(text, [word for words in KINDS.values() for word in words])
    yield "basis", options.basis, lambda text: _word(text, [word for words in BASES.values() for word in words])


def _row(text: str) -> None:
    if not 1 <= (row_id(text) or 0) <= HEAD_ROWS:
        raise BadValue(Message("不是行号"), Message("表头应在前 %(rows)s 行，请填 1 到 %(rows)s 的数", rows=HEAD_ROWS))


def _word(text: str, known: list[str]) -> None:
    if text not in known:
        raise BadValue(Message("不认识的内容"), Message("可填：%(known)s", known=list(known)))
