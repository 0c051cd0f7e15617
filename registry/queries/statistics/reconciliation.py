"""Published totals beside the registry's own count: the difference is shown in public, not smoothed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.selection import Selection
from registry.reference.rows import PublishedTotal


@dataclass(frozen=True)
class Reconciled:
    """One published figure, the registry's own, and the list behind it."""

    published: PublishedTotal
    own: int
    filters: Filters

    @property
    def difference(self) -> int:
        """Own minus published; 0 is 相符."""
        return self.own - self.published.figure

    @property
    def completeness(self) -> float:
        """Own / published."""
        return self.own / self.published.figure if self.published.figure else 1.0


@lru_cache(maxsize=2)
def reconcile(catalogue: Catalogue) -> list[Reconciled]:
    """All published totals with our own: titles of every status announced by the day (cumulative) or of
    the batch year (new). They follow from the record alone, so one state of it is counted once."""
    return [_reconcile(catalogue, total) for total in catalogue.lists.city.published_totals]


def _reconcile(catalogue: Catalogue, total: PublishedTotal) -> Reconciled:
    filters = Filters(
        tier=(total.tier.value,),
        category=tuple(code for code in catalogue.lists.categories if code in total.categories),
        status=ALL_STATUS,
        year=(total.as_of,) if total.kind == "new" else (),
        as_of=None if total.kind == "new" else date.fromisoformat(total.as_of),
        rows="recognitions",
    )
    selection = Selection(catalogue, filters.selection)
    return Reconciled(total, int(np.size(selection.titles)), filters)
