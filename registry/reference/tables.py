"""Reading the files of a city folder: rows with their faults, each with file, row and way out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from registry.errors import OperatorError
from registry.terms import Term

Row = TypeVar("Row")
Choice = TypeVar("Choice", bound=Term)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True)
class CityFault:
    """What is wrong in a file of the folder, in which row of it (None: the whole file), and the way out."""

    file: str
    row: int | None
    reason: str
    way_out: str

    def line(self) -> str:
        """The fault in one line."""
        place = self.file if self.row is None else f"{self.file} 第 {self.row} 行"
        return f"{place}：{self.reason}。{self.way_out}"


class CityError(OperatorError):
    """A file of the city folder cannot be used; the message is its first fault."""

    def __init__(self, fault: CityFault) -> None:
        super().__init__(f"城市目录中的 {fault.line()} 用 flask city check 可以列出全部问题。")
        self.fault = fault


class BadCell(Exception):
    """A cell that cannot be read: reason and way out."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(reason)
        self.reason, self.way_out = reason, way_out


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


class Cells:
    """The cells of one row by the names of their columns."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells

    def text(self, column: str, *, longest: int = 200, required: bool = True) -> str:
        """A text, without blanks around it."""
        text = self.cells[column].strip()
        if required and not text:
            raise BadCell(f"{column} 没有填写", "请补填")
        if len(text) > longest:
            raise BadCell(f"{column} 有 {len(text)} 个字，最多 {longest} 个", "请缩短")
        if not text.isprintable():
            raise BadCell(f"{column} 里有不可见的字符", "请删去后重新填写")
        return text

    def code(self, column: str, *, longest: int) -> str:
        """A code of Latin letters, digits and underscores."""
        text = self.text(column, longest=longest)
        if not _CODE.fullmatch(text):
            raise BadCell(f"{column} {text!r} 不是代码", "代码以英文字母开头，只用英文字母、数字和下划线")
        return text

    def digits(self, column: str, count: int, *, required: bool = True) -> str:
        """A code of so many digits."""
        text = self.text(column, required=required)
        if text and not re.fullmatch(rf"[0-9]{{{count}}}", text):
            raise BadCell(f"{column} {text!r} 不是 {count} 位数字", "请核对代码；表格软件会去掉开头的零")
        return text

    def whole(self, column: str, *, low: int = 0, high: int = 1_000_000, required: bool = False) -> int | None:
        """A whole number, or None when the cell is empty."""
        text = self.text(column, required=required)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise BadCell(f"{column} {text!r} 不是 {low} 到 {high} 的整数", "请核对")
        return int(text)

    def year(self, column: str) -> int | None:
        """A year, or None when the cell is empty."""
        return self.whole(column, low=1949, high=2100)

    def yes(self, column: str) -> bool:
        """1 or 0."""
        text = self.text(column)
        if text not in ("0", "1"):
            raise BadCell(f"{column} {text!r} 应为 1 或 0", "有写 1，没有写 0")
        return text == "1"

    def one_of(self, column: str, terms: type[Choice]) -> Choice:
        """A term by its code."""
        text = self.text(column)
        if text not in {term.value for term in terms}:
            raise BadCell(f"{column} {text!r} 不在可用的范围", f"可用：{'、'.join(term.value for term in terms)}")
        return terms(text)

    def several(self, column: str) -> tuple[str, ...]:
        """Texts that are set apart by semicolons."""
        return tuple(part.strip() for part in re.split("[;；]", self.text(column, required=False)) if part.strip())


def read_text(path: Path) -> str:
    """A text file in UTF-8; BadCell when it is missing or written otherwise."""
    try:
        content = path.read_bytes()
    except OSError:
        raise BadCell("没有这个文件", "请补上；文件的写法见 docs/city.md") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BadCell(f"不是 UTF-8 编码（第 {row} 行起读不出来）", "请另存为“CSV UTF-8”或 UTF-8 文本") from None


def read_table(path: Path, columns: tuple[str, ...], make: Callable[[Cells], Row]) -> Table[Row]:
    """A CSV file with exactly these columns in any order."""
    name = path.name
    try:
        lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        head = next(lines, [])
        if missing := [column for column in columns if column not in head]:
            raise BadCell(f"缺少列 {'、'.join(missing)}", f"第一行应为：{','.join(columns)}")
        if unknown := [column for column in head if column not in columns]:
            raise BadCell(f"有不认识的列 {'、'.join(unknown)}", f"第一行应为：{','.join(columns)}")
        numbered = [(lines.line_num, line) for line in lines]
    except BadCell as error:
        return Table(name, (), (CityFault(name, None, error.reason, error.way_out),))
    except csv.Error as error:
        fault = CityFault(name, None, f"不是可读的 CSV（{error}）", "请核对引号和逗号")
        return Table(name, (), (fault,))
    rows: list[tuple[int, Row]] = []
    faults: list[CityFault] = []
    for number, line in numbered:
        if not any(cell.strip() for cell in line):
            continue
        try:
            if len(line) != len(head):
                raise BadCell(f"有 {len(line)} 列，表头是 {len(head)} 列", "请核对逗号；内容里有逗号时加英文引号")
            rows.append((number, make(Cells(dict(zip(head, line, strict=True))))))
        except BadCell as error:
            faults.append(CityFault(name, number, error.reason, error.way_out))
    return Table(name, tuple(rows), tuple(faults))
