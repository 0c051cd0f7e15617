"""The names in a row: what stands beside them (marks, former names, a second firm) is asked about once a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.names import name_key
from registry.services.imports.asking.asker import SKIP, Waiting
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.spreadsheets import Value
from registry.values import naming
from registry.values.bad_value import BadValue
from registry.values.plain import text
from registry.wording import Message

if TYPE_CHECKING:
    from registry.services.imports.rows import RowReader

_LONGEST = 200
_FORMER = Choice("former", Message("登记为曾用名"))
_DROP = Choice("drop", Message("不登记括号里的名称"))
_STRIP = Choice("strip", Message("去掉这个记号"))


@dataclass(frozen=True)
class Firm:
    """The enterprise of a row and the former name that stands beside it."""

    name: str = ""
    former: str = ""


def project(reader: RowReader) -> str:
    """The name of the project; '' when it is refused, skipped or waits."""
    name = _cell(reader, "name", required=True)
    return _without_mark(reader, "name", name) if name else ""


def enterprise(reader: RowReader, *, required: bool, may_share: bool = True) -> Firm:
    """The enterprise of a row; unless it `may_share`, a row for two of them is refused."""
    name = _cell(reader, "enterprise", required=required)
    name = _without_mark(reader, "enterprise", name) if name else ""
    if not name:
        return Firm()
    before = naming.former(name)
    if before is not None:
        return _with_former(reader, name, *before)
    parts = naming.firms(name)
    if parts and not may_share:
        reader.note("enterprise", Message("写了 %(count)s 家企业", count=len(parts)), Message("请每家企业写一行"))
        return Firm()
    return _lead(reader, name, parts) if parts else Firm(name)


def _cell(reader: RowReader, field: str, *, required: bool) -> str:
    raw = reader.cell(field)
    if isinstance(raw, str) and any(character in naming.ZERO_WIDTH for character in raw):
        header = reader.layout.header(field)
        reader.notes.add(Message("【%(column)s】里看不见的字符已去掉", column=header), reader.number)
    return reader.take(field, _name, required=required) or ""


def _name(value: Value) -> str:
    return naming.name(text(naming.unwrapped(value) if isinstance(value, str) else value, _LONGEST))


def _ask(
    reader: RowReader, kind: QuestionKind, field: str, value: str, sentence: str, choices: Sequence[Choice]
) -> str | None:
    """The answer; None when the row waits or is left out."""
    if reader.asker is None:
        reader.note(field, sentence, Message("请只填一个企业或项目的名称"))
        return None
    header = reader.layout.header(field)
    try:
        answer = reader.asker.ask_once(
            kind,
            key=name_key(value),
            column=header,
            value=value,
            text=Message("【%(column)s】“%(value)s”：%(what)s。", column=header, value=value, what=sentence),
            choices=choices,
            row=reader.number,
        )
    except Waiting:
        reader.waiting = True
        return None
    if answer == SKIP.answer:
        reader.skipped = True
        return None
    return answer


def _without_mark(reader: RowReader, field: str, name: str) -> str:
    found = naming.marked(name)
    if found is None:
        return name
    sentence = Message("“%(mark)s”不像名称的一部分", mark=found.mark)
    answer = _ask(reader, QuestionKind.NAME_MARK, field, name, sentence, [_STRIP, SKIP])
    return found.bare if answer == _STRIP.answer else ""


def _with_former(reader: RowReader, written: str, name: str, former: str) -> Firm:
    sentence = Message("“%(former)s”是“%(name)s”的曾用名吗", former=former, name=name)
    answer = _ask(reader, QuestionKind.FORMER_NAME, "enterprise", written, sentence, [_FORMER, _DROP])
    if answer is None:
        return Firm()
    try:
        return Firm(naming.name(name), naming.name(former) if answer == _FORMER.answer else "")
    except BadValue as error:
        reader.note("enterprise", error.reason, error.way_out)
        return Firm()


def _lead(reader: RowReader, written: str, parts: list[str]) -> Firm:
    choices = [
        Choice(f"lead:{position}", Message("项目记在“%(name)s”名下，其余写入备注", name=part))
        for position, part in enumerate(parts, 1)
    ]
    sentence = Message("写了 %(count)s 家企业，项目记在哪家名下", count=len(parts))
    answer = _ask(reader, QuestionKind.TWO_NAMES, "enterprise", written, sentence, [*choices, SKIP])
    if answer is None:
        return Firm()
    lead = int(answer.removeprefix("lead:")) - 1
    others = "、".join(part for position, part in enumerate(parts) if position != lead)
    reader.remarks.append(Message("联合单位：%(names)s", names=others))
    return Firm(parts[lead])
