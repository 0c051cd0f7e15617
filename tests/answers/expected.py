"""The figures of any scope of a random record, by their definitions and in fractions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from registry.queries.catalogue.filters import Filters
from tests.answers.record import CATEGORIES, CHANGES, INDUSTRIES, SHARES, SUMS, Place, Title

DIMENSIONS: dict[str, Callable[[Title], str | None]] = {
    "tier": lambda one: CATEGORIES[one.category],
    "category": lambda one: one.category,
    "year": lambda one: str(one.year),
    "unit": lambda one: one.place.unit,
    "division": lambda one: one.place.division,
    "industry": lambda one: one.place.industry,
    "sector": lambda one: INDUSTRIES[one.place.industry] if one.place.industry else None,
    "size": lambda one: one.place.holder.size,
    "ownership": lambda one: one.place.holder.ownership,
}


@dataclass(frozen=True)
class Answer:
    """A figure as it is shown, over n of N projects, or why there is none."""

    value: Fraction | None
    n: int
    of: int
    reason: str | None


def in_scope(one: Title, filters: Filters) -> bool:
    """Whether a title satisfies the filters."""
    status = one.status
    if filters.as_of is not None:
        if one.announced > filters.as_of:
            return False
        status = "valid" if one.ended is None or one.ended > filters.as_of else one.status
    held = one.place.holder.honors
    return (
        status in filters.status
        and (filters.year_from or 0) <= one.year <= (filters.year_to or 9999)
        and (not filters.honor or bool(held & set(filters.honor)) or ("none" in filters.honor and not held))
        and all(
            not getattr(filters, name) or (read(one) or "none") in getattr(filters, name)
            for name, read in DIMENSIONS.items()
        )
    )


def latest(titles: Sequence[Title]) -> dict[Place, Title]:
    """The report of each project that counts: that of its latest title."""
    found: dict[Place, Title] = {}
    for one in sorted(titles, key=lambda one: (one.announced, one.number)):
        found[one.place] = one
    return found


def answer(titles: Sequence[Title], code: str, method: str) -> Answer:
    """One KPI over the titles of a scope."""
    reports = latest(titles).values()
    of = len(reports)
    if code in SUMS:
        given = [one.inputs[code][1] for one in reports if code in one.inputs]
        whole = sum(given, Fraction()) / (10_000 if code == "total_investment" else 1)
        return _answer(whole, len(given), of, 1 if code == "total_investment" else 0)
    known = [one for one in reports if one.value(code) is not None]
    if method == "pooled":
        if code in SHARES:
            known = [one for one in known if one.is_counted(code)]
        pairs = [pair for one in known if (pair := one.pair(code)) is not None]
        if len(known) >= 3 and code in CHANGES and len({measure for _base, _now, measure in pairs}) > 1:
            return Answer(None, len(known), of, "mixed_units")
        base = sum((base or Fraction() for base, _now, _measure in pairs), Fraction())
        now = sum((now for _base, now, _measure in pairs), Fraction())
        moved = now - base if code in CHANGES else now
        return _answer(moved / abs(base) * 100 if base else Fraction(), len(known), of, 1)
    values = sorted(value for one in known if (value := one.value(code)) is not None)
    if not values:
        return _answer(Fraction(), 0, of, 1)
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return _answer(middle if method == "median" else sum(values, Fraction()) / len(values), len(values), of, 1)


def _answer(exact: Fraction, n: int, of: int, places: int) -> Answer:
    if n < 3:
        return Answer(None, n, of, "too_few" if n else "no_data")
    scaled = abs(exact) * 10**places
    whole = int(scaled) + (scaled - int(scaled) >= Fraction(1, 2))
    return Answer(Fraction(whole if exact >= 0 else -whole, 10**places), n, of, None)


def sizes(titles: Sequence[Title]) -> tuple[int, int, int]:
    """Titles, projects, enterprises."""
    return len(titles), len({one.place for one in titles}), len({one.place.holder for one in titles})
