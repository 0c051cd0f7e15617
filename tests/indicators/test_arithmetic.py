"""Shares, changes, aggregates and the one rounding, against plain fractions."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.indicators import (
    Aggregate,
    Pair,
    Reason,
    change,
    comparable,
    derive,
    distribution,
    hundred_million,
    mean,
    median,
    plain,
    pooled,
    round_half_up,
    share,
    total,
    verb,
)
from registry.terms import Direction, KpiKind

inputs = st.integers(-(10**15), 10**15).map(lambda scaled: Fraction(scaled, 10**6))
positive = st.integers(1, 10**15).map(lambda scaled: Fraction(scaled, 10**6))
samples = st.lists(inputs, min_size=3, max_size=30)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("21.1498", "21.1"),
        ("60.5490", "60.5"),
        ("28.9488", "28.9"),
        ("21.15", "21.2"),
        ("-21.15", "-21.2"),
        ("-53.4526", "-53.5"),
        ("0.05", "0.1"),
        ("0.0499999999999999999999999999999999", "0.0"),
        ("-0.04", "0.0"),
        ("99.95", "100.0"),
    ],
)
def test_rounding_goes_half_away_from_zero_and_a_zero_has_no_sign(exact: str, shown: str) -> None:
    assert str(round_half_up(Decimal(exact))) == shown


def test_rounding_twice_would_print_other_figures() -> None:
    for exact, once, twice in (("21.1498", "21.1", "21.2"), ("60.5490", "60.5", "60.6"), ("28.9488", "28.9", "29.0")):
        assert str(round_half_up(Decimal(exact))) == once
        assert str(round_half_up(round_half_up(Decimal(exact), 2))) == twice


@given(inputs, st.integers(0, 4))
def test_a_rounded_value_is_nearest_and_stays_when_rounded_again(value: Fraction, places: int) -> None:
    shown = round_half_up(value, places)
    assert abs(Fraction(shown) - value) <= Fraction(1, 2 * 10**places)
    assert shown.as_tuple().exponent == -places
    assert round_half_up(shown, places) == shown
    assert round_half_up(-value, places) == -shown


def test_a_change_is_relative_and_keeps_its_sign() -> None:
    assert str(round_half_up(change(Decimal("0.86"), Decimal("0.40")) or 0)) == "-53.5"
    assert change(Decimal(-50), Decimal(-25)) == 50
    assert change(Decimal(100), Decimal(97)) == -3


def test_an_inverse_measure_gives_another_number() -> None:
    """Energy utilisation +29.5 % is energy per output −22.8 %."""
    assert str(round_half_up(change(1000, 1295) or 0)) == "29.5"
    assert str(round_half_up(change(Fraction(1, 1000), Fraction(1, 1295)) or 0)) == "-22.8"


@pytest.mark.parametrize(("baseline", "current"), [(0, 5), (None, 5), (5, None), (None, None)])
def test_without_a_baseline_nothing_is_comparable(baseline: int | None, current: int | None) -> None:
    assert change(baseline, current) is None
    assert share(current, baseline) is None


@given(positive, positive, positive)
def test_a_change_does_not_depend_on_the_unit(baseline: Fraction, current: Fraction, unit: Fraction) -> None:
    assert change(baseline * unit, current * unit) == change(baseline, current)


@given(positive, positive)
def test_a_change_leads_back_to_the_current_value(baseline: Fraction, current: Fraction) -> None:
    found = change(baseline, current)
    assert found is not None
    assert baseline * (1 + found / 100) == current


@given(st.sampled_from(KpiKind), st.none() | inputs | st.just(Fraction(0)), st.none() | inputs)
def test_comparable_means_that_a_value_can_be_derived(
    kind: KpiKind, baseline: Fraction | None, current: Fraction | None
) -> None:
    derived = derive(kind, baseline=baseline, current=current)
    assert comparable(kind, baseline=baseline, current=current) == (derived is not None)


@given(samples)
def test_mean_sum_and_median_are_exact(values: list[Fraction]) -> None:
    n, of = len(values), len(values) + 4
    assert mean(values, of=of) == Aggregate(sum(values) / Fraction(n), n, of)
    assert total(values, of=of) == Aggregate(sum(values, Fraction(0)), n, of)
    assert median(values, of=of) == Aggregate(statistics.median(values), n, of)


@given(st.lists(st.tuples(positive, positive), min_size=3, max_size=20))
def test_pooled_is_the_mean_weighted_by_the_baseline(typed: list[tuple[Fraction, Fraction]]) -> None:
    pairs = [Pair(baseline, current) for baseline, current in typed]
    weight = sum((pair.baseline for pair in pairs), Fraction(0))
    for kind in (KpiKind.SHARE, KpiKind.CHANGE):
        weighted = sum(
            (pair.baseline * (derive(kind, baseline=pair.baseline, current=pair.current) or 0)) for pair in pairs
        )
        assert pooled(kind, pairs, of=40) == Aggregate(weighted / weight, len(pairs), 40)


def test_changes_in_two_units_are_not_pooled_but_shares_are() -> None:
    pairs = [Pair(Fraction(10), Fraction(5), measure) for measure in ("元/件", "元/件", "万元/年")]
    assert pooled(KpiKind.CHANGE, pairs, of=5) == Aggregate(None, 3, 5, Reason.MIXED_UNITS)
    assert pooled(KpiKind.SHARE, pairs, of=5) == Aggregate(Fraction(50), 3, 5)


def test_pooled_over_a_zero_total_says_so() -> None:
    pairs = [Pair(Fraction(value), Fraction(1)) for value in (-1, -1, 2)]
    assert pooled(KpiKind.CHANGE, pairs, of=3) == Aggregate(None, 3, 3, Reason.NO_DATA)


@pytest.mark.parametrize(("n", "reason"), [(0, Reason.NO_DATA), (1, Reason.TOO_FEW), (2, Reason.TOO_FEW)])
def test_below_three_nothing_is_published_sums_included(n: int, reason: Reason) -> None:
    withheld = Aggregate(None, n, 9, reason)
    values = [Fraction(5)] * n
    assert mean(values, of=9) == median(values, of=9) == total(values, of=9) == withheld
    assert pooled(KpiKind.CHANGE, [Pair(Fraction(1), Fraction(2))] * n, of=9) == withheld


def test_grades_are_counted_not_averaged() -> None:
    assert distribution([Fraction(3), Fraction(2), Fraction(3)]) == {2: 1, 3: 2}
    assert distribution([]) == {}


@pytest.mark.parametrize(
    ("direction", "value", "said"),
    [
        (Direction.HIGH, "60.5", (False, "提高")),
        (Direction.HIGH, "-3", (True, "下降")),
        (Direction.LOW, "-53.5", (False, "下降")),
        (Direction.LOW, "8", (True, "上升")),
        (Direction.HIGH, "-0.04", (False, "基本持平")),
        (Direction.LOW, "0.05", (True, "上升")),
    ],
)
def test_the_verb_follows_the_sign_and_worse_follows_the_direction(
    direction: Direction, value: str, said: tuple[bool, str]
) -> None:
    assert verb(direction, Fraction(value)) == said


def test_amounts_are_shown_in_hundred_million() -> None:
    assert str(round_half_up(hundred_million(Decimal("198999.999")))) == "19.9"
    assert str(round_half_up(hundred_million(Decimal(199_500)))) == "20.0"


@pytest.mark.parametrize(
    ("value", "text"), [("21.10", "21.1"), ("5E+3", "5000"), ("-0", "0"), ("0.000001", "0.000001"), ("80", "80")]
)
def test_plain_numbers_have_no_exponent(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
