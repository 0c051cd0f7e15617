"""How the columns of a state follow from those of the one before it, where few of their rows changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Splice:
    """`runs` (place in the new column, place in the old one, length) are kept; `new` are the other places."""

    size: int
    runs: tuple[tuple[int, int, int], ...]
    new: Ints
    is_in_place: bool

    @classmethod
    def of(cls, size: int, gone: Ints, at: Ints) -> Splice:
        """Without the positions `gone` of an old column of this size, and with new rows in front of its positions
        `at`; both ascend."""
        # Everything is counted in kept rows: where one goes, where one comes, and where either cuts a run.
        gone_at, new_at = gone - np.arange(len(gone)), at - np.searchsorted(gone, at)
        cuts = np.unique(np.concatenate(([0], gone_at, new_at, [size - len(gone)])))
        first, last = cuts[:-1], cuts[1:]
        place = first + np.searchsorted(new_at, first, side="right")
        before = first + np.searchsorted(gone_at, first, side="right")
        runs = tuple(zip(place.tolist(), before.tolist(), (last - first).tolist(), strict=True))
        is_in_place = len(gone) == len(at) and bool(np.array_equal(place, before))
        return cls(size - len(gone) + len(at), runs, new_at + np.arange(len(at)), is_in_place)

    def column(self, old: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
        """The new column with these values at its new places; the old one itself where it says the same."""
        if self.is_in_place and np.array_equal(old[self.new], values, equal_nan=True):
            return old
        made = np.empty(self.size, dtype=old.dtype)
        for place, before, length in self.runs:
            made[place : place + length] = old[before : before + length]
        made[self.new] = values
        return made
