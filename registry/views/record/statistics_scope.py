"""The scope of the statistics page: its form, and what it is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from registry.i18n import _, language
from registry.queries.catalogue.description import honor_label
from registry.queries.catalogue.filters import METHODS, Filters
from registry.queries.catalogue.selection import Selection
from registry.queries.statistics.counted import kind_of, named_years, span, year_end
from registry.queries.statistics.lead import day_words, lead_of, years_words
from registry.terms import PERCENTAGES, CountKind
from registry.views.record.facets import FacetSelect, facet_selects
from registry.views.record.map_legend import method_words
from registry.views.web.runtime import catalogue

FIRST_SELECTS = ("tier", "category", "unit", "sector")
MORE_SELECTS = ("industry", "type", "size", "ownership")
KEPT = ("division", "has", "ladder", "grade", "bbox", "q", "group")
"""What is without a select on this page, beside years that are no span."""


def form_view(wanted: Filters, selection: Selection) -> dict[str, Any]:
    """The scope as the form shows it."""
    lists, kind, by_day = catalogue().lists, kind_of(wanted), ends_by_day(wanted)
    selects = {select.name: select for select in facet_selects(lists)}
    kinds = selection.catalogue.honors.kinds
    honors = [(name, honor_label(name, language())) for name in dict.fromkeys((*kinds, *wanted.honor))]
    carried = _carried_years(wanted)
    first, last = (wanted.year_from, wanted.year_to) if carried else span(wanted)
    to = year_end(wanted.as_of) if by_day else last
    years = sorted({*catalogue().years, *(year for year in (first, to) if year)}, reverse=True)
    return {
        "kind": kind,
        "kinds": list(CountKind),
        "lead": lead_of(wanted, lists, language()),
        "years": years,
        "from_year": first,
        "to_year": to,
        "day": "" if wanted.as_of is None or (by_day and to) else wanted.as_of.isoformat(),
        "units": wanted.unit[-2:],
        "other_unit": replace(selects["unit"], label=_("与另一板块并列"), all=_("不并列")),
        "first_selects": [selects[name] for name in FIRST_SELECTS],
        "more_selects": [selects[name] for name in MORE_SELECTS],
        "honor_select": FacetSelect("honor", _("企业荣誉"), _("不限荣誉"), honors),
        "methods": [(method, method_words(method)) for method in METHODS],
        "measures": [(code, item.label(language())) for code, item in lists.kpis.items() if item.kind in PERCENTAGES],
        "kept": [
            *((name, value) for name in (*KEPT, *(() if kind else ("status",))) for value in wanted.values(name)),
            *(("year", value) for value in carried),
        ],
        "more_open": any(getattr(wanted, name) for name in (*MORE_SELECTS, "honor"))
        or wanted.method != "mean"
        or wanted.measure in lists.kpis,
    }


def ends_by_day(wanted: Filters) -> bool:
    """Whether “到” says the day up to which is counted, and not the last batch year."""
    return kind_of(wanted) in (CountKind.VALID, CountKind.CUMULATIVE)


def _carried_years(wanted: Filters) -> list[str]:
    """The batch years that “从” and “到” cannot say, so that the form carries each of them on."""
    named = [str(year) for year in named_years(wanted)]
    if not ends_by_day(wanted):
        return list(wanted.year) if span(wanted) == (None, None) or not named else []
    if wanted.year_to is None:
        return list(wanted.year)
    known = [str(year) for year in catalogue().years if (wanted.year_from or 0) <= year <= wanted.year_to]
    return named or known or [str(wanted.year_to)]


def compared_view(wanted: Filters, earlier: Filters | None, before: Selection | None) -> dict[str, Any]:
    """The same counts a year earlier, and what the two times are called."""
    return {
        "earlier": earlier,
        "before": before.sizes if before else None,
        "period": _period(wanted),
        "before_period": _period(earlier) if earlier else "",
    }


def _period(filters: Filters) -> str:
    if kind_of(filters) == CountKind.NEW:
        return years_words(filters, language())
    return day_words(filters.as_of, language()) if filters.as_of else _("目前")
