"""Notices about a list: said once, with all the rows that they concern."""

from __future__ import annotations

from registry.services.imports.sheets.row_numbers import RowNumber, ranges
from registry.wording import Message


class Notes:
    """Collects notices in the order in which they came up."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[RowNumber]] = {}

    def add(self, text: str, row: RowNumber | None = None, *, sheet: str = "") -> None:
        """Note a sentence (without its full stop when a row is given)."""
        rows = self._rows.setdefault((row.sheet if row is not None else sheet, text), [])
        if row is not None and row not in rows[-1:]:
            rows.append(row)

    def lines(self) -> list[str]:
        """The sentences with their rows; those of one sheet among several begin with it."""
        found: list[str] = []
        for (sheet, text), rows in self._rows.items():
            told: str = text
            if rows:
                told = Message("%(text)s（%(rows)s）。", text=text, rows=ranges([row.shown for row in rows]))
            found.append(Message("工作表“%(sheet)s”：%(text)s", sheet=sheet, text=told) if sheet else told)
        return found
