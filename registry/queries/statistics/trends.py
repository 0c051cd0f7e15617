"""Stock and growth over the years, and how far projects climbed the ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from registry.queries.catalogue.columns import TIERS, Catalogue, Ints
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.selection import Selection, holders
from registry.terms import Tier

FIRST_YEAR = 2015


@dataclass(frozen=True)
class Stock:
    """Projects in scope at the end of each year by their highest valid tier then: shape years × 3."""

    years: list[int]
    by_tier: Ints

    @property
    def totals(self) -> list[int]:
        """Projects at the end of each year."""
        return [int(value) for value in self.by_tier.sum(axis=1)]


def years_on_record(catalogue: Catalogue) -> list[int]:
    """Years from 2015 to the latest announcement in the record."""
    announced = catalogue.title_announced
    last = date.fromordinal(int(announced.max())).year if announced.size and announced.max() > 0 else FIRST_YEAR
    return list(range(FIRST_YEAR, max(last, FIRST_YEAR) + 1))


def stocks_by_unit(selection: Selection) -> dict[str, Stock]:
    """The stock of each unit in scope; the same rule as the list with `as_of` at each year's end."""
    catalogue = selection.catalogue
    years, units = years_on_record(catalogue), list(catalogue.lists.units)
    counts = np.zeros((len(units), len(years), len(TIERS)), dtype=np.int64)
    for place, year in enumerate(years):
        day = date(year, 12, 31)
        then = selection.but(as_of=day)
        tier = np.maximum(catalogue.tier_at(day)[then.projects], 0)
        slot = catalogue.unit[then.projects] * len(TIERS) + tier
        counts[:, place] = np.bincount(slot, minlength=len(units) * len(TIERS)).reshape(len(units), -1)
    chosen = selection.filters.unit or units
    return {unit: Stock(years, counts[place]) for place, unit in enumerate(units) if unit in chosen}


def new_projects(selection: Selection, years: list[int]) -> list[int]:
    """Projects by the year of their first announced title in scope, whatever day is looked at; titles
    whose day is not known count in the first year."""
    catalogue = selection.catalogue
    ever = selection.but(as_of=None).titles
    first = np.full(len(catalogue.ids), np.iinfo(np.int64).max)
    np.minimum.at(first, catalogue.title_project[ever], catalogue.title_announced[ever])
    starts = [date(year, 1, 1).toordinal() for year in years]
    place = np.searchsorted(starts, first[first < np.iinfo(np.int64).max], side="right") - 1
    return [int(count) for count in np.bincount(np.maximum(place, 0), minlength=len(years))]


@dataclass(frozen=True)
class Flow:
    """How many projects with a valid title of one tier also hold one of the next; each count is that of the
    list with this value of `ladder`."""

    lower: str
    higher: str
    holders: int
    climbed: int

    @property
    def both(self) -> str:
        """The value of `ladder` for those that climbed."""
        return f"{self.lower}-{self.higher}"


def ladder(selection: Selection) -> list[Flow]:
    """municipal → provincial → national, over valid titles of the selected projects.

    Like every count beside a value, these are of the scope without the condition on the ladder itself:
    the tiers overlap, so what is chosen there already could not be narrowed further by another value.
    """
    selection = selection.but(ladder=())
    holds = {tier: holders(selection.catalogue, tier, selection.filters.as_of)[selection.projects] for tier in Tier}
    return [
        Flow(low.value, high.value, int(holds[low].sum()), int((holds[low] & holds[high]).sum()))
        for low, high in pairwise(Tier)
    ]


@dataclass(frozen=True)
class YearCount:
    """Titles of a scope in one year: new ones of this batch year, and all that were announced by its end."""

    year: int
    new: int
    ever: int
    new_filters: Filters
    ever_filters: Filters


def growth(selection: Selection) -> list[YearCount]:
    """New and cumulative titles by year, of every status, whatever years and states the scope asks for."""
    whole = selection.but(
        status=ALL_STATUS, as_of=None, year=(), year_from=None, year_to=None, rows="recognitions", page=1
    )
    # What depends on the day or on the titles looked at is selected for each year; otherwise one selection serves all
    # years.
    is_one = not (whole.filters.ladder or whole.filters.reads_reports)
    catalogue, titles = whole.catalogue, whole.titles
    years, announced = catalogue.title_year[titles], np.sort(catalogue.title_announced[titles])
    found = []
    for year in years_on_record(catalogue):
        end = date(year, 12, 31)
        new, ever = whole.but(year_from=year, year_to=year), whole.but(as_of=end)
        if is_one:
            counts = int((years == year).sum()), int(np.searchsorted(announced, end.toordinal(), side="right"))
        else:
            counts = len(new.titles), len(ever.titles)
        found.append(YearCount(year, *counts, new.filters, ever.filters))
    return found
