"""The mean of a category, beside which a project page shows its own values."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure, aggregate
from registry.queries.catalogue.selection import Selection


def category_means(session: Session, catalogue: Catalogue, category: str) -> dict[str, Figure]:
    """Simple means over the valid titles of a category, by KPI code; the same rule as the statistics.

    Kept with the catalogue: all projects of a category stand beside the same means.
    """

    def means() -> dict[str, Figure]:
        latest = Selection(catalogue, Filters(category=(category,))).latest
        columns = catalogue_columns(session, catalogue)
        return {code: aggregate(column, latest, "mean") for code, column in columns.items()}

    return catalogue.once(("means", category), means)
