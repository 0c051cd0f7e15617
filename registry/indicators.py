"""KPI arithmetic: shares, relative changes, aggregation, rounding. Pure and exact.

Values are `Fraction` (no binary float anywhere), so a mean over any batch equals the arithmetic on
paper; a figure is rounded once, half away from zero, at display.

    change % = (current − baseline) / |baseline| × 100        sign kept
    share %  = numerator / denominator × 100
    mean     = Σ values / n                                   over comparable projects
    pooled   = Σ numerator / Σ denominator × 100              shares
             = (Σ current − Σ baseline) / |Σ baseline| × 100  changes, one unit text only
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from registry.terms import Direction, KpiKind

Exact = Fraction
Number = Decimal | Fraction | int
MIN_SAMPLE = 3
"""A published mean or sum needs at least this many projects (样本不足 below)."""


class Reason(StrEnum):
    """Why an aggregate has no value."""

    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    MIXED_UNITS = "mixed_units"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Aggregate:
    """An aggregate: exact value or the reason why there is none, over `n` comparable of `of` projects."""

    exact: Exact | None
    n: int
    of: int
    reason: Reason | None = None


@dataclass(frozen=True)
class Pair:
    """Inputs of one project: baseline and current of a change, denominator and numerator of a share."""

    baseline: Exact
    current: Exact
    measure: str = ""


def share(numerator: Number | None, denominator: Number | None) -> Exact | None:
    """Numerator / denominator in %, or None when it cannot be said."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return Fraction(numerator) / Fraction(denominator) * 100


def change(baseline: Number | None, current: Number | None) -> Exact | None:
    """Relative change in % with its sign; None (不可比) when the baseline is 0 or a value is missing."""
    if baseline is None or current is None or baseline == 0:
        return None
    return (Fraction(current) - Fraction(baseline)) / abs(Fraction(baseline)) * 100


def derive(kind: KpiKind, *, baseline: Number | None, current: Number | None) -> Exact | None:
    """The value that a KPI is known by, from its stored inputs (share: numerator in `current`)."""
    if kind == KpiKind.CHANGE:
        return change(baseline, current)
    if kind == KpiKind.SHARE:
        return share(current, baseline)
    return None if current is None else Fraction(current)


def comparable(kind: KpiKind, *, baseline: Number | None, current: Number | None) -> bool:
    """Whether a value enters means and sums; stored with it so that lists can ask for it (`has`)."""
    if kind in (KpiKind.CHANGE, KpiKind.SHARE) and not baseline:
        return False
    return current is not None


def round_half_up(value: Number, places: int = 1) -> Decimal:
    """The display figure: one rounding, half away from zero; a rounded zero has no sign."""
    exact = value if type(value) is Fraction else Fraction(value)
    # In whole numbers: fractions would be reduced at each step, and a page rounds some hundred figures.
    whole = (2 * abs(exact.numerator) * 10**places + exact.denominator) // (2 * exact.denominator)
    return Decimal(-whole if exact.numerator < 0 else whole).scaleb(-places)


def mean(values: Sequence[Exact], *, of: int) -> Aggregate:
    """Simple mean over projects."""
    return _enough(values, of) or Aggregate(sum(values, Fraction(0)) / len(values), len(values), of)


def total(values: Sequence[Exact], *, of: int) -> Aggregate:
    """Sum over projects; also withheld below three, so that no single amount can be read off."""
    return _enough(values, of) or Aggregate(sum(values, Fraction(0)), len(values), of)


def median(values: Sequence[Exact], *, of: int) -> Aggregate:
    """Median of the unrounded values (mean of the middle two for an even number)."""
    missing = _enough(values, of)
    if missing:
        return missing
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Aggregate(ordered[middle], len(values), of)
    return Aggregate((ordered[middle - 1] + ordered[middle]) / 2, len(values), of)


def pooled(kind: KpiKind, pairs: Sequence[Pair], *, of: int) -> Aggregate:
    """Σ-weighted value of shares or changes; changes in more than one unit text cannot be pooled."""
    missing = _enough(pairs, of)
    if missing:
        return missing
    if kind == KpiKind.CHANGE and len({pair.measure for pair in pairs}) > 1:
        return Aggregate(None, len(pairs), of, Reason.MIXED_UNITS)
    baseline = sum((pair.baseline for pair in pairs), Fraction(0))
    current = sum((pair.current for pair in pairs), Fraction(0))
    value = derive(kind, baseline=baseline, current=current)
    return Aggregate(value, len(pairs), of, None if value is not None else Reason.NO_DATA)


def distribution(grades: Iterable[Exact]) -> dict[int, int]:
    """How many of each grade; an ordinal is never averaged."""
    found: dict[int, int] = {}
    for grade in grades:
        found[int(grade)] = found.get(int(grade), 0) + 1
    return dict(sorted(found.items()))


def _enough(values: Sequence[object], of: int) -> Aggregate | None:
    if not values:
        return Aggregate(None, 0, of, Reason.NO_DATA)
    if len(values) < MIN_SAMPLE:
        return Aggregate(None, len(values), of, Reason.TOO_FEW)
    return None


LEVEL = "基本持平"
"""What is said of a change that rounds to nothing; no figure follows it."""
_VERBS = {
    "operating_cost": ("上升", "降低"),
    "production_efficiency": ("提升", "下降"),
    "product_development_cycle": ("延长", "缩短"),
    "unit_output_energy": ("上升", "降低"),
}
"""(rise, fall) as they are said of a KPI; of others the direction decides."""


def verb(direction: Direction | str | None, value: Exact, code: str = "") -> tuple[bool, str]:
    """(worse, word): the word follows the sign, never 提升 −3 %; worse is against the direction."""
    if round_half_up(value) == 0:
        return False, LEVEL
    rising = value > 0
    rise, fall = _VERBS.get(code, ("上升" if direction == Direction.LOW else "提高", "下降"))
    return rising == (direction == Direction.LOW), rise if rising else fall


def hundred_million(amount_wan: Number) -> Exact:
    """万元 → 亿元."""
    return Fraction(amount_wan) / 10_000


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros, for forms and files."""
    with localcontext() as context:
        context.prec = 40
        text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


__all__ = [
    "LEVEL", "MIN_SAMPLE", "Aggregate", "Exact", "Pair", "Reason", "change", "comparable", "derive",
    "distribution", "hundred_million", "mean", "median", "plain", "pooled", "round_half_up", "share", "total", "verb",
]  # fmt: skip
