"""Headline figures: 累计认定 (titles of every status, as published totals count them) with 其中有效 beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.queries.catalogue.code_lists import CategoryItem, CodeLists
from registry.queries.catalogue.columns import STATUSES, Catalogue
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.reference.rows import HeadlineRow
from registry.terms import RecognitionStatus


@dataclass(frozen=True)
class Headline:
    """One headline figure: the categories it counts, the titles ever and those valid now."""

    row: HeadlineRow
    categories: tuple[CategoryItem, ...]
    total: int
    valid: int

    @property
    def tier(self) -> str:
        """The tier of its titles."""
        return self.row.tier.value

    def label(self, language: str) -> str:
        """What it counts, as the city's documents call it."""
        return self.categories[0].label(language) if self.row.each else self.row.label(language)

    @property
    def filters(self) -> Filters:
        """The list behind the figure: exactly `total` rows."""
        codes = tuple(item.code for item in self.categories)
        return Filters(category=codes, status=ALL_STATUS, rows="recognitions")


def headline_groups(lists: CodeLists) -> list[tuple[HeadlineRow, tuple[CategoryItem, ...]]]:
    """The figures that the city wants to see, each with the categories it counts."""
    groups: list[tuple[HeadlineRow, tuple[CategoryItem, ...]]] = []
    for row in lists.city.facts.headlines:
        chosen = tuple(
            item for item in lists.categories.values() if item.tier == row.tier and row.type in (None, item.type)
        )
        groups += [(row, (item,)) for item in chosen] if row.each else [(row, chosen)]
    return groups


def headlines(catalogue: Catalogue) -> list[Headline]:
    """The headline figures that have at least one title."""
    codes = list(catalogue.lists.categories)
    size = len(codes)
    total = np.bincount(catalogue.title_category, minlength=size)
    now_valid = catalogue.title_status == STATUSES.index(RecognitionStatus.VALID.value)
    valid = np.bincount(catalogue.title_category[now_valid], minlength=size)
    figures = []
    for row, items in headline_groups(catalogue.lists):
        places = [codes.index(item.code) for item in items]
        count = int(total[places].sum())
        if count:
            figures.append(Headline(row, items, count, int(valid[places].sum())))
    return figures
