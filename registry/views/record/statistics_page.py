"""What the statistics page shows of a scope: its form, figures, paragraph, reconciliation, one grouping and KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from registry.i18n import _, language
from registry.indicators import Reason
from registry.kpi_definitions import KpiDefinition
from registry.measures import Measure
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.description import conditions, honor_label
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import GROUPS, METHODS, Filters
from registry.queries.catalogue.kpi_columns import Figure, KpiColumns
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.statistics.counted import kind_of, span, year_before, year_end
from registry.queries.statistics.further import further_counts
from registry.queries.statistics.grouping import GroupTable, group_table
from registry.queries.statistics.lead import day_words, lead_of, years_words
from registry.queries.statistics.paragraph import method_note, pieces
from registry.queries.statistics.reconciliation import Reconciled, reconcile
from registry.queries.statistics.scope import Statistics, kpi_figures, narrowed, statistics
from registry.queries.statistics.summary import summary
from registry.queries.statistics.trends import Flow, growth, ladder, stocks_by_unit
from registry.queries.statistics.workbook import unit_of_figure
from registry.terms import CountKind, KpiKind
from registry.views.record import charts
from registry.views.record.facets import FacetSelect, facet_selects
from registry.views.web.page import change_text
from registry.views.web.runtime import catalogue, session

FIRST_SELECTS = ("tier", "category", "unit", "sector")
MORE_SELECTS = ("industry", "type", "size", "ownership")
KEPT = ("division", "has", "ladder", "grade", "bbox", "q", "group")
"""What is without a select on this page, beside years that are no span."""
INVESTMENT = "total_investment"
_FIGURED = (KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL)


@dataclass(frozen=True)
class Cell:
    """A figure in a table: words before it, the figure with its unit, and the list behind it, '' where no list holds
    exactly its projects; `muted` stands for the figure where there is none."""

    before: str = ""
    figure: str = ""
    filters: Filters | None = None
    muted: str = ""
    note: str = ""


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
    found = statistics(session(), catalogue(), wanted, groups=())
    earlier = year_before(wanted, catalogue())
    before = select_projects(session(), catalogue(), earlier) if earlier else None
    return {
        "filters": wanted,
        "statistics": found,
        "conditions": [c for c in conditions(wanted, lists, language()) if c.name not in ("year_from", "year_to")],
        "facets": selection.facets(),
        "pieces": pieces(summary(session(), catalogue(), found), lists, language()),
        "method_note": method_note(found, language()),
        "published": _published(),
        "growth": charts.growth(growth(selection), *span(wanted)),
        "tabs": [(name, group_label(name)) for name in GROUPS],
        "further": further_counts(session(), selection),
        "lists": lists,
        "INVESTMENT": INVESTMENT,
        "reason_text": reason_text,
        "narrowed": narrowed,
        **_form(wanted, selection),
        **_compared(wanted, earlier, before),
        **_groups(wanted, selection, before, columns),
        **_kpis(wanted, selection, before, columns, found),
        **_stocks(selection),
    }


def _form(wanted: Filters, selection: Selection) -> dict[str, Any]:
    """The scope as the form shows it."""
    lists, kind, (first, last) = catalogue().lists, kind_of(wanted), span(wanted)
    selects = {select.name: select for select in facet_selects(lists)}
    kinds = selection.catalogue.honors.kinds
    honors = [(name, honor_label(name, language())) for name in dict.fromkeys((*kinds, *wanted.honor))]
    to = last if kind == CountKind.NEW else year_end(wanted.as_of)
    years = sorted({*catalogue().years, *(year for year in (first, last, to) if year)}, reverse=True)
    is_span = not wanted.year or first is not None
    return {
        "kind": kind,
        "kinds": list(CountKind),
        "lead": lead_of(wanted, lists, language()),
        "years": years,
        "from_year": first,
        "to_year": to,
        "day": "" if wanted.as_of is None or year_end(wanted.as_of) else wanted.as_of.isoformat(),
        "first_selects": [selects[name] for name in FIRST_SELECTS],
        "more_selects": [selects[name] for name in MORE_SELECTS],
        "honor_select": FacetSelect("honor", _("企业荣誉"), _("不限荣誉"), honors),
        "methods": list(zip(METHODS, (_("简单平均"), _("加权平均（按总量）"), _("中位数")), strict=True)),
        "measures": [(code, item.label(language())) for code, item in lists.kpis.items() if item.kind in _FIGURED],
        "kept": (*KEPT, *(() if is_span else ("year",)), *(() if kind else ("status",))),
        "more_open": any(getattr(wanted, name) for name in (*MORE_SELECTS, "honor"))
        or wanted.method != "mean"
        or wanted.measure in lists.kpis,
    }


def _published() -> list[tuple[tuple[str, str, str], list[Reconciled]]]:
    """The published totals, those of one day and document together."""
    rows = reconcile(session(), catalogue())
    together = groupby(rows, key=lambda row: (row.published.as_of, row.published.kind, row.published.document))
    return [(key, list(found)) for key, found in together]


def _compared(wanted: Filters, earlier: Filters | None, before: Selection | None) -> dict[str, Any]:
    """The same counts a year earlier, and what the two times are called."""
    counts = None
    if before is not None:
        counts = (len(before.titles), len(before.projects), len(before.enterprises))
    return {
        "earlier": earlier,
        "before": counts,
        "period": _period(wanted),
        "before_period": _period(earlier) if earlier else "",
    }


def _period(filters: Filters) -> str:
    if kind_of(filters) == CountKind.NEW:
        return years_words(filters, language())
    return day_words(filters.as_of, language()) if filters.as_of else _("目前")


def _groups(wanted: Filters, selection: Selection, before: Selection | None, columns: KpiColumns) -> dict[str, Any]:
    """The chosen grouping; the ladder and the grades have tables of their own."""
    lists, table, flows = catalogue().lists, None, list[Flow]()
    grades: dict[str, int] = {}
    codes = [INVESTMENT, *([wanted.measure] if wanted.measure in lists.kpis else [])]
    codes = list(dict.fromkeys(code for code in codes if code in columns))
    if wanted.group == "ladder":
        flows = ladder(selection)
    elif wanted.group == "grade":
        found = statistics(session(), catalogue(), wanted, groups=())
        grades = {str(grade): count for grade, count in found.maturity.items()}
    else:
        table = group_table(selection, before, wanted.group, columns, codes, wanted.method)
    return {
        "table": table,
        "group_cells": _group_cells(table, codes) if table else {},
        "group_codes": [(code, _column_head(lists.kpis[code])) for code in codes],
        "group_name": group_label(wanted.group),
        "ladder": flows,
        "ladder_bars": _ladder_bars(flows),
        "grade_bars": charts.bars(grades),
    }


def group_label(name: str) -> str:
    """What a tab of the groupings is called."""
    further = {"honor": _("企业荣誉"), "ladder": _("梯度培育"), "grade": _("成熟度")}
    return further.get(name) or (BY_NAME[name].en if language() == "en" else BY_NAME[name].zh)


def _column_head(item: KpiDefinition) -> str:
    unit = Measure(unit_of_figure(item)).label(language())
    if item.kind == KpiKind.CHANGE:
        return item.label(language())
    return _("%(name)s（%(unit)s）", name=item.label(language()), unit=unit)


def _group_cells(table: GroupTable, codes: list[str]) -> dict[tuple[str, str], Cell]:
    """(value of the group, KPI) → cell; '' is the whole."""
    found = {
        (row.group.value, code): figure_cell(code, row.figures[code], row.filters, bare=True)
        for row in table.rows
        for code in codes
    }
    total = table.total
    return found | {("", code): figure_cell(code, total.figures[code], total.filters, bare=True) for code in codes}


def figure_cell(code: str, figure: Figure, filters: Filters | None, *, bare: bool = False) -> Cell:
    """A figure as a cell; with `bare` its column says the unit."""
    item = catalogue().lists.kpis[code]
    if figure.value is None:
        return Cell(muted=reason_text(figure))
    behind = None
    if filters is not None and not figure.left_out:
        behind = filters.but(rows="projects", page=1, has=tuple(dict.fromkeys((*filters.has, code))))
    note = f"n = {figure.n}" if figure.left_out else ""
    if item.kind == KpiKind.CHANGE:
        worse, text = change_text(item.direction, Fraction(figure.value), code)
        said, _blank, number = text.rpartition(" ")
        if not said:
            return Cell(before=text, filters=behind, note=note)
        lead = _("变差：%(change)s", change=said) if worse else said
        return Cell(before=lead, figure=number, filters=behind, note=note)
    if item.kind in (KpiKind.SHARE, KpiKind.LEVEL):
        return Cell(figure=f"{figure.value}%", filters=behind, note=note)
    unit = "" if bare else " " + Measure(unit_of_figure(item)).label(language())
    return Cell(figure=f"{figure.value}{unit}", filters=behind, note=note)


def reason_text(figure: Figure) -> str:
    """Why there is no figure."""
    words = {
        Reason.MIXED_UNITS: _("口径不一致"),
        Reason.WITHHELD: _("不单列"),
        Reason.NO_DATA: _("没有数据") if figure.of else _("没有项目"),
        Reason.TOO_FEW: _("样本不足"),
    }
    return words[figure.reason or Reason.TOO_FEW]


def _kpis(
    wanted: Filters, selection: Selection, before: Selection | None, columns: KpiColumns, found: Statistics
) -> dict[str, Any]:
    """Rows of the KPI table: those of new calls first, the others folded."""
    lists = catalogue().lists
    other = "mean" if wanted.method == "median" else "median"
    others = kpi_figures(columns, selection, other)
    earlier = kpi_figures(columns, before, wanted.method) if before else {}
    rows: Mapping[bool, list[KpiRow]] = {True: [], False: []}
    for code, item in lists.kpis.items():
        figure = found.kpis[code]
        if not figure.n or item.kind == KpiKind.ORDINAL:
            continue
        strip = None
        if item.kind in _FIGURED:
            low, high = (-100.0, 150.0) if item.kind == KpiKind.CHANGE else (0.0, 100.0)
            threshold = None if item.warn_below is None or item.kind == KpiKind.CHANGE else float(item.warn_below)
            strip = charts.strip(columns[code], selection.latest, figure, low, high, threshold)
        row = KpiRow(
            code,
            item.label(language()),
            figure_cell(code, figure, wanted),
            figure_cell(code, others[code], None) if item.kind in _FIGURED else Cell(),
            figure_cell(code, earlier[code], None) if code in earlier else Cell(),
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


def _ladder_bars(flows: list[Flow]) -> list[charts.Bar]:
    counts: dict[str, int] = {}
    for flow in flows:
        counts |= {flow.lower: flow.holders, flow.both: flow.climbed}
    return charts.bars(counts)
