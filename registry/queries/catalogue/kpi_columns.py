"""KPI inputs of the published record as columns, and aggregates over any set of titles.

For each KPI: the titles that have a value (the verified one where there is one, else the declared),
baseline and current as integers of 10^-6, and the unit text. Sums and pooled values are exact integer
arithmetic. A mean of n quotients is taken in double precision; NumPy sums in pairs, so its error is about
2^-53 × log2(n) × max|x|, far below ERROR × max|x|. Where a rounding boundary lies that close it is recomputed
in fractions, so every displayed figure equals exact arithmetic rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from registry import indicators
from registry.indicators import Aggregate, Reason
from registry.queries.catalogue.columns import Bools, Floats, Ints
from registry.terms import KpiKind

ERROR = 1e-12
SCALE = 1_000_000
UNSET = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class KpiColumn:
    """Values of one KPI; `row` maps a title's position to its row here, or -1.

    `counted` (shares): which follow from counts; the others were typed as a rate and have no weight of their own.
    None says that all have.
    """

    kind: KpiKind
    row: Ints
    baseline: Ints
    current: Ints
    measure: Ints
    comparable: Bools
    counted: Bools | None = None

    def rows_of(self, titles: Ints) -> Ints:
        """Rows of the comparable values of these titles."""
        if not len(self.current):
            return np.empty(0, dtype=np.int64)
        rows = self.row[titles[titles >= 0]]
        rows = rows[rows >= 0]
        return rows[self.comparable[rows]]

    def known(self, titles: Ints) -> Bools:
        """Which of these titles have a comparable value."""
        rows = self.row[titles]
        known = rows >= 0
        known[known] = self.comparable[rows[known]]
        return known

    def grades(self, rows: Ints) -> Ints:
        """The grades that these rows state (ordinal KPIs)."""
        return self.current[rows] // SCALE

    def quotients(self, rows: Ints) -> Floats:
        """The derived values of these rows in double precision (percent for shares and changes)."""
        current = self.current[rows].astype(np.float64)
        if self.kind == KpiKind.CHANGE:
            baseline = self.baseline[rows].astype(np.float64)
            return (current - baseline) / np.abs(baseline) * 100
        if self.kind == KpiKind.SHARE:
            return current / self.baseline[rows].astype(np.float64) * 100
        return current / SCALE

    def exact(self, row: int) -> Fraction:
        """The derived value of one row, exactly."""
        baseline = None if self.baseline[row] == UNSET else Fraction(int(self.baseline[row]), SCALE)
        value = indicators.derive(
            self.kind,
            baseline=baseline,
            current=Fraction(int(self.current[row]), SCALE),
        )
        assert value is not None
        return value


@dataclass(frozen=True)
class Figure:
    """An aggregate ready to show: `value` rounded once, `raw` for drawing, or the reason there is none.

    `left_out`: values that this method cannot weigh and that are therefore not among the `n`.
    """

    method: str
    value: Decimal | None
    raw: float | None
    n: int
    of: int
    reason: Reason | None = None
    left_out: int = 0

    def withheld(self) -> Figure:
        """The same without its value, lest another one be computed from it; one without a value as it is."""
        return self if self.value is None else replace(self, value=None, raw=None, reason=Reason.WITHHELD)


class KpiColumns(dict[str, KpiColumn]):
    """A column for each KPI by code; `measures` numbers the unit texts of all of them."""

    def __init__(self, columns: Mapping[str, KpiColumn], measures: Numbering) -> None:
        super().__init__(columns)
        self.measures = measures


class Numbering(dict[str, int]):
    """Numbers texts in the order in which they are met."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


def aggregate(column: KpiColumn, titles: Ints, method: str) -> Figure:
    """Aggregate the values of these titles (one a project). Amounts and counts are always summed."""
    rows, of = column.rows_of(titles), len(titles)
    if column.kind in (KpiKind.AMOUNT, KpiKind.COUNT):
        return _sum(column, rows, of)
    if column.kind == KpiKind.ORDINAL:
        return Figure("distribution", None, None, len(rows), of, None if len(rows) else Reason.NO_DATA)
    if method == "pooled" and column.kind != KpiKind.LEVEL:
        return _pooled(column, rows, of)
    method = "median" if method == "median" else "mean"
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld(method, len(rows), of)
    quotients = column.quotients(rows)
    value = float(np.median(quotients) if method == "median" else np.sum(quotients) / len(rows))
    if _near_boundary(value, ERROR * max(1.0, float(np.abs(quotients).max()))):
        values = [column.exact(int(row)) for row in rows]
        chosen = indicators.median if method == "median" else indicators.mean
        return _shown(method, chosen(values, of=of))
    return Figure(method, indicators.round_half_up(Fraction(value)), value, len(rows), of)


def _near_boundary(value: float, error: float) -> bool:
    """Whether value ± error holds a point where rounding to one place flips."""
    tenths = abs(value) * 10
    return abs(tenths - math.floor(tenths) - 0.5) <= error * 10


def _withheld(method: str, n: int, of: int) -> Figure:
    return Figure(method, None, None, n, of, Reason.TOO_FEW if n else Reason.NO_DATA)


def _total(values: Ints) -> int:
    """The exact sum: halves of 32 bits cannot overflow within 2^31 values."""
    return (int(np.sum(values >> 32)) << 32) + int(np.sum(values & 0xFFFF_FFFF))


def _sum(column: KpiColumn, rows: Ints, of: int) -> Figure:
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld("sum", len(rows), of)
    exact = Fraction(_total(column.current[rows]), SCALE)
    if column.kind == KpiKind.AMOUNT:
        exact = indicators.hundred_million(exact)
    places = 1 if column.kind == KpiKind.AMOUNT else 0
    return Figure("sum", indicators.round_half_up(exact, places), float(exact), len(rows), of)


def _pooled(column: KpiColumn, rows: Ints, of: int) -> Figure:
    """Σ over Σ, in exact integers; the unit text must be one for changes. A rate without counts is out of n: it would
    weigh like a hundred machines."""
    if column.counted is not None:
        weighed = _pooled(replace(column, counted=None), rows[column.counted[rows]], of)
        return replace(weighed, left_out=len(rows) - weighed.n)
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld("pooled", len(rows), of)
    if column.kind == KpiKind.CHANGE and np.any(column.measure[rows] != column.measure[rows[0]]):
        return Figure("pooled", None, None, len(rows), of, Reason.MIXED_UNITS)
    baseline = Fraction(_total(column.baseline[rows]), SCALE)
    current = Fraction(_total(column.current[rows]), SCALE)
    exact = indicators.derive(column.kind, baseline=baseline, current=current)
    return _shown("pooled", Aggregate(exact, len(rows), of, Reason.NO_DATA if exact is None else None))


def _shown(method: str, found: Aggregate) -> Figure:
    if found.exact is None:
        return Figure(method, None, None, found.n, found.of, found.reason)
    return Figure(method, indicators.round_half_up(found.exact), float(found.exact), found.n, found.of)


def distribution(column: KpiColumn, titles: Ints) -> dict[int, int]:
    """How many of each grade (ordinal KPIs)."""
    return indicators.distribution(map(Fraction, column.grades(column.rows_of(titles)).tolist()))
