"""The demo stock: exactly as many titles of each category as the published totals state.

| titles | held by |
|---|---|
| 294 mun_smart_workshop | 40 with a demonstration title, 70 with a provincial one, 12 with both, 172 alone |
| 83 mun_demo_smart_workshop | the 22 of the 2020 batch, 34 of the 40 above, the 12, 15 alone |
| 131 prov_demo_smart_workshop | the 70, the 12, 5 of the 2020 batch, 44 alone |
| 3 prov_smart_factory, 14 prov_leading_service_provider, 4 national | a project each |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

SEED = 320400
BATCH_LADDERS = 6
"""Workshops of the 2020 batch that were municipal smart workshops before."""
BATCH_PROVINCIAL = 5
UNITS = {"WJQ": 24, "XBQ": 21, "JTQ": 13, "LYS": 13, "JKQ": 10, "TNQ": 9, "ZLQ": 7}
"""Weights by which projects fall to the units."""

SMART, DEMONSTRATION, PROVINCIAL = "mun_smart_workshop", "mun_demo_smart_workshop", "prov_demo_smart_workshop"
GROUPS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (34, (SMART, DEMONSTRATION)),
    (70, (SMART, PROVINCIAL)),
    (12, (SMART, DEMONSTRATION, PROVINCIAL)),
    (44, (PROVINCIAL,)),
    (15, (DEMONSTRATION,)),
    (172, (SMART,)),
)
FIRST_YEARS = {SMART: (2015, 2020), DEMONSTRATION: (2016, 2019), PROVINCIAL: (2016, 2020)}
"""Batch years; no demonstration title of 2020 but the 22 of the batch."""
SERVICE_YEARS = (2018, 2019, 2020)
FACTORY_YEARS = (2019, 2020, 2020)


@dataclass
class WorkshopPlan:
    """One workshop to be made: its unit and the titles it gets, oldest first."""

    unit: str
    titles: list[tuple[str, int]] = field(default_factory=list)


def workshop_plans(random: Random) -> Iterator[WorkshopPlan]:
    """The 347 workshops beside the 2020 batch, shuffled, with strictly rising years."""
    categories = [titles for count, titles in GROUPS for _ in range(count)]
    random.shuffle(categories)
    for titles in categories:
        unit = random.choices(list(UNITS), weights=list(UNITS.values()))[0]
        yield WorkshopPlan(unit, _years(random, titles))


def _years(random: Random, titles: tuple[str, ...]) -> list[tuple[str, int]]:
    """A batch year for each title, each later than the one before."""
    while True:
        years = [_year(random, category) for category in titles]
        if years == sorted(set(years)):
            return list(zip(titles, years, strict=True))


def _year(random: Random, category: str) -> int:
    low, high = FIRST_YEARS[category]
    years = range(low, high + 1)
    # Recognition grew over the years; later batches are larger.
    return random.choices(years, weights=[2 + 3 * place for place in range(len(years))])[0]


def announced_on(category: str, year: int) -> date:
    """Day of the batch's document: municipal ones in November, provincial ones in December."""
    days = {SMART: (11, 20), DEMONSTRATION: (12, 18), PROVINCIAL: (12, 10)}
    month, day = days.get(category, (12, 24))
    return date(year, month, day)
