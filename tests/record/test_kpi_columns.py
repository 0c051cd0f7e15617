"""Aggregates over columns of scaled integers equal exact arithmetic rounded once, ties included."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry import indicators
from registry.indicators import Pair, Reason
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, Figure, KpiColumn, aggregate, distribution
from registry.terms import KpiKind

Typed = list[tuple[int, int]]
LARGEST = 9 * 10**18
"""The largest input that the database keeps, in millionths."""

anything = st.lists(st.tuples(st.integers(1, LARGEST), st.integers(0, LARGEST)), min_size=3, max_size=12)
# Values in steps of 0.05 %, so that means and medians often lie exactly on a rounding boundary.
on_ties = st.lists(
    st.tuples(st.sampled_from([2_000, 4_000, 20_000, 2_000_000]), st.integers(0, 8_000)), min_size=3, max_size=12
)
inputs = st.one_of(anything, on_ties)


def column(kind: KpiKind, typed: Typed, measures: list[int] | None = None) -> KpiColumn:
    size = len(typed)
    return KpiColumn(
        kind,
        np.arange(size),
        np.array([baseline for baseline, _ in typed], dtype=np.int64),
        np.array([current for _, current in typed], dtype=np.int64),
        np.array(measures or [0] * size, dtype=np.int64),
        np.ones(size, dtype=bool),
    )


def values(kind: KpiKind, typed: Typed) -> list[Fraction]:
    derived = [
        indicators.derive(kind, baseline=Fraction(baseline, SCALE), current=Fraction(current, SCALE))
        for baseline, current in typed
    ]
    return [value for value in derived if value is not None]


def everything(size: int) -> np.ndarray:
    return np.arange(size)


@given(st.sampled_from([KpiKind.CHANGE, KpiKind.SHARE, KpiKind.LEVEL]), inputs)
@example(KpiKind.CHANGE, [(2_000_000, 2_423_000)] * 3)
@example(KpiKind.CHANGE, [(2_000_000, 1_577_000)] * 7)
@example(KpiKind.SHARE, [(3, 1)] * 3)
def test_mean_and_median_are_those_of_fractions(kind: KpiKind, typed: Typed) -> None:
    of = len(typed)
    for method, exact in (("mean", indicators.mean), ("median", indicators.median)):
        wanted = exact(values(kind, typed), of=of).exact
        found = aggregate(column(kind, typed), everything(of), method)
        assert wanted is not None
        assert (found.method, found.value, found.n, found.of) == (method, indicators.round_half_up(wanted), of, of)


@given(st.sampled_from([KpiKind.CHANGE, KpiKind.SHARE]), inputs)
def test_pooled_is_that_of_fractions(kind: KpiKind, typed: Typed) -> None:
    pairs = [Pair(Fraction(baseline, SCALE), Fraction(current, SCALE)) for baseline, current in typed]
    wanted = indicators.pooled(kind, pairs, of=len(typed)).exact
    assert wanted is not None
    assert aggregate(column(kind, typed), everything(len(typed)), "pooled").value == indicators.round_half_up(wanted)


@given(inputs, st.sampled_from(["mean", "pooled", "median"]))
def test_amounts_and_counts_are_summed_whatever_the_method(typed: Typed, method: str) -> None:
    exact = sum((Fraction(current, SCALE) for _, current in typed), Fraction(0))
    amount = aggregate(column(KpiKind.AMOUNT, typed), everything(len(typed)), method)
    count = aggregate(column(KpiKind.COUNT, typed), everything(len(typed)), method)
    assert (amount.method, amount.value) == ("sum", indicators.round_half_up(exact / 10_000))
    assert (count.method, count.value) == ("sum", indicators.round_half_up(exact, 0))


def test_a_million_values_are_exact() -> None:
    """A tie that a running sum of doubles would miss: 1 000 000 values whose mean is exactly 21.15."""
    typed = [(2_000_000, 2_422_999), (2_000_000, 2_423_001)] * 500_000
    found = aggregate(column(KpiKind.CHANGE, typed), everything(len(typed)), "mean")
    assert (str(found.value), found.n) == ("21.2", 1_000_000)


@pytest.mark.parametrize("kind", [KpiKind.AMOUNT, KpiKind.COUNT, KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL])
@pytest.mark.parametrize("method", ["mean", "pooled", "median"])
def test_below_three_every_figure_is_withheld(kind: KpiKind, method: str) -> None:
    typed = [(100, 50)] * 3
    two = aggregate(column(kind, typed), np.arange(2), method)
    none = aggregate(column(kind, typed), np.arange(0), method)
    assert (two.value, two.raw, two.n, two.of, two.reason) == (None, None, 2, 2, Reason.TOO_FEW)
    assert (none.value, none.raw, none.n, none.of, none.reason) == (None, None, 0, 0, Reason.NO_DATA)


def test_coverage_counts_titles_without_a_comparable_value() -> None:
    """Six titles: three comparable, one with a zero baseline, one without a report, one project without a title."""
    full = column(KpiKind.CHANGE, [(100, 50), (100, 60), (100, 70), (0, 5)])
    some = KpiColumn(
        full.kind,
        np.array([0, 1, 2, 3, -1]),
        full.baseline,
        full.current,
        full.measure,
        np.array([True, True, True, False]),
    )
    found = aggregate(some, np.array([0, 1, 2, 3, 4, -1]), "mean")
    assert (str(found.value), found.n, found.of) == ("-40.0", 3, 6)


def test_mixed_units_stop_only_the_pooled_change() -> None:
    typed = [(100, 50), (100, 60), (100, 70)]
    mixed = column(KpiKind.CHANGE, typed, [0, 0, 1])
    assert aggregate(mixed, everything(3), "pooled") == Figure("pooled", None, None, 3, 3, Reason.MIXED_UNITS)
    assert str(aggregate(mixed, everything(3), "mean").value) == "-40.0"
    assert str(aggregate(column(KpiKind.SHARE, typed, [0, 0, 1]), everything(3), "pooled").value) == "60.0"


def test_grades_have_a_distribution_and_no_mean() -> None:
    grades = column(KpiKind.ORDINAL, [(UNSET, grade * SCALE) for grade in (2, 3, 3, 4)])
    assert aggregate(grades, everything(4), "mean") == Figure("distribution", None, None, 4, 4)
    assert distribution(grades, everything(4)) == {2: 1, 3: 2, 4: 1}
    assert aggregate(grades, np.arange(0), "mean").reason == Reason.NO_DATA
