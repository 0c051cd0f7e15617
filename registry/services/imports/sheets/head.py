"""Which rows are the header of a list: one row, two or three, the best among the first."""

from __future__ import annotations

from dataclasses import dataclass

from registry.names import tidy
from registry.services.imports.sheets.columns import (
    ListColumn,
    fold_header,
    known_headers,
)
from registry.services.imports.sheets.header_words import (
    AFTER,
    BEFORE,
    field_of,
    half_of,
    kpi_names,
    words_of,
)
from registry.spreadsheets import HEAD_ROWS, Row, Table, Value

_FEWEST = 2


@dataclass(frozen=True)
class Head:
    """The header of a table: its first and last row, and the text of each column."""

    first: int
    last: int
    texts: dict[int, str]
    score: int


def find_head(
    table: Table, columns: tuple[ListColumn, ...], told: frozenset[str] = frozenset(), first: int | None = None
) -> Head | None:
    """The best header among the first rows; None where no row names two columns.

    `told` are folded headers that a person has explained, `first` is the row where the header is said to begin.
    """
    head = table.rows[:HEAD_ROWS]
    found: list[Head] = []
    for position, row in enumerate(head):
        texts = {index: tidy(cell) for index, cell in enumerate(row.cells) if isinstance(cell, str) and tidy(cell)}
        found.append(Head(row.number, row.number, texts, _score(texts, columns, told)))
        following = head[position + 1] if position + 1 < len(head) else None
        if following is not None and following.number == row.number + 1:
            joined = _joined(row, following, table, columns, told)
            if joined is not None:
                found.append(joined)
                if position and head[position - 1].number == row.number - 1:
                    found.append(_with_row_above(head[position - 1], joined, table, columns, told))
    if first is not None:
        found = [each for each in found if each.first == first and each.texts]
        return max(found, key=lambda each: (each.score, each.first - each.last), default=None)
    # A title merged over all columns is no group: more rows must name more columns than fewer of them.
    best = max(found, key=lambda each: (each.score, each.first - each.last), default=None)
    return best if best is not None and best.score >= _FEWEST else None


def _score(texts: dict[int, str], columns: tuple[ListColumn, ...], told: frozenset[str]) -> int:
    return sum(fold_header(text) in told or _is_known(text, columns) for text in texts.values())


def _is_known(text: str, columns: tuple[ListColumn, ...]) -> bool:
    if fold_header(text) in known_headers(columns) or field_of(text, columns) is not None:
        return True
    words = words_of(text)
    return words.name in kpi_names() and (
        words.half is not None or fold_header(text) in kpi_names() or bool(words.unit)
    )


def _joined(
    row: Row, following: Row, table: Table, columns: tuple[ListColumn, ...], told: frozenset[str]
) -> Head | None:
    """Two rows as one header: groups above, halves or column names below."""
    wide = {
        index: each
        for each in table.merged
        if each.first_row == row.number and each.last_column > each.first_column
        for index in range(each.first_column, each.last_column + 1)
    }
    texts: dict[int, str] = {}
    parts = 0
    above = ""
    for index in range(max(len(row.cells), len(following.cells))):
        top, below = _text(row.cell(index)), _text(following.cell(index))
        if following.cell(index) is not None and not below:
            return None
        if top:
            above = top
        if not below:
            if top:
                texts[index] = top
            continue
        half = half_of(below)
        if half:
            group = _text(row.cell(wide[index].first_column)) if index in wide else (top or above)
            texts[index] = f"{_without_half(group)}-{below}"
            parts += 1
        elif _is_known(below, columns) and (not top or index in wide or not _is_known(top, columns)):
            texts[index] = below
            parts += 1
        elif index in wide or (not top and above):
            texts[index] = f"{_text(row.cell(wide[index].first_column)) if index in wide else above}-{below}"
        else:
            # A cell under a header of its own is data.
            return None
    if not parts:
        return None
    return Head(row.number, following.number, texts, _score(texts, columns, told))


def _with_row_above(
    row: Row, joined: Head, table: Table, columns: tuple[ListColumn, ...], told: frozenset[str]
) -> Head:
    """Three rows as one header: what stands in the first one alone, and is no group, names its column."""
    high = {each.first_column for each in table.merged if each.first_row == row.number and each.last_row > row.number}
    texts = dict(joined.texts)
    for index in range(len(row.cells)):
        text = _text(row.cell(index))
        if text and index not in texts and (index in high or _is_known(text, columns)):
            texts[index] = text
    return Head(row.number, joined.last, texts, _score(texts, columns, told))


def _without_half(group: str) -> str:
    for word in (BEFORE, AFTER):
        group = group.replace(f"（{word}）", "").replace(f"({word})", "")
    return group


def _text(cell: Value) -> str:
    return tidy(cell) if isinstance(cell, str) else ""
