"""KPI inputs of the published record as columns, and aggregates over any set of titles.

For each KPI: the titles that have a value (the verified one where there is one, else the declared),
baseline and current as integers of 10^-6, and the unit text. Sums and pooled values are exact integer
arithmetic. A mean of n quotients is taken in double precision with `math.fsum`; its error is below
ERROR × max|x|, and where a rounding boundary lies that close it is recomputed in fractions, so every
displayed figure equals exact arithmetic rounded once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from registry import indicators
from registry.indicators import Aggregate, Pair, Reason
from registry.models import KpiReport, KpiValue
from registry.queries.catalogue import Bools, Catalogue, Floats, Ints
from registry.queries.tables import read_columns
from registry.terms import Basis, KpiKind, ReportKind

ERROR = 1e-12
SCALE = 1_000_000
UNSET = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class Column:
    """Values of one KPI; `row` maps a title's position to its row here, or -1."""

    kind: KpiKind
    row: Ints
    baseline: Ints
    current: Ints
    measure: Ints
    comparable: Bools

    def rows_of(self, titles: Ints) -> Ints:
        """Rows of the comparable values of these titles."""
        rows = self.row[titles[titles >= 0]]
        rows = rows[rows >= 0]
        return rows[self.comparable[rows]]

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
    """An aggregate ready to show: `value` rounded once, `raw` for drawing, or the reason there is none."""

    method: str
    value: Decimal | None
    raw: float | None
    n: int
    of: int
    reason: Reason | None = None


def load_columns(session: Session, catalogue: Catalogue) -> dict[str, Column]:
    """Read all KPI values of recognition reports (one query)."""
    codes, measures = {code: place for place, code in enumerate(catalogue.lists.kpis)}, _Numbering()
    statement = (
        select(
            KpiReport.recognition_id,
            KpiReport.basis == Basis.VERIFIED.value,
            KpiValue.kpi_code,
            # As stored: millionths.
            func.coalesce(type_coerce(KpiValue.baseline, BigInteger), UNSET),
            func.coalesce(type_coerce(KpiValue.current, BigInteger), UNSET),
            KpiValue.measure,
            KpiValue.comparable,
        )
        .join(KpiValue, KpiValue.report_id == KpiReport.id)
        .where(KpiReport.kind == ReportKind.RECOGNITION.value)
    )
    table = read_columns(
        session,
        statement,
        title=int,
        verified=int,
        kpi=codes.__getitem__,
        baseline=int,
        current=int,
        measure=measures.__getitem__,
        comparable=int,
    )
    position = _positions(catalogue, table.pop("title"))
    order = np.lexsort((table.pop("verified"), position, table["kpi"]))
    order = order[position[order] >= 0]
    position, table = position[order], {name: column[order] for name, column in table.items()}
    # The verified value comes last of its title and stands for the declared one.
    last = np.append((np.diff(position) != 0) | (np.diff(table["kpi"]) != 0), True)[: len(position)]
    position, table = position[last], {name: column[last] for name, column in table.items()}
    starts = np.searchsorted(table.pop("kpi"), np.arange(len(codes) + 1))
    return {
        code: _column(KpiKind(item.kind), len(catalogue.title_ids), position[part], table, part)
        for (code, item), part in zip(
            catalogue.lists.kpis.items(), (slice(*pair) for pair in pairwise(starts)), strict=True
        )
    }


class _Numbering(dict[str, int]):
    """Numbers texts in the order in which they are met."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


def _positions(catalogue: Catalogue, titles: Ints) -> Ints:
    """Where titles stand in the catalogue by their ids; -1 for those that are not public."""
    known = np.argsort(catalogue.title_ids)
    if not known.size:
        return np.full(len(titles), -1, dtype=np.int64)
    nearest = np.minimum(np.searchsorted(catalogue.title_ids, titles, sorter=known), known.size - 1)
    return np.where(catalogue.title_ids[known[nearest]] == titles, known[nearest], -1)


def _column(kind: KpiKind, titles: int, positions: Ints, table: dict[str, Ints], part: slice) -> Column:
    row = np.full(titles, -1, dtype=np.int64)
    row[positions] = np.arange(len(positions))
    return Column(
        kind,
        row,
        table["baseline"][part],
        table["current"][part],
        table["measure"][part],
        table["comparable"][part].astype(bool),
    )


def aggregate(column: Column, titles: Ints, method: str) -> Figure:
    """Aggregate the values of these titles (one a project). Amounts and counts are always summed."""
    rows, of = column.rows_of(titles), len(titles)
    if column.kind in (KpiKind.AMOUNT, KpiKind.COUNT):
        return _sum(column, rows, of)
    if column.kind == KpiKind.ORDINAL:
        return Figure(
            "distribution",
            None,
            None,
            len(rows),
            of,
            Reason.NO_DATA if not len(rows) else None,
        )
    if method == "pooled" and column.kind != KpiKind.LEVEL:
        return _pooled(column, rows, of)
    method = "median" if method == "median" else "mean"
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld(method, len(rows), of)
    quotients = column.quotients(rows)
    value = float(np.median(quotients)) if method == "median" else math.fsum(quotients) / len(rows)
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


def _sum(column: Column, rows: Ints, of: int) -> Figure:
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld("sum", len(rows), of)
    exact = Fraction(sum(column.current[rows].tolist()), SCALE)
    if column.kind == KpiKind.AMOUNT:
        exact = indicators.hundred_million(exact)
    places = 1 if column.kind == KpiKind.AMOUNT else 0
    return Figure("sum", indicators.round_half_up(exact, places), float(exact), len(rows), of)


def _pooled(column: Column, rows: Ints, of: int) -> Figure:
    """Σ over Σ, in exact integers; the unit text must be one for changes."""
    if len(rows) < indicators.MIN_SAMPLE:
        return _withheld("pooled", len(rows), of)
    if column.kind == KpiKind.CHANGE and np.any(column.measure[rows] != column.measure[rows[0]]):
        return Figure("pooled", None, None, len(rows), of, Reason.MIXED_UNITS)
    baseline = Fraction(sum(column.baseline[rows].tolist()), SCALE)
    current = Fraction(sum(column.current[rows].tolist()), SCALE)
    pairs = [Pair(baseline, current)] * indicators.MIN_SAMPLE
    found = indicators.pooled(column.kind, pairs, of=of)
    return _shown("pooled", Aggregate(found.exact, len(rows), of, found.reason))


def _shown(method: str, found: Aggregate) -> Figure:
    if found.exact is None:
        return Figure(method, None, None, found.n, found.of, found.reason)
    return Figure(
        method,
        indicators.round_half_up(found.exact),
        float(found.exact),
        found.n,
        found.of,
    )


def distribution(column: Column, titles: Ints) -> dict[int, int]:
    """How many of each grade (ordinal KPIs)."""
    return indicators.distribution(Fraction(int(column.current[row]), SCALE) for row in column.rows_of(titles))
