"""The mean of a category, beside which a project page shows its own values."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.queries.catalogue import Catalogue
from registry.queries.filters import Filters
from registry.queries.kpi_columns import Figure, aggregate
from registry.queries.record import catalogue_columns
from registry.queries.selection import Selection


def category_means(session: Session, catalogue: Catalogue, category: str) -> dict[str, Figure]:
    """Simple means over the valid titles of a category, by KPI code; the same rule as the statistics."""
    latest = Selection(catalogue, Filters(category=(category,))).latest
    columns = catalogue_columns(session, catalogue)
    return {code: aggregate(column, latest, "mean") for code, column in columns.items()}
