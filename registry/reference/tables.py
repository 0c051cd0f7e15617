"""Reading the files of a city folder: rows with their faults, each with file, row and way out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from registry.errors import OperatorError
from registry.reference.cells import BadCell, Cells
from registry.wording import Message

Row = TypeVar("Row")


@dataclass(frozen=True)
class CityFault:
    """What is wrong in a file of the folder, in which row of it (None: the whole file), and the way out."""

    file: str
    row: int | None
    reason: Message
    way_out: Message

    def line(self) -> Message:
        """The fault in one line."""
        values = {"file": self.file, "reason": self.reason, "way_out": self.way_out}
        if self.row is None:
            return Message("%(file)s：%(reason)s。%(way_out)s", **values)
        return Message("%(file)s 第 %(row)s 行：%(reason)s。%(way_out)s", row=self.row, **values)


class CityError(OperatorError):
    """A file of the city folder cannot be used; the message is its first fault."""

    def __init__(self, fault: CityFault) -> None:
        super().__init__(Message("城市目录中的 %(fault)s 用 flask city check 可以列出全部问题。", fault=fault.line()))
        self.fault = fault


@dataclass(frozen=True)
class Table(Generic[Row]):
    """The rows that could be read, each with its number in the file, and the faults of the others."""

    file: str
    rows: tuple[tuple[int, Row], ...]
    faults: tuple[CityFault, ...]

    def require(self) -> tuple[Row, ...]:
        """The rows; CityError when any of the file is at fault."""
        if self.faults:
            raise CityError(self.faults[0])
        return tuple(row for _number, row in self.rows)


def read_text(path: Path) -> str:
    """A text file in UTF-8; BadCell when it is missing or written otherwise."""
    try:
        content = path.read_bytes()
    except OSError:
        raise BadCell(Message("没有这个文件"), Message("请补上；文件的写法见 docs/city.md")) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        reason = Message("不是 UTF-8 编码（第 %(row)s 行起读不出来）", row=row)
        raise BadCell(reason, Message("请另存为“CSV UTF-8”或 UTF-8 文本")) from None


def read_table(path: Path, columns: tuple[str, ...], make: Callable[[Cells], Row]) -> Table[Row]:
    """A CSV file with exactly these columns in any order."""
    name = path.name
    try:
        lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        head = next(lines, [])
        way_out = Message("第一行应为：%(columns)s", columns=",".join(columns))
        if missing := [column for column in columns if column not in head]:
            raise BadCell(Message("缺少列 %(columns)s", columns=missing), way_out)
        if unknown := [column for column in head if column not in columns]:
            raise BadCell(Message("有不认识的列 %(columns)s", columns=unknown), way_out)
        numbered = [(lines.line_num, line) for line in lines]
    except BadCell as error:
        return Table(name, (), (CityFault(name, None, error.reason, error.way_out),))
    except csv.Error as error:
        fault = CityFault(name, None, Message("不是可读的 CSV（%(error)s）", error=error), Message("请核对引号和逗号"))
        return Table(name, (), (fault,))
    rows: list[tuple[int, Row]] = []
    faults: list[CityFault] = []
    for number, line in numbered:
        if not any(cell.strip() for cell in line):
            continue
        try:
            if len(line) != len(head):
                reason = Message("有 %(count)s 列，表头是 %(head)s 列", count=len(line), head=len(head))
                raise BadCell(reason, Message("请核对逗号；内容里有逗号时加英文引号"))
            rows.append((number, make(Cells(dict(zip(head, line, strict=True))))))
        except BadCell as error:
            faults.append(CityFault(name, number, error.reason, error.way_out))
    return Table(name, tuple(rows), tuple(faults))
