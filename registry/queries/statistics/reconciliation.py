"""Published totals beside the registry's own count: the difference is shown in public, not smoothed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import PublishedTotal as Total
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.selection import Selection
from registry.reference.rows import PublishedTotal
from registry.terms import Tier, TotalKind


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


def published_totals(session: Session) -> tuple[PublishedTotal, ...]:
    """The published totals on record, by day, the highest tier first (one query)."""
    statement = select(Total).order_by(Total.id)
    found = [
        PublishedTotal(
            as_of=row.as_of,
            kind=row.kind,
            tier=Tier(row.tier),
            categories=tuple(code for code in row.categories.split(";") if code),
            figure=row.figure,
            unit=row.unit,
            document=row.document,
            note=row.note,
            rank_note=row.rank_note,
        )
        for row in session.scalars(statement)
    ]
    return tuple(sorted(found, key=_order))


def _order(total: PublishedTotal) -> tuple[str, bool, int]:
    """By time; a batch year stands behind the totals at its end."""
    is_new = total.kind == TotalKind.NEW
    return f"{total.as_of}-12-31"[:10] if is_new else total.as_of, is_new, -total.tier.rank


def reconcile(session: Session, catalogue: Catalogue) -> list[Reconciled]:
    """All published totals with our own: titles of every status announced by the day (cumulative) or of
    the batch year (new)."""
    return catalogue.once("reconciled", lambda: [_reconcile(catalogue, total) for total in published_totals(session)])


def _reconcile(catalogue: Catalogue, total: PublishedTotal) -> Reconciled:
    filters = Filters(
        tier=(total.tier.value,),
        category=tuple(code for code in catalogue.lists.categories if code in total.categories),
        status=ALL_STATUS,
        year=(total.as_of,) if total.kind == TotalKind.NEW else (),
        as_of=None if total.kind == TotalKind.NEW else date.fromisoformat(total.as_of),
        rows="recognitions",
    )
    selection = Selection(catalogue, filters.selection)
    return Reconciled(total, int(np.size(selection.titles)), filters)
