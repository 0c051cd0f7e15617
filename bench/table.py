"""Tables on the terminal; a Chinese character takes two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first column is text, the others stand right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(head))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        spaces = [" " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)]
        print("  ".join([row[0] + spaces[0], *(space + cell for cell, space in zip(row[1:], spaces[1:], strict=True))]))
        if number == 0:
            print("-" * (sum(widths) + 2 * len(widths) - 2))
    print(flush=True)
