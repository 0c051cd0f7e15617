"""Headline figures: 累计认定 (titles of every status, as published totals count them) with 其中有效 beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.queries.catalogue.code_lists import CategoryItem, CodeLists
from registry.queries.catalogue.columns import STATUSES, Catalogue
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.terms import ProjectType, RecognitionStatus, Tier


@dataclass(frozen=True)
class Headline:
    """One headline figure: the categories it counts, the titles ever and those valid now."""

    tier: str
    type: str | None
    categories: tuple[CategoryItem, ...]
    total: int
    valid: int

    @property
    def filters(self) -> Filters:
        """The list behind the figure: exactly `total` rows."""
        codes = tuple(item.code for item in self.categories)
        return Filters(category=codes, status=ALL_STATUS, rows="recognitions")


def headline_groups(
    lists: CodeLists,
) -> list[tuple[str, str | None, tuple[CategoryItem, ...]]]:
    """(tier, type, categories): national as one, provincial by type, municipal by category, as published."""
    items = list(lists.categories.values())
    groups: list[tuple[str, str | None, tuple[CategoryItem, ...]]] = []
    groups.append(
        (
            Tier.NATIONAL,
            None,
            tuple(item for item in items if item.tier == Tier.NATIONAL),
        )
    )
    for kind in (ProjectType.FACTORY, ProjectType.WORKSHOP):
        chosen = tuple(item for item in items if item.tier == Tier.PROVINCIAL and item.type == kind)
        groups.append((Tier.PROVINCIAL, kind.value, chosen))
    groups += [(Tier.MUNICIPAL, item.type, (item,)) for item in items if item.tier == Tier.MUNICIPAL]
    services = tuple(item for item in items if item.tier == Tier.PROVINCIAL and item.type == ProjectType.SUPPLIER)
    groups.append((Tier.PROVINCIAL, ProjectType.SUPPLIER.value, services))
    return groups


def headlines(catalogue: Catalogue) -> list[Headline]:
    """The headline figures that have at least one title."""
    codes = list(catalogue.lists.categories)
    size = len(codes)
    total = np.bincount(catalogue.title_category, minlength=size)
    now_valid = catalogue.title_status == STATUSES.index(RecognitionStatus.VALID.value)
    valid = np.bincount(catalogue.title_category[now_valid], minlength=size)
    figures = []
    for tier, kind, items in headline_groups(catalogue.lists):
        places = [codes.index(item.code) for item in items]
        count = int(total[places].sum())
        if count:
            figures.append(Headline(tier, kind, items, count, int(valid[places].sum())))
    return figures
