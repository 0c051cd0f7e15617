"""What the doctor says about one record, and how it reads a table of any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.orm import Session

from registry.wording import Message

_PORTION = 2_000
ABSENT = Message("（空）")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A stored value that does not follow from the others, or (a note) something a person should look at.

    `record` names what it is about, such as 项目 with its code; `computed` is what `stored` should be, or
    why it cannot stand.
    """

    what: str
    record: str
    stored: str
    computed: str
    way_out: str
    is_note: bool = False

    @property
    def line(self) -> str:
        """One line for a terminal."""
        kind = Message("提示") if self.is_note else Message("问题")
        return Message(
            "%(kind)s：%(record)s：%(what)s：现存 %(stored)s，核对结果 %(computed)s。%(way_out)s。",
            kind=kind,
            record=self.record,
            what=self.what,
            stored=self.stored,
            computed=self.computed,
            way_out=self.way_out,
        )


def stream(session: Session, statement: Executable) -> Iterator[Row[Any]]:
    """The rows of a query in portions, so that memory stays bounded whatever the table holds."""
    with session.execute(statement.execution_options(yield_per=_PORTION)) as result:
        yield from result


def shown(value: object) -> str:
    """A stored value as text; nothing is shown as （空）."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return Message("是") if value else Message("否")
    return value if isinstance(value, Message) else str(value)
