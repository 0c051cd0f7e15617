"""What shades the districts: a measure for each division, with n, and round classes that are stated.

A chosen division takes nothing away from the others: each is counted as the list would be after its click.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from sqlalchemy.orm import Session

from registry import indicators
from registry.indicators import MIN_SAMPLE, Reason
from registry.queries.catalogue.columns import Ints
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.kpi_columns import Figure, KpiColumn, aggregate
from registry.queries.catalogue.selection import Selection
from registry.queries.record.points import class_limits
from registry.queries.statistics.grouping import disclosed
from registry.terms import Direction, KpiKind

COUNT, DENSITY = "count", "density"
CLASSES = 4
HATCHED, EMPTY, WORSE = 0, -1, 1
"""Classes beside the four: too few values, no project. The lightest of the four is of changes for the worse."""


@dataclass(frozen=True)
class Shade:
    """One division's figure and class: 1 to 4, HATCHED or EMPTY."""

    figure: Figure
    level: int


@dataclass(frozen=True)
class Shading:
    """All divisions under one measure.

    `limits` are the lower ends of the classes in use, counted in the direction that is better (`sign` −1: a lower
    value is better, so the limits are those of the value turned round). `zones` are the units without a polygon,
    `city` everything whatever division is chosen, `chosen` the selection itself; of a count or density only n.
    """

    measure: str
    method: str
    sign: int
    limits: list[Decimal]
    shades: dict[str, Shade]
    zones: dict[str, Figure]
    city: Figure
    chosen: Figure


def shading(session: Session, selection: Selection, measure: str, method: str) -> Shading:
    """The measure of each division over the projects that lie in it (one report a project, as everywhere)."""
    around = selection.but(division=())
    inside = selection.but(division=(), unit=())
    figures = _Figures(session, selection, measure, method)
    city, chosen, divisions = figures.of(around), figures.of(selection), figures.by_division(around)
    zones = figures.by_zone(inside, figures.by_division(inside))
    if figures.is_amount:
        chosen = _as_disclosed(chosen, [divisions[code] for code in selection.filters.division if code in divisions])
        if selection.filters.singles_out:
            city, chosen = city.withheld(), chosen.withheld()
    values = [figures.sign * figure.value for figure in divisions.values() if figure.value is not None]
    limits = _limits(values, measure, is_change=figures.is_change)
    shades = {
        code: Shade(figure, _level(figure, figures.sign, limits, is_change=figures.is_change))
        for code, figure in divisions.items()
    }
    return Shading(measure, city.method, figures.sign, limits, shades, zones, city, chosen)


class _Figures:
    """One measure over parts of a selection."""

    def __init__(self, session: Session, selection: Selection, measure: str, method: str) -> None:
        self._catalogue = selection.catalogue
        self._measure, self._method = measure, method
        self._column: KpiColumn | None = None
        kpi = selection.catalogue.lists.kpis.get(measure)
        if measure not in (COUNT, DENSITY):
            self._column = catalogue_columns(session, selection.catalogue)[measure]
        self.is_amount = self._column is not None and self._column.kind == KpiKind.AMOUNT
        self.is_change = self._column is not None and self._column.kind == KpiKind.CHANGE
        self.sign = -1 if kpi is not None and kpi.direction == Direction.LOW else 1

    def _over(self, latest: Ints, area: Fraction | None = None) -> Figure:
        """The figure of these projects, each by the title whose report counts."""
        if self._column is not None:
            return aggregate(self._column, latest, self._method)
        count = len(latest)
        if self._measure == DENSITY and area is not None:
            return _plain(DENSITY, Fraction(count) * 1000 / area, count)
        return _plain(self._measure, Fraction(count), count)

    def of(self, selection: Selection) -> Figure:
        """Of a whole selection."""
        return self._over(selection.latest, self._area(*self._catalogue.lists.divisions))

    def by_division(self, selection: Selection) -> dict[str, Figure]:
        """Of each division; sums that could be told from the others by subtraction are withheld."""
        division = self._catalogue.division[selection.projects]
        codes = list(self._catalogue.lists.divisions)
        found = [self._over(selection.latest[division == place], self._area(code)) for place, code in enumerate(codes)]
        if self.is_amount:
            is_none_given = selection.filters.singles_out
            found = [figure.withheld() for figure in found] if is_none_given else disclosed(found)
        return dict(zip(codes, found, strict=True))

    def by_zone(self, selection: Selection, divisions: Mapping[str, Figure]) -> dict[str, Figure]:
        """Of each unit without a polygon; a sum is withheld where the rest of its division could be told from it."""
        lists = self._catalogue.lists
        unit, places = self._catalogue.unit[selection.projects], list(lists.units)
        found = {}
        for zone in lists.zones:
            figure = self._over(selection.latest[unit == places.index(zone.code)])
            if self.is_amount:
                whole = divisions[zone.division]
                tells = whole.value is None or 0 < whole.n - figure.n < MIN_SAMPLE
                figure = figure.withheld() if tells or selection.filters.singles_out else figure
            found[zone.code] = figure
        return found

    def _area(self, *codes: str) -> Fraction | None:
        if self._measure != DENSITY:
            return None
        districts = self._catalogue.lists.city.boundary.districts
        return sum((Fraction(str(each.area_km2)) for each in districts if each.code in codes), Fraction(0)) or None


def _as_disclosed(chosen: Figure, divisions: list[Figure]) -> Figure:
    """The sum of chosen divisions is given where the sum of each of them is."""
    return chosen.withheld() if any(figure.reason == Reason.WITHHELD for figure in divisions) else chosen


def _plain(method: str, value: Fraction, count: int) -> Figure:
    """A count or a density: nothing is withheld, zero is "no data"."""
    places = 0 if method == COUNT else 1
    if not count:
        return Figure(method, None, None, 0, 0, Reason.NO_DATA)
    return Figure(method, indicators.round_half_up(value, places), float(value), count, count)


def _limits(values: list[Decimal], measure: str, *, is_change: bool) -> list[Decimal]:
    """Lower ends of the classes; of changes the first is what is no improvement, the others are improvements."""
    if measure == COUNT:
        return [Decimal(limit) for limit in class_limits([int(value) for value in values])]
    if not is_change:
        return round_limits(values)
    better = round_limits([value for value in values if value > 0], CLASSES - 1)
    return [Decimal(0), *better[1:]] if better else [Decimal(0)]


def round_limits(values: list[Decimal], classes: int = CLASSES) -> list[Decimal]:
    """Lower ends of `classes` classes of equal, round width that cover the values."""
    if not values:
        return []
    low, high = min(values), max(values)
    width = _round_step((high - low) / classes) if high > low else Decimal(1)
    start = Decimal(math.floor(low / width)) * width
    while start + classes * width <= high:
        width = _round_step(width + width / 100)
        start = Decimal(math.floor(low / width)) * width
    return [start + width * step for step in range(classes)]


def _round_step(width: Decimal) -> Decimal:
    """The next of 1, 2, 2.5, 5 × 10^k that is not smaller."""
    power = Decimal(10) ** (width.adjusted())
    return next(
        step * power
        for step in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if step * power >= width
    )


def _level(figure: Figure, sign: int, limits: list[Decimal], *, is_change: bool) -> int:
    if figure.value is None:
        return HATCHED if figure.of else EMPTY
    value = sign * figure.value
    if is_change:
        return WORSE if value < 0 else WORSE + level_of(value, limits)
    return level_of(value, limits)


def level_of(value: Decimal, limits: list[Decimal]) -> int:
    """Class of a value, from 1."""
    return max(1, int(np.sum([value >= limit for limit in limits])))
