"""A table of text cells that span rows and columns, as Word and web pages have them, into rows and merged ranges."""

from __future__ import annotations

from registry.spreadsheets.cells import MergedRange, Row, Table, Value
from registry.spreadsheets.limits import HEAD_ROWS, MAX_ROWS, too_many_rows, unreadable
from registry.wording import Message

_MOST_COLUMNS = 500
_MOST_CELLS = 2_000_000


class Grid:
    """Collects the cells of one table, row by row."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._rows: list[dict[int, str]] = []
        self._taken: dict[int, int] = {}
        self._merged: list[MergedRange] = []
        self._cells = 0
        self._struck: set[int] = set()

    def strike(self) -> None:
        """Note that a text of this row is struck through."""
        self._struck.add(len(self._rows))

    def start_row(self) -> None:
        """Begin the next row."""
        self._rows.append({})
        self._taken = {column: left - 1 for column, left in self._taken.items() if left > 1}
        if len(self._rows) > MAX_ROWS + HEAD_ROWS:
            raise too_many_rows()

    def add(self, text: str, *, across: int = 1, down: int = 1) -> None:
        """Add a cell at the next free column."""
        if not self._rows:
            self.start_row()
        row = self._rows[-1]
        column = 0
        while column in row or column in self._taken:
            column += 1
        across, down = min(max(across, 1), _MOST_COLUMNS), min(max(down, 1), MAX_ROWS)
        self._cells += across
        if column + across > _MOST_COLUMNS or self._cells > _MOST_CELLS:
            raise unreadable(Message("表格的列太多，离名单太远：请把要导入的列复制到新的表格再导入。"))
        row[column] = text
        for each in range(column + 1, column + across):
            row[each] = ""
        if down > 1:
            self._taken.update(dict.fromkeys(range(column, column + across), down))
        if across > 1 or down > 1:
            number = len(self._rows)
            self._merged.append(MergedRange(number, number + down - 1, column, column + across - 1))

    def table(self) -> Table:
        """What was collected."""
        found = Table(self.kind, merged=self._merged, struck=self._struck)
        for number, row in enumerate(self._rows, 1):
            width = max(row, default=-1) + 1
            cells: tuple[Value, ...] = tuple(row.get(column, "").strip() or None for column in range(width))
            if any(cell is not None for cell in cells):
                found.rows.append(Row(number, cells))
        return found
