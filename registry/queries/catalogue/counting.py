"""Counting distinct things by marking them: linear in the record, where sorting would cost many times as much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def distinct(values: Ints, size: int) -> Ints:
    """Which of the numbers 0 … size - 1 occur, ascending."""
    met = np.zeros(size, dtype=bool)
    met[values] = True
    return np.flatnonzero(met)


def distinct_by(subject: Ints, subjects: int, value: Ints, values: int) -> Ints:
    """For each value 0 … values - 1: how many of the subjects 0 … subjects - 1 occur with it."""
    met = np.zeros((values, subjects), dtype=bool)
    met[value, subject] = True
    return np.array([np.count_nonzero(row) for row in met], dtype=np.int64)


def among(column: Ints, size: int, wanted: list[int]) -> Bools:
    """Where a column of positions (-1 … size - 1) holds one of the wanted ones."""
    allowed = np.zeros(size + 1, dtype=bool)
    # Position -1, "not stated", is the last place.
    allowed[wanted] = True
    chosen: Bools = allowed[column]
    return chosen
