"""Whole tables as columns: rows are read in chunks, so a million of them never stand in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

CHUNK = 400
"""Rows read at once: so few that the garbage collector is not called upon, which would look at each of their rows."""
Number = type[int] | type[float] | Callable[[Any], int] | Mapping[Any, int]


def read_columns(session: Session, statement: Any, /, **numbers: Number) -> dict[str, NDArray[Any]]:
    """The columns of a statement by name, in its order, as they are stored (no type of SQLAlchemy stands between, which
    would double the time): int64 arrays of the numbers themselves, of what a function makes of the values or of what
    a table says of them, or float64 ones with NaN for NULL."""
    kinds = {name: np.float64 if number is float else np.int64 for name, number in numbers.items()}
    parts: dict[str, list[NDArray[Any]]] = {name: [np.empty(0, dtype=kind)] for name, kind in kinds.items()}
    # Straight from the connection: rows of a session cost half as much again.
    with session.connection().execute(statement.execution_options(yield_per=CHUNK)) as result:
        # The strategy knows of rows that it took from the cursor already.
        for chunk in iter(lambda: result.cursor_strategy.fetchmany(result, result.cursor, CHUNK), []):
            for (name, number), values in zip(numbers.items(), zip(*chunk, strict=True), strict=True):
                parts[name].append(_array(values, number))
    return {name: np.concatenate(part) for name, part in parts.items()}


def _array(values: tuple[Any, ...], number: Number) -> NDArray[Any]:
    if number is float:
        return np.array(values, dtype=np.float64)
    if number is int:
        return np.fromiter(values, np.int64, len(values))
    turn = number.__getitem__ if isinstance(number, Mapping) else number
    return np.fromiter(map(turn, values), np.int64, len(values))
