"""A filled workbook of criteria sheets: what it would change, what it must not, and why. Nothing is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Application
from registry.permissions import Actor
from registry.queries.review.queue_scope import in_reach
from registry.queries.review.quota import HIGHEST_RANK
from registry.queries.review.sheet_book import (
    ENTERPRISE,
    IS_NO,
    IS_YES,
    MARK,
    MET,
    NOT_MET,
    NUMBER,
    PROJECT,
    RANK,
    REASON,
    RECOMMEND,
    UNIT,
    WORDS,
    YES_NO,
    figure_header,
    joined_reasons,
)
from registry.queries.review.sheets import NO, YES, SheetCase, load_sheets
from registry.services.review.bulk import MOST
from registry.services.review.sheet_rules import LONGEST_REASON
from registry.services.review.sheets import Entered
from registry.spreadsheets.cells import Row, Table, Value
from registry.wording import Message

_HEADER_ROWS = 20
"""The header stands in one of the first rows: a title may have been written above it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the file. `refusal` says why nothing of it is taken; `stale`: somebody else changed the application
    since the file was made; `changes` are (criterion, before, after) in words."""

    row: int
    number: str
    case: SheetCase | None = None
    entered: Entered | None = None
    rank: int | None = None
    is_recommended: bool = False
    changes: tuple[tuple[str, str, str], ...] = ()
    notices: tuple[str, ...] = ()
    refusal: str = ""
    stale: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether confirming does anything with this row."""
        return not self.refusal and (bool(self.changes) or self.is_recommended)


@dataclass(frozen=True)
class SheetReading:
    """All rows of a file, and the headers that nobody knows."""

    lines: list[Line]
    unknown: list[str] = field(default_factory=list)

    @property
    def taken(self) -> list[Line]:
        """The rows that are written once this is confirmed."""
        return [line for line in self.lines if line.is_taken]

    @property
    def refused(self) -> list[Line]:
        """The rows of which nothing is taken."""
        return [line for line in self.lines if line.refusal]


def read_sheets(session: Session, actor: Actor, table: Table, *, now: datetime) -> SheetReading:
    """What a filled workbook says of applications in the actor's reach; InvalidInput for a file that is none."""
    place, header = _header(table)
    columns = {_text(value): position for position, value in enumerate(header.cells) if _text(value)}
    rows = [row for row in table.rows if row.number > place and any(_text(value) for value in row.cells)]
    if len(rows) > MOST:
        raise InvalidInput(
            Message("文件有 %(n)s 行，一次最多 %(most)s 行；请分几个文件上传。", n=len(rows), most=MOST), field="file"
        )
    numbers = [_text(row.cell(columns[NUMBER])).upper() for row in rows]
    cases = _cases(session, actor, numbers, now)
    known = {NUMBER, REASON, RECOMMEND, RANK, MARK} | {
        row.found.item.text for case in cases.values() for row in case.rows
    }
    lines: list[Line] = []
    first_row: dict[str, int] = {}
    for row, number in zip(rows, numbers, strict=True):
        line = Line(row=row.number, number=number)
        if number in first_row:
            other = Message("与第 %(row)s 行是同一份申报，请只留一行。", row=first_row[number])
            lines.append(replace(line, refusal=other))
            continue
        first_row[number] = row.number
        lines.append(_read(line, row, columns, cases.get(number)))
    known |= {ENTERPRISE, PROJECT, UNIT} | {figure_header(text) for text in known}
    unknown = [name for name in columns if name not in known]
    return SheetReading(_ranked(lines), unknown)


def _header(table: Table) -> tuple[int, Row]:
    for row in table.rows[:_HEADER_ROWS]:
        if {NUMBER, MARK} <= {_text(value) for value in row.cells}:
            return row.number, row
    raise InvalidInput(
        Message(
            "没有找到“%(number)s”和“%(mark)s”两列：请上传从这里下载的审核表，不要删改表头。", number=NUMBER, mark=MARK
        ),
        field="file",
    )


def _cases(session: Session, actor: Actor, numbers: Sequence[str], now: datetime) -> dict[str, SheetCase]:
    ids = session.scalars(select(Application.id).where(in_reach(actor), Application.number.in_(set(numbers) - {""})))
    return {case.number: case for case in load_sheets(session, actor, list(ids), now=now)}


