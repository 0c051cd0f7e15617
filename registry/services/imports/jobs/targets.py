"""What the columns of each kind of list may be read as, for a page that lets a person choose."""

from __future__ import annotations

from registry.services.imports.enterprises.columns import ENTERPRISE_COLUMNS
from registry.services.imports.honors.columns import HONOR_COLUMNS
from registry.services.imports.kpis.rows import KPI_LIST_COLUMNS
from registry.services.imports.planning import COLUMNS
from registry.services.imports.result import ListKind
from registry.services.imports.sheets.told_columns import Targets, targets
from registry.services.imports.totals.rows import TOTAL_COLUMNS

_COLUMNS = {
    ListKind.PROJECTS: COLUMNS,
    ListKind.KPIS: KPI_LIST_COLUMNS,
    ListKind.HONORS: HONOR_COLUMNS,
    ListKind.TOTALS: TOTAL_COLUMNS,
    ListKind.ENTERPRISES: ENTERPRISE_COLUMNS,
}


def targets_of(kind: ListKind) -> Targets:
    """The template columns of a kind of list."""
    return targets(_COLUMNS[kind], has_figures=kind in (ListKind.PROJECTS, ListKind.KPIS))
