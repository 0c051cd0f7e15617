"""The search texts of all projects as letters in memory: which of them hold every term of a question.

A database looks through every row for each term. Here the letters of all rows lie one after another, so that the rarest
letter of a term is found in one pass and the others are compared only beside it; a further term is looked for only in
the rows that are left. Letters are units of UTF-16: a character beyond the first plane is two of them, which are found
together or not at all. Lines that are written in ASCII (readings, codes) stand apart in bytes, since no Chinese term
can be found in them. Nothing is found across the end of a line, for terms hold no blanks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Letters = NDArray[Any]
NONE: Ints = np.empty(0, dtype=np.int64)
WIDE, NARROW = np.dtype("<u2"), np.dtype("u1")
ENDED = ord("\n")
CHUNK = 2_000
"""Rows that are taken apart at once."""
STRIDE = 1 << 18
"""Letters that are looked at together: they and what is found in them stay in the cache of a processor."""

GATHERED = 40
"""Letters are looked at in place this many times as quickly as those of single rows are put together."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Letters of rows one after another, every line with its end; `start` has one place more than there are rows."""

    letters: Letters
    start: Ints

    @cached_property
    def frequency(self) -> Ints:
        """How often each letter occurs, estimated from a part of them."""
        step = max(1, len(self.letters) // 1_000_000)
        return np.bincount(self.letters[::step], minlength=2 ** (8 * self.letters.itemsize))

    def rarity(self, term: Letters) -> tuple[int, Ints]:
        """(how often the rarest letter of a term occurs, the places of the term from its rarest letter on)."""
        counts = self.frequency[term]
        order = counts.argsort(kind="stable")
        return int(counts[order[0]]), order

    def rows_with(self, term: Letters, among: Ints | None) -> Ints:
        """The rows that hold a term, ascending; only of those `among` them, where these are given."""
        order = self.rarity(term)[1].tolist()
        if among is None:
            return self._found(term, order)
        sizes = self.start[among + 1] - self.start[among]
        if int(sizes.sum()) * GATHERED < len(self.letters):
            part = Lines(self.letters[ranges(self.start[among], sizes)], offsets(sizes))
            return among[part._found(term, order)]
        found = self._found(term, order)
        is_among = np.zeros(len(self.start) - 1, dtype=bool)
        is_among[among] = True
        return found[is_among[found]]

    def _found(self, term: Letters, order: list[int]) -> Ints:
        letters, last = self.letters, len(self.letters) - len(term) + 1
        parts = []
        for begin in range(0, last, STRIDE):
            end = min(begin + STRIDE, last)
            # The rarest two letters at all places, the others where both are.
            both = letters[begin + order[0] : end + order[0]] == term[order[0]]
            if len(order) > 1:
                both &= letters[begin + order[1] : end + order[1]] == term[order[1]]
            places = np.flatnonzero(both) + begin
            for place in order[2:]:
                if not len(places):
                    break
                places = places[letters[places + place] == term[place]]
            if len(places):
                parts.append(self._rows_of(places))
        rows = np.concatenate(parts) if parts else NONE
        return _each_once(rows)

    def _rows_of(self, places: Ints) -> Ints:
        """The rows in which these letters stand, ascending."""
        first, last = self.start.searchsorted(places[[0, -1]], side="right") - 1
        edges = self.start[first : last + 2]
        if len(places) > len(edges):
            before = places.searchsorted(edges)
            rows: Ints = first + np.flatnonzero(before[1:] != before[:-1])
        else:
            rows = first - 1 + edges.searchsorted(places, side="right")
        return rows


@dataclass(frozen=True, eq=False)
class Texts:
    """The search texts of the projects `ids` (ascending): their lines that are not all ASCII, and those that are.

    `later` holds ids of projects whose texts are not these any more, and the ones that are: putting millions of letters
    together anew would keep the first reader after a publication waiting.
    """

    ids: Ints
    wide: Lines
    narrow: Lines
    later: tuple[Ints, Texts] | None = None

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str]]) -> Texts:
        """The texts of these rows (project id, text), which come in the order of their ids."""
        ids: list[int] = []
        parts: list[tuple[Letters, Letters, Ints, Ints]] = []
        texts: list[str] = []
        for project_id, text in rows:
            ids.append(project_id)
            texts.append(text)
            if len(texts) == CHUNK:
                parts.append(_apart(texts))
                texts.clear()
        parts.append(_apart(texts))
        wide, narrow, wide_sizes, narrow_sizes = (np.concatenate(each) for each in zip(*parts, strict=True))
        return cls(
            np.array(ids, dtype=np.int64), Lines(wide, offsets(wide_sizes)), Lines(narrow, offsets(narrow_sizes))
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Texts:
        """The texts with these arrays (see `arrays`)."""
        wide, narrow = (Lines(arrays[name], arrays[f"{name}_start"]) for name in ("wide", "narrow"))
        return cls(arrays["ids"], wide, narrow)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything by name."""
        return {
            "ids": self.ids,
            "wide": self.wide.letters,
            "wide_start": self.wide.start,
            "narrow": self.narrow.letters,
            "narrow_start": self.narrow.start,
        }

    def ids_with(self, terms: Iterable[str]) -> Ints:
        """Ids of the projects whose text holds every term, ascending."""
        found = self._ids_with(terms)
        if self.later is None:
            return found
        changed, instead = self.later
        return np.sort(np.concatenate((found[~np.isin(found, changed)], instead.ids_with(terms))))

    def _ids_with(self, terms: Iterable[str]) -> Ints:
        rows: Ints | None = None
        for term in sorted(terms, key=self._commonness):
            rows = self._rows_with(term, rows)
            if not len(rows):
                break
        return self.ids if rows is None else self.ids[rows]

    def _rows_with(self, term: str, among: Ints | None) -> Ints:
        wide = self.wide.rows_with(_letters(term), among)
        if not term.isascii():
            return wide
        held = np.zeros(len(self.ids), dtype=bool)
        held[wide] = True
        held[self.narrow.rows_with(_letters(term).astype(NARROW), among)] = True
        return np.flatnonzero(held)

    def _commonness(self, term: str) -> int:
        letters = _letters(term)
        counts = self.wide.rarity(letters)[0]
        return counts + self.narrow.rarity(letters)[0] if term.isascii() else counts


def offsets(sizes: Ints) -> Ints:
    """Where each of consecutive groups begins, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def ranges(start: Ints, sizes: Ints) -> Ints:
    """The numbers of some ranges one after another."""
    return np.arange(int(sizes.sum())) + np.repeat(start - offsets(sizes)[:-1], sizes)


def _each_once(ascending: Ints) -> Ints:
    is_new = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=is_new[1:])
    return ascending[is_new]


def _letters(text: str) -> Letters:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=WIDE)


def _apart(texts: list[str]) -> tuple[Letters, Letters, Ints, Ints]:
    """(letters of the lines that are not all ASCII, of those that are, how many of each every text has)."""
    letters = _letters("".join(chain.from_iterable((text, "\n") for text in texts)))
    ends = np.flatnonzero(letters == ENDED) + 1
    sizes = np.diff(ends, prepend=0)
    lines = np.fromiter((text.count("\n") + 1 for text in texts), dtype=np.int64, count=len(texts))
    if not len(lines):
        return letters, letters.astype(NARROW), NONE, NONE
    is_wide = np.maximum.reduceat(letters, ends - sizes) > 127
    of_text = offsets(lines)[:-1]
    wide_sizes, narrow_sizes = (np.add.reduceat(np.where(each, sizes, 0), of_text) for each in (is_wide, ~is_wide))
    held = np.repeat(is_wide, sizes)
    return letters[held], letters[~held].astype(NARROW), wide_sizes, narrow_sizes