def _read(line: Line, row: Row, columns: Mapping[str, int], case: SheetCase | None) -> Line:
    def cell(name: str) -> str:
        return _text(row.cell(columns[name])) if name in columns else ""

    if not line.number:
        return replace(line, refusal=Message("没有申报编号，不知道是哪一份；请填上编号，或删去这一行。"))
    if case is None:
        return replace(line, refusal=Message("没有这份申报，或不在您的办理范围内。"))
    line = replace(line, case=case)
    answers, refusal = _answers(case, cell)
    is_recommended = cell(RECOMMEND).upper() in IS_YES
    line = replace(line, changes=_changes(case, answers, cell(REASON)), is_recommended=is_recommended)
    if not (line.changes or is_recommended or refusal):
        return line
    if cell(MARK).upper() != case.mark:
        return replace(line, stale=True, refusal=Message("下载以后被他人改过，没有采用；请重新下载再填。"))
    if not refusal and not case.may_fill:
        refusal = Message("现在不能修改条件审核表。")
    reasons, lacks = _reasons(case, answers, cell(REASON))
    refusal = refusal or lacks
    rank, wrong = _rank(cell(RANK))
    refusal = refusal or (wrong if is_recommended else "")
    after = {item.code: answers.get(item.code) or item.answer for item in case.rows}
    if not refusal and is_recommended and set(after.values()) != {YES}:
        refusal = Message("还有条件没有填或不符合，不能推荐；请清空“%(column)s”一格，或补填审核表。", column=RECOMMEND)
    if refusal:
        return replace(line, refusal=refusal)
    low = [item.found.item for item in case.rows if item.fails and answers.get(item.code) == YES]
    return replace(
        line,
        entered=Entered(id=case.id, version=case.version, answers=answers, reasons=reasons),
        rank=rank if is_recommended else None,
        notices=tuple(Message("%(text)s的数值未达到要求，表中填了符合；请确认已经核实。", text=item) for item in low),
    )


def _answers(case: SheetCase, cell: Callable[[str], str]) -> tuple[dict[str, str], str]:
    """(answers that the row gives, the first refusal)."""
    found = {}
    for item in case.rows:
        text = cell(item.found.item.text)
        folded = unicodedata.normalize("NFKC", text).upper()
        if folded in IS_YES or text in IS_YES:
            found[item.code] = YES
        elif folded in IS_NO or text in IS_NO:
            found[item.code] = NO
        elif text:
            return found, Message(
                "“%(column)s”填的是“%(value)s”；请填“%(met)s”或“%(not_met)s”，不改的留空。",
                column=item.found.item.text,
                value=text[:20],
                met=MET,
                not_met=NOT_MET,
            )
    return found, ""


def _changes(case: SheetCase, answers: Mapping[str, str], reason: str) -> tuple[tuple[str, str, str], ...]:
    found = [
        (item.found.item.text, WORDS.get(item.answer, ""), WORDS[answers[item.code]])
        for item in case.rows
        if item.code in answers and answers[item.code] != item.answer
    ]
    refuses = NO in answers.values()
    if refuses and reason and reason != joined_reasons(case):
        found.append((REASON, joined_reasons(case), reason))
    return tuple(found)


def _reasons(case: SheetCase, answers: Mapping[str, str], reason: str) -> tuple[dict[str, str], str]:
    """(reasons by criterion, a refusal where one is missing). A cell that was left as it was changes none of them."""
    refused = [item for item in case.rows if answers.get(item.code) == NO]
    if len(reason) > LONGEST_REASON:
        return {}, Message(
            "“%(column)s”有 %(n)s 个字，最多 %(most)s 个；请缩短。", column=REASON, n=len(reason), most=LONGEST_REASON
        )
    if reason == joined_reasons(case):
        fresh = [item for item in refused if not item.reason]
        reasons = {item.code: reason for item in fresh if reason}
    else:
        fresh, reasons = refused, {item.code: reason for item in refused if reason}
    if fresh and not reason:
        return {}, Message("有不符合的条件，而没有写明原因；请填“%(column)s”。", column=REASON)
    return reasons, ""


def _rank(text: str) -> tuple[int | None, str]:
    if not text:
        return None, ""
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6 and 1 <= int(plain) <= HIGHEST_RANK):
        return None, Message("“%(text)s”不是推荐顺序；请填从 1 开始的整数，如 1。", text=text[:20])
    return int(plain), ""


def _ranked(lines: Sequence[Line]) -> list[Line]:
    """The lines, with a rank that two of one unit and call share refused at each of them."""
    holders: dict[tuple[int, str, int], list[Line]] = {}
    for line in lines:
        if line.is_taken and line.rank is not None and line.case is not None:
            holders.setdefault((line.case.call_id, line.case.unit, line.rank), []).append(line)
    twice = {line.row: held for held in holders.values() if len(held) > 1 for line in held}
    made = []
    for line in lines:
        if held := twice.get(line.row):
            other = next(one.row for one in held if one.row != line.row)
            refusal = Message("推荐顺序 %(rank)s 与第 %(row)s 行相同，请改其中一个。", rank=line.rank, row=other)
            line = replace(line, refusal=refusal)
        made.append(line)
    return made


def _text(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else YES_NO[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().removeprefix("'")
