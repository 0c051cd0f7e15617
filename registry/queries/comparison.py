"""The mean of a category, beside which a project page shows its own values."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry import indicators
from registry.queries.catalogue import Catalogue
from registry.queries.filters import Filters
from registry.queries.public import report_kpis
from registry.queries.selection import Selection

_CHUNK = 5000


def category_means(session: Session, catalogue: Catalogue, category: str) -> dict[str, indicators.Aggregate]:
    """Simple means over the valid titles of a category: KPI code → aggregate with n and of.

    One report per project counts: that of its latest title in the category.
    """
    selection = Selection(catalogue, Filters(category=(category,)))
    titles = [int(catalogue.title_ids[title]) for title in selection.latest]
    values: dict[str, list[indicators.Exact]] = {code: [] for code in catalogue.lists.kpis}
    for start in range(0, len(titles), _CHUNK):
        for kpis in report_kpis(session, titles[start : start + _CHUNK]).values():
            for code, kpi in kpis.items():
                if kpi.exact is not None:
                    values[code].append(kpi.exact)
    return {code: indicators.mean(found, of=len(titles)) for code, found in values.items() if found}
