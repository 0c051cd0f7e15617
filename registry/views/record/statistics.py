"""`/statistics` and its workbook: any scope, every figure with its method and the list behind it."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, render_template

from registry import indicators
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.description import conditions, in_short, in_words
from registry.queries.catalogue.dimensions import GROUPINGS
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.catalogue.selection import select_projects
from registry.queries.record.honors import honor_counts
from registry.queries.statistics.paragraph import method_note, pieces, text
from registry.queries.statistics.reconciliation import reconcile
from registry.queries.statistics.scope import kpi_figures, statistics
from registry.queries.statistics.trends import Flow, ladder, stocks_by_unit
from registry.queries.statistics.workbook import statistics_workbook, unit_of_figure
from registry.queries.statistics.yearly_trend import yearly_trend
from registry.terms import BEIJING, KpiKind
from registry.views.record import charts
from registry.views.record.facets import KEPT, facet_selects
from registry.views.record.pages import cached_page
from registry.views.record.trend_rows import scope_trend
from registry.views.web.downloads import as_attachment
from registry.views.web.page import verb_word
from registry.views.web.runtime import catalogue, filters, policy, runtime, session

blueprint = Blueprint("statistics", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
METHODS = ("mean", "pooled", "median")


@blueprint.get("/statistics")
@policy(Permission.PUBLIC_READ)
def page() -> Response:
    """The statistics of a scope."""
    wanted = filters()
    return cached_page(wanted, lambda: render_template("record/statistics.html", **_view(wanted)))


def _view(wanted: Filters) -> dict[str, Any]:
    lists = catalogue().lists
    selection = select_projects(session(), catalogue(), wanted)
    found = statistics(session(), catalogue(), wanted)
    columns = catalogue_columns(session(), catalogue())
    others = {method: kpi_figures(columns, selection.latest, method) for method in METHODS}
    stocks = stocks_by_unit(selection)
    top = charts.round_up(max((max(stock.totals, default=0) for stock in stocks.values()), default=0))
    changes = [code for code, item in lists.kpis.items() if item.kind == KpiKind.CHANGE and found.kpis[code].n]
    flows = ladder(selection)
    years, trend = scope_trend(yearly_trend(session(), selection))
    return {
        "filters": wanted,
        "groupings": [(name, _(caption)) for name, caption in GROUPINGS],
        "kept": (*KEPT, "status"),
        "statistics": found,
        "others": others,
        "scope": in_words(wanted, lists, language()),
        "conditions": list(conditions(wanted, lists, language())),
        "selects": [select for select in facet_selects(lists, _years()) if select.name != "status"],
        "facets": selection.facets(),
        "pieces": pieces(found, lists, language()),
        "paragraph": text(pieces(found, lists, language())),
        "method_note": method_note(found, language()),
        "multiples": [
            (lists.units[code], charts.small_multiple(stock, top), stock)
            for code, stock in sorted(stocks.items(), key=lambda pair: -pair[1].totals[-1])
        ],
        "top": top,
        "strips": [
            charts.strip(code, columns[code], selection.latest, found.kpis[code], 24 + 56 * place)
            for place, code in enumerate(changes)
        ],
        "strip_marks": [(value, charts.strip_x(value)) for value in (-100, -50, 0, 50, 100, 150)],
        "changes": changes,
        "levels": [
            code
            for code, item in lists.kpis.items()
            if item.kind in (KpiKind.SHARE, KpiKind.LEVEL) and found.kpis[code].n
        ],
        "sums": [
            code
            for code, item in lists.kpis.items()
            if item.kind in (KpiKind.AMOUNT, KpiKind.COUNT) and found.kpis[code].n
        ],
        "said": _said,
        "ladder": flows,
        "ladder_bars": _ladder_bars(flows),
        "grade_bars": charts.bars({str(grade): count for grade, count in found.maturity.items()}),
        "reconciled": reconcile(session(), catalogue()),
        "honors": honor_counts(session())[0],
        "lists": lists,
        "years": years,
        "trend": trend,
        "unit_of": figure_unit,
        "narrowed": narrowed,
    }


def _said(code: str, figure: Figure) -> tuple[bool, str]:
    """(worse, verb in the page's language) of a change that has a value."""
    worse, verb = indicators.verb(catalogue().lists.kpis[code].direction, Fraction(figure.value or 0))
    return worse, verb_word(verb)


def _ladder_bars(flows: list[Flow]) -> list[charts.Bar]:
    counts: dict[str, int] = {}
    for flow in flows:
        counts |= {flow.lower: flow.holders, flow.both: flow.climbed}
    return charts.bars(counts)


def narrowed(wanted: Filters, name: str, value: str) -> Filters:
    """The scope of one row of a breakdown."""
    return wanted.but(page=1, **{name: (value,)})


def _years() -> tuple[str, ...]:
    return tuple(str(year) for year in reversed(catalogue().years))


@blueprint.get("/statistics.xlsx")
@policy(Permission.PUBLIC_READ)
def workbook() -> Response:
    """The same numbers as a workbook: counts, KPI figures, one sheet a breakdown, reconciliation."""
    wanted = filters(strict=True)
    found = statistics(session(), catalogue(), wanted)
    site = runtime().site.told(language())
    body = statistics_workbook(
        found,
        reconcile(session(), catalogue()),
        honor_counts(session()),
        catalogue().lists,
        source=f"{site.name}（{site.owner}）",
        now=datetime.now(BEIJING),
        language=language(),
    )
    response = Response(body, mimetype=XLSX)
    scope = in_short(wanted, catalogue().lists, language())
    return as_attachment(response, _("智能制造统计"), scope, suffix="xlsx", plain="statistics")


@blueprint.get("/statistics.docx")
@policy(Permission.PUBLIC_READ)
def summary_document() -> Response:
    """The summary paragraph with its list as a Word document."""
    from registry.queries.statistics.document import paragraph_docx  # slow import

    site = runtime().site.told(language())
    wanted = filters(strict=True)
    body = paragraph_docx(
        session(),
        catalogue(),
        wanted,
        source=_("%(name)s（%(owner)s）", name=site.name, owner=site.owner),
        now=datetime.now(BEIJING),
        language=language(),
    )
    response = Response(body, mimetype=DOCX)
    scope = in_short(wanted, catalogue().lists, language())
    return as_attachment(response, _("智能制造统计摘要"), scope, suffix="docx", plain="statistics")


def figure_unit(code: str) -> str:
    """Unit of an aggregate of the record."""
    return unit_of_figure(catalogue().lists.kpis[code])
