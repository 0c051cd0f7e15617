"""Whole tables as columns: rows are read in chunks, so a million of them never stand in memory at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

CHUNK = 2_000
"""Rows read at once: larger chunks outlive more rounds of the garbage collector, which looks at each of their rows."""
Number = Callable[[Any], int | float]


def read_columns(
    session: Session, statement: Any, /, *, is_stored: bool = False, **numbers: Number | None
) -> dict[str, Any]:
    """The columns of a statement by name, in its order: each is an int64 array of what its function makes
    of the values (a float64 one for `float`), or the list of the values themselves for None. `is_stored`: the
    values are numbers and texts that every driver hands on as they are, so no row of SQLAlchemy stands between."""
    kinds = {name: np.float64 if number in (float, or_nan) else np.int64 for name, number in numbers.items()}
    parts: dict[str, list[Any]] = {name: [] for name in numbers}
    # Straight from the connection: rows of a session cost half as much again.
    with session.connection().execute(statement.execution_options(yield_per=CHUNK)) as result:
        # The strategy knows of rows that it took from the cursor already.
        stored = iter(lambda: result.cursor_strategy.fetchmany(result, result.cursor, CHUNK), [])
        for chunk in stored if is_stored else result.partitions():
            for (name, number), values in zip(numbers.items(), zip(*chunk, strict=True), strict=True):
                turned = values if number in (None, int, float) else map(number, values)
                parts[name].append(values if number is None else np.fromiter(turned, kinds[name], len(values)))
    return {
        name: [value for part in parts[name] for value in part] if number is None else _joined(parts[name], kinds[name])
        for name, number in numbers.items()
    }


def _joined(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def or_nan(value: float | None) -> float:
    """The number, NaN for NULL."""
    return np.nan if value is None else value
