"""What the statistics page shows of a scope: its form, figures, paragraph, reconciliation, one grouping and KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from registry.i18n import _, language
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.description import conditions
from registry.queries.catalogue.filters import GROUPS, METHODS, Filters
from registry.queries.catalogue.kpi_columns import KpiColumns
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.statistics.counted import kind_of, span, year_before
from registry.queries.statistics.further import further_counts
from registry.queries.statistics.paragraph import pieces
from registry.queries.statistics.reconciliation import Reconciled, reconcile
from registry.queries.statistics.scope import Statistics, kpi_figure, narrowed, statistics_of
from registry.queries.statistics.sentences import method_note
from registry.queries.statistics.summary import summary
from registry.queries.statistics.trends import growth, stocks_by_unit
from registry.queries.statistics.yearly_trend import yearly_trend
from registry.terms import PERCENTAGES, KpiKind
from registry.views.record import charts
from registry.views.record.catalog import data_day
from registry.views.record.figure_cells import Cell, figure_cell, reason_text
from registry.views.record.statistics_groups import INVESTMENT, group_label, groups_view
from registry.views.record.statistics_scope import compared_view, ends_by_day, form_view
from registry.views.record.trend_rows import scope_trend
from registry.views.web.runtime import catalogue, session
from registry.views.web.sources import origin


@dataclass(frozen=True)
class KpiRow:
    """One KPI: the figure by the chosen method, by another one, a year earlier, and its values as dots."""

    code: str
    name: str
    cell: Cell
    other: Cell
    before: Cell
    n: int
    of: int
    strip: charts.Strip | None


def page_view(wanted: Filters) -> dict[str, Any]:
    """Everything that the template needs."""
    lists = catalogue().lists
    selection = select_projects(session(), catalogue(), wanted)
    columns = catalogue_columns(session(), catalogue())
    found = statistics_of(selection, wanted, columns)
    earlier = year_before(wanted, catalogue())
    before = replace(selection, filters=earlier.selection) if earlier else None
    years, trend = scope_trend(yearly_trend(session(), selection))
    # The form says them.
    said = ("year_from", *(() if ends_by_day(wanted) else ("year_to",)), *(("status",) if kind_of(wanted) else ()))
    return {
        "filters": wanted,
        "statistics": found,
        "selection": selection,
        "conditions": [c for c in conditions(wanted, lists, language()) if c.name not in said],
        "facets": selection.facets,
        "pieces": pieces(summary(selection, found), lists, language()),
        "method_note": method_note(found, language()),
        "source": origin().source,
        "data_day": data_day(),
        "published": _published(),
        "growth": charts.growth(growth(selection), *span(wanted)),
        "tabs": [(name, group_label(name)) for name in GROUPS],
        "further": further_counts(session(), selection),
        "lists": lists,
        "years": years,
        "trend": trend,
        "INVESTMENT": INVESTMENT,
        "reason_text": reason_text,
        "narrowed": narrowed,
        **form_view(wanted, selection),
        **compared_view(wanted, earlier, before),
        **groups_view(wanted, selection, before, columns),
        **_kpis(wanted, selection, before, columns, found),
        **_stocks(selection),
    }


def _published() -> list[tuple[tuple[str, str, str], list[Reconciled]]]:
    """The published totals, those of one day and document together."""
    rows = reconcile(session(), catalogue())
    together = groupby(rows, key=lambda row: (row.published.as_of, row.published.kind, row.published.document))
    return [(key, list(found)) for key, found in together]


def _kpis(
    wanted: Filters, selection: Selection, before: Selection | None, columns: KpiColumns, found: Statistics
) -> dict[str, Any]:
    """Rows of the KPI table: those of new calls first, the others folded."""
    lists = catalogue().lists
    other = "mean" if wanted.method == "median" else "median"
    rows: Mapping[bool, list[KpiRow]] = {True: [], False: []}
    for code, item in lists.kpis.items():
        figure = found.kpis[code]
        if not figure.n or item.kind == KpiKind.ORDINAL:
            continue
        is_percentage, strip = item.kind in PERCENTAGES, None
        if is_percentage:
            low, high = (-100.0, 150.0) if item.kind == KpiKind.CHANGE else (0.0, 100.0)
            threshold = None if item.warn_below is None or item.kind == KpiKind.CHANGE else float(item.warn_below)
            strip = charts.strip(columns[code], selection.latest, figure, low, high, threshold)
        row = KpiRow(
            code,
            item.label(language()),
            figure_cell(code, figure, wanted),
            figure_cell(code, kpi_figure(columns[code], selection, other), None)
            if item.kind in PERCENTAGES
            else Cell(),
            figure_cell(code, kpi_figure(columns[code], before, wanted.method), None) if before else Cell(),
            figure.n,
            figure.of,
            strip,
        )
        rows[item.in_new_calls].append(row)
    words = dict(zip(METHODS, (_("简单平均"), _("加权平均"), _("中位数")), strict=True))
    return {
        "kpi_rows": rows[True],
        "further_kpis": rows[False],
        "method_name": words[wanted.method],
        "other_name": words[other],
    }


def _stocks(selection: Selection) -> dict[str, Any]:
    """The stock of each unit at the ends of years."""
    stocks = stocks_by_unit(selection)
    top = charts.round_up(max((max(stock.totals, default=0) for stock in stocks.values()), default=0))
    units = catalogue().lists.units
    return {
        "multiples": [
            (units[code], charts.small_multiple(stock, top), stock)
            for code, stock in sorted(stocks.items(), key=lambda pair: -pair[1].totals[-1])
        ],
        "top": top,
    }
