"""Scores are exact and rounded once; a flag tells the chair, and decides nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.evaluation.scoring import Method, Ranked, Sheet, compute, ranks
from registry.evaluation.terms import Flag, ScoreMethod, VetoRule

HALVES = st.integers(0, 200).map(lambda half: Decimal(half) / 2)


def sheets(*totals: str, vetoes: int = 0) -> list[Sheet]:
    return [Sheet(total=Decimal(total), is_veto=place < vetoes) for place, total in enumerate(totals)]


@settings(max_examples=300, deadline=None)
@given(totals=st.lists(HALVES, min_size=1, max_size=9), decimals=st.integers(0, 3))
def test_the_mean_is_rounded_half_up_once(totals: list[Decimal], decimals: int) -> None:
    found = compute([Sheet(total=total) for total in totals], Method(decimals=decimals))
    # Halves over at most nine sheets: thirty places are more than any of them needs to tell a half from less.
    exact = (sum(totals) / len(totals)).quantize(Decimal(1).scaleb(-20), ROUND_HALF_UP)
    assert found.score == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert abs(Fraction(found.score) - Fraction(sum(totals)) / len(totals)) <= Fraction(1, 2 * 10**decimals)


def test_where_binary_numbers_go_wrong() -> None:
    """The mean 70.625 is 70.63; `round()` of the binary number gives 70.62."""
    assert compute(sheets("70.5", "70.5", "70.5", "71"), Method()).score == Decimal("70.63")


@pytest.mark.parametrize(
    ("method", "totals", "score", "untrimmed"),
    [
        (ScoreMethod.TRIMMED, ("10", "80", "81", "82", "100"), "81.00", False),
        (ScoreMethod.TRIMMED, ("10", "80", "82", "100"), "68.00", True),
        (ScoreMethod.TRIMMED, ("80", "80", "80", "80", "80"), "80.00", False),
        (ScoreMethod.MEDIAN, ("10", "80", "100"), "80.00", False),
        (ScoreMethod.MEDIAN, ("10", "80", "85.5", "100"), "82.75", False),
        (ScoreMethod.MEDIAN, ("77",), "77.00", False),
        (ScoreMethod.MEAN, ("10", "80", "100"), "63.33", False),
    ],
)
def test_methods(method: ScoreMethod, totals: tuple[str, ...], score: str, untrimmed: bool) -> None:
    found = compute(sheets(*totals), Method(method=method))
    assert (str(found.score), found.untrimmed) == (score, untrimmed)


@pytest.mark.parametrize(
    ("rule", "vetoes", "is_flagged"),
    [
        (VetoRule.ANY, 0, False),
        (VetoRule.ANY, 1, True),
        (VetoRule.MAJORITY, 1, False),
        (VetoRule.MAJORITY, 2, True),
    ],
)
def test_a_veto_of_three(rule: VetoRule, vetoes: int, is_flagged: bool) -> None:
    found = compute(sheets("80", "81", "82", vetoes=vetoes), Method(veto_rule=rule))
    assert (found.vetoes, Flag.VETO in found.flags) == (vetoes, is_flagged)


def test_the_spread_may_reach_its_limit_and_not_pass_it() -> None:
    assert compute(sheets("60", "80"), Method(spread_limit=20)).flags == frozenset()
    assert compute(sheets("60", "80.5"), Method(spread_limit=20)).flags == {Flag.SPREAD}
    assert compute(sheets("0", "100"), Method(spread_limit=0)).flags == frozenset()


def test_too_few_sheets_are_flagged() -> None:
    assert compute(sheets("60", "61"), Method(wanted=3)).flags == {Flag.FEW}


def points(*scores: str) -> dict[int, Ranked]:
    return {number: Ranked(score=Decimal(score)) for number, score in enumerate(scores, 1)}


def test_shared_ranks() -> None:
    assert ranks(points("90", "80", "80", "70")) == {1: (1, False), 2: (2, True), 3: (2, True), 4: (4, False)}
    assert ranks(points("80", "80", "80")) == {1: (1, True), 2: (1, True), 3: (1, True)}


def test_equal_scores_are_told_apart_by_the_item_for_ties_then_by_the_chair() -> None:
    by_item = {
        1: Ranked(score=Decimal("80.00"), tie=Fraction(30)),
        2: Ranked(score=Decimal("80.00"), tie=Fraction(61, 2)),
    }
    assert ranks(by_item) == {2: (1, False), 1: (2, False)}
    ordered = {1: Ranked(score=Decimal(80), place=2), 2: Ranked(score=Decimal(80), place=1)}
    assert ranks(ordered) == {2: (1, False), 1: (2, False)}
    half = {1: Ranked(score=Decimal(80), place=1), 2: Ranked(score=Decimal(80))}
    assert ranks(half) == {1: (1, True), 2: (1, True)}
