"""The titles of a scope by unit, tier and year at once. Each count is that of the list with the three values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.queries.catalogue.code_lists import Item
from registry.queries.catalogue.columns import NOT_STATED, Ints
from registry.queries.catalogue.dimensions import NONE, TITLE_DIMENSIONS
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.scope import dimension_of

NAME = "crossed"
_PARTS = ("unit", "tier", "year")


ALL_UNITS = Item("", "合计", "In all")
ALL_TIERS = Item("", "各级合计", "All tiers")
"""Their code is no value of a filter."""


@dataclass(frozen=True)
class CrossedRow:
    """One tier of one unit: titles of each year, and of all years."""

    unit: Item
    tier: Item
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The titles of all years."""
        return sum(self.counts)


@dataclass(frozen=True)
class Crossed:
    """Each unit with its sum and its tiers, then all units likewise; what nobody holds is left out."""

    filters: Filters
    years: tuple[Item, ...]
    rows: tuple[CrossedRow, ...]

    def scope(self, row: CrossedRow, year: Item | None = None) -> Filters:
        """The scope of a cell, or of a whole row."""
        codes = {"unit": row.unit.code, "tier": row.tier.code, "year": year.code if year else ""}
        return self.filters.but(page=1, **{name: (code,) for name, code in codes.items() if code})


def crossed(selection: Selection) -> Crossed | None:
    """The table of a scope; None under a condition on reports, where the titles of a part may have other reports than
    the whole, so that parts would not add up."""
    if selection.filters.reads_reports:
        return None
    titles, catalogue = selection.titles, selection.catalogue
    labels, places = [], list[Ints]()
    for name in _PARTS:
        known, column = dimension_of(catalogue, name)
        values = column[titles] if name in TITLE_DIMENSIONS else column[catalogue.title_project[titles]]
        places.append(np.where(values == NOT_STATED, len(known), values))
        labels.append([Item(NONE if code is None else code, zh, en) for code, zh, en in known])
        labels[-1].append(Item(NONE, "未注明", "Not stated"))
    counts = np.zeros([len(known) for known in labels], dtype=np.int64)
    np.add.at(counts, tuple(places), 1)
    units, tiers, years = labels
    there = np.flatnonzero(counts.sum(axis=(0, 1)))
    rows = []
    for unit, by_tier in [*zip(units, counts, strict=True), (ALL_UNITS, counts.sum(axis=0))]:
        if by_tier.any():
            rows += [
                CrossedRow(unit, tier, tuple(by_year[there].tolist()))
                for tier, by_year in [(ALL_TIERS, by_tier.sum(axis=0)), *zip(tiers, by_tier, strict=True)]
                if by_year.any()
            ]
    return Crossed(selection.filters, tuple(years[place] for place in there), tuple(rows))
