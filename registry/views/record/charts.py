"""Geometry of the server-made charts: plain numbers for SVG attributes, rounded to a tenth of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from registry.queries.catalogue.columns import Floats, Ints
from registry.queries.catalogue.kpi_columns import Figure, KpiColumn
from registry.queries.statistics.trends import Stock, YearCount

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 220.0, 110.0, 4.0, 92.0, 16.0


@dataclass(frozen=True)
class Area:
    """One stacked area: the tier's class and its path."""

    tier: str
    path: str


@dataclass(frozen=True)
class YearColumn:
    """What can be pressed for one year of a chart: from `x`, as wide as a year, over the whole height."""

    year: int
    total: int
    x: float
    width: float


@dataclass(frozen=True)
class SmallMultiple:
    """The stock of one unit as stacked areas on the scale that all share."""

    areas: list[Area]
    outline: str
    grid: list[tuple[float, int]]
    last: int
    columns: list[YearColumn]


def round_up(value: int) -> int:
    """The next round scale end: 1, 2, 3, 5, 6 or 9 times a power of ten, divisible by three."""
    size = 3
    while size < value:
        size = next(step for step in _steps(size) if step > size)
    return size


def _steps(size: int) -> list[int]:
    power = 10 ** (len(str(size)) - 1)
    return [factor * power for factor in (3, 6, 9, 12, 15, 18, 24, 30, 60)]


def small_multiple(stock: Stock, top: int) -> SmallMultiple:
    """Stacked areas, municipal at the bottom; `top` is the shared end of the scale."""
    count = max(len(stock.years) - 1, 1)
    xs = [LEFT + (WIDTH - 2 * LEFT) * place / count for place in range(len(stock.years))]
    base = np.zeros(len(stock.years))
    lower, areas = [_y(0, top)] * len(xs), []
    for place, tier in enumerate(("municipal", "provincial", "national")):
        base = base + stock.by_tier[:, place]
        upper = [_y(value, top) for value in base.tolist()]
        areas.append(Area(tier, _closed(xs, lower, upper)))
        lower = upper
    outline = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, lower, strict=True))
    grid = [(_y(top * part / 3, top), round(top * part / 3)) for part in (1, 2, 3)]
    half = (WIDTH - 2 * LEFT) / count / 2
    columns = [
        YearColumn(
            year, total, round(max(x - half, LEFT), 1), round(min(x + half, WIDTH - LEFT) - max(x - half, LEFT), 1)
        )
        for year, total, x in zip(stock.years, stock.totals, xs, strict=True)
    ]
    return SmallMultiple(areas, outline, grid, int(base[-1]) if len(base) else 0, columns)


def _y(value: float, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / max(top, 1), 1)


def _closed(xs: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> str:
    ahead = [f"{x:.1f} {y:.1f}" for x, y in zip(xs, upper, strict=True)]
    back = [f"{x:.1f} {y:.1f}" for x, y in zip(reversed(xs), reversed(lower), strict=True)]
    return "M" + "L".join([*ahead, *back]) + "Z"


@dataclass(frozen=True)
class Bar:
    """One count as a lying bar that starts at zero; `code` is the filter value whose list it counts."""

    code: str
    count: int
    y: int
    width: float


BAR_WIDTH, BAR_STEP = 220, 28


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """Bars below each other on one scale, in a drawing 400 wide and `BAR_STEP` high for each."""
    most = max([1, *counts.values()])
    return [
        Bar(code, count, place * BAR_STEP, round(BAR_WIDTH * count / most, 1))
        for place, (code, count) in enumerate(counts.items())
    ]


@dataclass(frozen=True)
class Strip:
    """One KPI as dots on its axis: x positions, the mean, the zero or the threshold, all in a drawing 260 wide."""

    dots: list[float]
    mean: float | None
    zero: float | None
    threshold: float | None


STRIP_LEFT, STRIP_RIGHT = 6.0, 254.0
MAX_DOTS = 120


def strip(column: KpiColumn, titles: Ints, figure: Figure, low: float, high: float, threshold: float | None) -> Strip:
    """Dots of all comparable values (evenly thinned above 120) from `low` to `high` per cent; values beyond stand at
    the ends."""
    values = np.sort(column.quotients(column.rows_of(titles)))
    if len(values) > MAX_DOTS:
        values = values[np.linspace(0, len(values) - 1, MAX_DOTS).astype(int)]

    def x(value: float) -> float:
        return _along(np.array([value]), low, high)[0]

    return Strip(
        sorted(set(_along(values, low, high))),
        None if figure.raw is None else x(figure.raw),
        x(0) if low < 0 else None,
        None if threshold is None else x(threshold),
    )


def _along(values: Floats, low: float, high: float) -> list[float]:
    """Where values stand on the axis of a strip; those beyond stand at its ends."""
    shares = (np.clip(values, low, high) - low) / (high - low)
    return [round(x, 1) for x in (STRIP_LEFT + shares * (STRIP_RIGHT - STRIP_LEFT)).tolist()]


@dataclass(frozen=True)
class GrowthBar:
    """One year: its counts with their lists, its bar, and whether the scope is about it."""

    count: YearCount
    x: float
    y: float
    width: float
    height: float
    on: bool


GROWTH_WIDTH, GROWTH_TOP, GROWTH_BOTTOM = 520.0, 44.0, 196.0


def growth(counts: Sequence[YearCount], first: int | None, last: int | None) -> list[GrowthBar]:
    """New titles of each year as bars that start at zero, in a drawing 520 × 220."""
    most = max([1, *(count.new for count in counts)])
    step = GROWTH_WIDTH / max(len(counts), 1)
    bars_of = []
    for place, count in enumerate(counts):
        height = round((GROWTH_BOTTOM - GROWTH_TOP) * count.new / most, 1)
        on = (first or last) is not None and (first or 0) <= count.year <= (last or 9999)
        width = round(step * 0.66, 1)
        x = round(step * place + step * 0.17, 1)
        bars_of.append(GrowthBar(count, x, round(GROWTH_BOTTOM - height, 1), width, height, on))
    return bars_of
