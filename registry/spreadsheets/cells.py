"""What a cell can hold once its file is read. The type keeps what the number alone would lose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Percent:
    """A number in a cell of percent format; `value` is what the file stores (0.211 for 21.1 %)."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value (`#REF!`, a formula never calculated); `text` says what it is."""

    text: str


Value: TypeAlias = str | int | float | bool | date | Percent | Broken | None
"""Text cells are `str`, number cells `int` or `float`, date cells `date` (or `datetime`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with content under its own number in the file (the first row is 1)."""

    number: int
    cells: tuple[Value, ...]

    def cell(self, column: int) -> Value:
        """The cell in this column (from 0); None beyond the end."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Merged cells: first and last row (from 1) and column (from 0), both included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass
class Table:
    """The rows of one sheet that hold anything, in file order, and what its reader must be told.

    `name` is the sheet's; `above` are the paragraphs that a document has before its table. `struck` are the numbers
    of rows with a text that is struck through, `coloured` of those that have a colour throughout.
    """

    kind: str
    rows: list[Row] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    merged: list[MergedRange] = field(default_factory=list)
    name: str = ""
    above: list[str] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    coloured: set[int] = field(default_factory=set)


@dataclass
class Book:
    """All visible sheets with content, in tab order, and the names of the hidden ones."""

    sheets: list[Table]
    hidden: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def column_name(index: int) -> str:
    """The letters of a column, as spreadsheet programs show them: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
