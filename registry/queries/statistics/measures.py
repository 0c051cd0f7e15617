"""What shades the districts: a measure for each division, with n, and round classes that are stated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from sqlalchemy.orm import Session

from registry import indicators
from registry.indicators import Reason
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.kpi_columns import Figure, aggregate
from registry.queries.catalogue.selection import Selection
from registry.queries.record.points import class_limits
from registry.queries.statistics.grouping import disclosed, withheld
from registry.terms import KpiKind

COUNT, DENSITY = "count", "density"
CLASSES = 4


@dataclass(frozen=True)
class Shade:
    """One division's figure and class: 1 to 4, or 0 where the sample is too small (hatched)."""

    figure: Figure
    level: int


@dataclass(frozen=True)
class Shading:
    """All divisions under one measure; `limits` are the lower ends of the classes in use."""

    measure: str
    method: str
    limits: list[Decimal]
    shades: dict[str, Shade]


def shading(session: Session, selection: Selection, measure: str, method: str) -> Shading:
    """The measure of each division over the projects that lie in it (one report a project, as everywhere)."""
    figures = _figures(session, selection, measure, method)
    values = [figure.value for figure in figures.values() if figure.value is not None]
    if measure == COUNT:
        limits = [Decimal(limit) for limit in class_limits([int(value) for value in values])]
    else:
        limits = round_limits(values)
    shades = {code: Shade(figure, level_of(figure.value, limits)) for code, figure in figures.items()}
    used = next((figure.method for figure in figures.values()), method)
    return Shading(measure, used, limits, shades)


def _figures(session: Session, selection: Selection, measure: str, method: str) -> dict[str, Figure]:
    catalogue = selection.catalogue
    division = catalogue.division[selection.projects]
    counts = {code: int((division == place).sum()) for place, code in enumerate(catalogue.lists.divisions)}
    if measure == COUNT:
        return {code: _plain(COUNT, Fraction(count), count) for code, count in counts.items()}
    if measure == DENSITY:
        areas = {
            district.code: Fraction(str(district.area_km2)) for district in catalogue.lists.city.boundary.districts
        }
        return {code: _plain(DENSITY, Fraction(count) * 1000 / areas[code], count) for code, count in counts.items()}
    column = catalogue_columns(session, catalogue)[measure]
    found = [aggregate(column, selection.latest[division == place], method) for place in range(len(counts))]
    if column.kind == KpiKind.AMOUNT:
        found = withheld(found) if selection.filters.singles_out else disclosed(found)
    return dict(zip(counts, found, strict=True))


def _plain(method: str, value: Fraction, count: int) -> Figure:
    """A count or a density: nothing is withheld, zero is "no data"."""
    places = 0 if method == COUNT else 1
    if not count:
        return Figure(method, None, None, 0, 0, Reason.NO_DATA)
    return Figure(method, indicators.round_half_up(value, places), float(value), count, count)


def round_limits(values: list[Decimal]) -> list[Decimal]:
    """Lower ends of at most four classes of equal, round width that cover the values."""
    if not values:
        return []
    low, high = min(values), max(values)
    width = _round_step((high - low) / CLASSES) if high > low else Decimal(1)
    start = Decimal(math.floor(low / width)) * width
    while start + CLASSES * width <= high:
        width = _round_step(width + width / 100)
        start = Decimal(math.floor(low / width)) * width
    return [start + width * step for step in range(CLASSES)]


def _round_step(width: Decimal) -> Decimal:
    """The next of 1, 2, 2.5, 5 × 10^k that is not smaller."""
    power = Decimal(10) ** (width.adjusted())
    return next(
        step * power
        for step in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if step * power >= width
    )


def level_of(value: Decimal | None, limits: list[Decimal]) -> int:
    """Class of a value; 0 for none."""
    return 0 if value is None else max(1, int(np.sum([value >= limit for limit in limits])))
