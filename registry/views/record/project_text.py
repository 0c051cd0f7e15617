"""What the project page says: KPI rows with verbs and bars, facts, structured data for search engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from registry import indicators, kpi_definitions
from registry.changes import ChangeKind, ClosingCause
from registry.i18n import _, language
from registry.marking import measure as measure_words
from registry.queries.catalogue.filters import ALL_STATUS
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.record import life, pages
from registry.queries.record.beside import beside
from registry.queries.record.honors import honors_of
from registry.queries.record.kpis import PublicKpi, is_public
from registry.queries.record.relations import NOTHING, relations_of
from registry.queries.record.rows import ProjectRow, TitleRow
from registry.queries.record.yearly import series_of
from registry.queries.statistics.comparison import category_means
from registry.terms import BEIJING, KpiKind
from registry.views.record import linked_data
from registry.views.record.trend_rows import project_trend
from registry.views.web.map_shell import boundary_approval, script_json
from registry.views.web.page import change_text, name_of, verb_word
from registry.views.web.runtime import catalogue, runtime, session

BASE_WIDTH = 150
"""Length of "before = 100" in a bar drawing of 340 units; longer bars are cut with a break mark."""
FULL_WIDTH = 330

MOST_LEAD = 4
"""Figures in the strip under the title."""


@dataclass(frozen=True)
class KpiRow:
    """One KPI on the project page, ready to print."""

    name: str
    measure: str
    verified: bool
    comparable: bool = True
    worse: bool = False
    verb: str = ""
    figure: str = ""
    mean: str = ""
    coverage: str = ""
    after: str = ""
    bar: float = 0
    mean_bar: float | None = None
    cut: bool = False
    label: str = ""


def project_view(row: ProjectRow) -> dict[str, Any]:
    """Everything `record/project.html` shows."""
    reported = next((title for title in row.titles if title.id == row.reported), row.leading)
    means = category_means(session(), catalogue(), reported.category) if row.kpis else {}
    shown = [row.kpis[code] for code in catalogue().lists.kpis if code in row.kpis and is_public(code)]
    # The counts that a share follows from are shown beside it.
    told = {code for item in kpi_definitions.kpis() for code in (item.numerator, item.denominator)}
    also = beside(session(), row.id)
    parent, children = pages.family(session(), catalogue(), row, has_children=also.has_children)
    years, trend = project_trend(series_of(session(), row.id) if also.years > 1 else {})
    changed = life.changes_of_project(session(), row.id) if also.has_changes else ()
    changes = [_change_row(kpi, means.get(kpi.code)) for kpi in shown if kpi.kind == KpiKind.CHANGE]
    shares = [_share_row(kpi, means.get(kpi.code), row) for kpi in shown if kpi.kind in (KpiKind.SHARE, KpiKind.LEVEL)]
    return {
        "row": row,
        "changed": [change_line(each) for each in changed],
        "ending": also.ending,
        "ladder": sorted(row.titles, key=_newest_first),
        "changes": changes,
        "shares": shares,
        "lead": best_figures(changes, shares),
        "counts": [kpi for kpi in shown if kpi.kind == KpiKind.COUNT and kpi.code not in told],
        "maturity": row.kpis.get("maturity_level"),
        "mean_category": reported.category,
        "honors": honors_of(session(), row.enterprise_id) if also.has_honors else (),
        "relations": relations_of(session(), catalogue(), row.id) if also.has_relations else NOTHING,
        "chain": also.chain,
        "neighbours": pages.neighbours(session(), catalogue(), row),
        "years": years,
        "trend": trend,
        "retained": life.retained_of(session(), [title.id for title in row.titles]) if also.has_retained else {},
        "parent": parent,
        "children": children,
        "locator": _locator(row),
        "json_ld": script_json(linked_data.place(row)),
        "approval_number": boundary_approval(),
        "map_link": f"{url_for('home.map_page', status=list(ALL_STATUS))}#15/{row.lat}/{row.lon}",
        "updated": row.updated_at.astimezone(BEIJING).date(),
    }


def best_figures(changes: list[KpiRow], shares: list[KpiRow]) -> list[KpiRow]:
    """The figures under the title: the largest changes for the better, and the best share. What got worse is no lead,
    and stands below with all others."""

    def size(row: KpiRow) -> float:
        return float(row.figure.removesuffix("%"))

    better = sorted((row for row in changes if row.figure and not row.worse), key=size, reverse=True)
    best = sorted((row for row in shares if row.figure), key=size, reverse=True)
    return [*better[: MOST_LEAD - min(1, len(best))], *best[:1]]


def change_line(change: life.PublicChange) -> tuple[date, str, str]:
    """(day, what happened, from what to what) of a change of the record."""

    def words(value: str) -> str:
        if change.kind is ChangeKind.MOVE_PROJECT:
            return name_of("units", value or None)
        if change.kind is ChangeKind.KPI:
            return name_of("kpis", value or None)
        return ClosingCause(value).label(language()) if change.kind is ChangeKind.CLOSE_PROJECT and value else value

    return change.on, change.kind.label(language()), " → ".join(filter(None, map(words, (change.before, change.after))))


def _newest_first(title: TitleRow) -> tuple[int, int, int]:
    day = title.announced_on.toordinal() if title.announced_on else 0
    return -(title.year or 0), -day, -title.id


def _unit_words(definition: Any) -> str:
    """The unit of the definition, where it names one."""
    return "" if definition.unit in ("declared", "") else str(definition.unit)


def _years(kpi: PublicKpi) -> str:
    if kpi.kind == KpiKind.CHANGE and kpi.baseline_year and kpi.report_year:
        return f"{kpi.baseline_year} → {kpi.report_year}"
    return str(kpi.report_year or "")


def _change_row(kpi: PublicKpi, mean: Figure | None) -> KpiRow:
    """Before = 100, after beside it, the mean of the category as a tick."""
    definition = kpi_definitions.kpi(kpi.code)
    name = definition.label(language())
    parts = [measure_words(kpi.measure or _unit_words(definition)), escape(_years(kpi))]
    measure = _("口径：%(measure)s", measure=Markup(_("，")).join(part for part in parts if part))
    verified = kpi.basis == "verified"
    if kpi.exact is None:
        return KpiRow(name, measure, verified, comparable=False)
    worse, verb = indicators.verb(definition.direction, kpi.exact, definition.code)
    after = 100 + kpi.exact
    mean_after = 100 + mean.raw if mean and mean.raw is not None else None
    figure = "" if verb == indicators.LEVEL else f"{indicators.round_half_up(abs(kpi.exact))}%"
    mean_text, coverage = _mean_words(definition, mean)
    label = _("以改造前为 100，改造后为 %(after)s", after=indicators.round_half_up(after))
    return KpiRow(
        name=name,
        measure=measure,
        verified=verified,
        worse=worse,
        verb=verb_word(verb),
        figure=figure,
        mean=mean_text,
        coverage=coverage,
        after=str(indicators.round_half_up(after)),
        bar=_length(after),
        mean_bar=_length(mean_after) if mean_after is not None else None,
        cut=_length(after) >= FULL_WIDTH,
        label=label,
    )


def _share_row(kpi: PublicKpi, mean: Figure | None, row: ProjectRow) -> KpiRow:
    """A share or level on a bar of 0 to 100."""
    definition = kpi_definitions.kpi(kpi.code)
    name = definition.label(language())
    mean_text, coverage = _mean_words(definition, mean)
    value = kpi.exact
    return KpiRow(
        name=name,
        measure=_share_measure(kpi, row),
        verified=kpi.basis == "verified",
        comparable=value is not None,
        figure="" if value is None else f"{indicators.round_half_up(value)}%",
        mean=mean_text,
        coverage=coverage,
        bar=0 if value is None else round(float(value) * 3, 1),
        mean_bar=round(mean.raw * 3, 1) if mean and mean.raw is not None else None,
        label="" if value is None else f"{name} {indicators.round_half_up(value)}%",
    )


def _share_measure(kpi: PublicKpi, row: ProjectRow) -> str:
    """The two counts behind a share, both public."""
    definition = kpi_definitions.kpi(kpi.code)
    parts = []
    for code in (definition.numerator, definition.denominator):
        count = row.kpis.get(code or "")
        if count is not None and count.value is not None:
            parts.append(f"{kpi_definitions.kpi(count.code).label(language())} {count.value}")
    return " / ".join(parts) or _years(kpi)


def _mean_words(definition: Any, mean: Figure | None) -> tuple[str, str]:
    if mean is None:
        return "", ""
    coverage = f"n = {mean.n} / {mean.of}"
    if mean.value is None:
        return _("同类平均：样本不足"), coverage
    figure = f"{abs(mean.value)}%"
    if definition.kind != KpiKind.CHANGE:
        return _("同类平均 %(figure)s", figure=figure), coverage
    _worse, change = change_text(definition.direction, Fraction(mean.value), definition.code)
    return _("同类平均%(change)s", change=change), coverage


def _length(value: Fraction | float) -> float:
    return round(min(float(value) * BASE_WIDTH / 100, FULL_WIDTH), 1)


def _locator(row: ProjectRow) -> Markup:
    # Slow import: shapely with the boundary set.
    from geo.locator import locator_svg

    svg = locator_svg(
        runtime().city.boundary,
        lon=row.lon,
        lat=row.lat,
        division=row.division,
        tier=row.leading.tier,
        language=language(),
    )
    return Markup(svg)
