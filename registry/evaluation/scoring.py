"""From sheets to scores: totals, one score by the call's method, flags, ranks. Exact until the one rounding. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from registry.evaluation.terms import Flag, ScoreMethod, VetoRule
from registry.indicators import round_half_up

LEAST_TO_TRIM = 5
"""Sheets from which on the highest and the lowest can be dropped."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """How scores are made in a call."""

    method: ScoreMethod = ScoreMethod.MEAN
    decimals: int = 2
    spread_limit: int = 0
    veto_rule: VetoRule = VetoRule.ANY
    wanted: int = 0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one expert gave: the total, the points of the item that decides ties, and whether it is a veto."""

    total: Decimal
    tie: Decimal = Decimal(0)
    is_veto: bool = False


@dataclass(frozen=True, kw_only=True)
class Computed:
    """The figures of one application. `untrimmed`: the method drops two sheets, but there are too few of them."""

    n: int
    score: Decimal
    low: Decimal
    high: Decimal
    tie: Fraction
    vetoes: int
    untrimmed: bool
    flags: frozenset[Flag]

    @property
    def spread(self) -> Decimal:
        """Highest less lowest total."""
        return self.high - self.low


def compute(sheets: Sequence[Sheet], method: Method) -> Computed:
    """The score of an application that has at least one sheet."""
    totals = sorted(Fraction(sheet.total) for sheet in sheets)
    n = len(totals)
    untrimmed = method.method is ScoreMethod.TRIMMED and n < LEAST_TO_TRIM
    if method.method is ScoreMethod.MEDIAN:
        kept = totals[(n - 1) // 2 : n // 2 + 1]
    elif method.method is ScoreMethod.TRIMMED and not untrimmed:
        kept = totals[1:-1]
    else:
        kept = totals
    vetoes = sum(sheet.is_veto for sheet in sheets)
    low, high = min(sheet.total for sheet in sheets), max(sheet.total for sheet in sheets)
    flags = set()
    if method.spread_limit and high - low > method.spread_limit:
        flags.add(Flag.SPREAD)
    if vetoes and (method.veto_rule is VetoRule.ANY or 2 * vetoes > n):
        flags.add(Flag.VETO)
    if n < method.wanted:
        flags.add(Flag.FEW)
    return Computed(
        n=n,
        score=round_half_up(sum(kept, Fraction(0)) / len(kept), method.decimals),
        low=low,
        high=high,
        tie=sum((Fraction(sheet.tie) for sheet in sheets), Fraction(0)) / n,
        vetoes=vetoes,
        untrimmed=untrimmed,
        flags=frozenset(flags),
    )


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One application in the order of a panel: `score` as printed, `tie` the mean of the item that decides ties,
    `place` what the chair said among equals (None: nothing)."""

    score: Decimal
    tie: Fraction = Fraction(0)
    place: int | None = None


def ranks(scores: Mapping[int, Ranked]) -> dict[int, tuple[int, bool]]:
    """(rank, whether it is shared) by application: 1, 2, 2, 4.

    Equal scores are told apart by the item for ties, then by the chair, if he has placed all of them differently.
    """
    groups: dict[tuple[Decimal, Fraction], list[int]] = {}
    for key, item in scores.items():
        groups.setdefault((item.score, item.tie), []).append(key)
    found: dict[int, tuple[int, bool]] = {}
    for group in (groups[key] for key in sorted(groups, reverse=True)):
        first = len(found) + 1
        placed = sorted(group, key=lambda key: scores[key].place or 0)
        is_ordered = _are_different([scores[key].place for key in group])
        for position, key in enumerate(placed):
            found[key] = (first + position, False) if is_ordered else (first, True)
    return found


def _are_different(places: Collection[int | None]) -> bool:
    return len(places) == 1 or (None not in places and len(set(places)) == len(places))
