"""The map page: filters, district map, result list and figures of one selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from registry import indicators
from registry.i18n import _, language
from registry.measures import Measure
from registry.permissions import Permission
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.columns import NOT_STATED, TIERS
from registry.queries.catalogue.description import conditions
from registry.queries.catalogue.dimensions import SELECTS
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.record.listing import list_page
from registry.queries.record.points import division_counts
from registry.queries.statistics.headline import headlines
from registry.queries.statistics.measures import COUNT, DENSITY, Shading, shading
from registry.queries.statistics.trends import new_projects, years_of
from registry.terms import KpiKind
from registry.views.record.facets import KEPT, facet_selects
from registry.views.record.figure_cells import reason_text
from registry.views.record.map_data import page_script, sketch, zooms
from registry.views.record.pages import cached_page
from registry.views.record.statistics import figure_unit
from registry.views.record.zones import zones
from registry.views.web.assets import asset_url
from registry.views.web.map_shell import boundary_approval, boundary_source, script_json, shell
from registry.views.web.page import tier_name, view_url
from registry.views.web.runtime import catalogue, filters, policy, session

blueprint = Blueprint("home", __name__)
FIRST_ROWS = 20
WIDEST_BAR = 55
"""Of a year, in thousandths of the strip."""
BAR_SELECTS = ("unit", "category", "industry", "year")
MORE_SELECTS = tuple(found.name for found, _select in SELECTS if found.name not in ("tier", *BAR_SELECTS))
"""Tiers are buttons of their own."""


@dataclass(frozen=True)
class DistrictRow:
    """A district as legend and script need it."""

    code: str
    name: str
    count: int
    zone: int
    shade: int
    text: str
    href: str


@dataclass(frozen=True)
class YearBar:
    """One stop of the year strip: new projects of the year as a bar of a 1000 × 31 drawing."""

    year: int
    new: int
    x: float
    y: float
    width: float
    height: float
    on: bool


@blueprint.get("/")
@policy(Permission.PUBLIC_READ)
def map_page() -> Response:
    """The map page of a selection."""
    wanted = filters()
    return cached_page(wanted, lambda: render_template("record/map.html", **_view(wanted)))


def _view(wanted: Filters) -> dict[str, Any]:
    lists = catalogue().lists
    selection = select_projects(session(), catalogue(), wanted)
    facets = selection.facets()
    years = tuple(sorted(facets["year"], reverse=True))
    selects = {select.name: select for select in facet_selects(lists, years)}
    shades = shading(session(), selection, wanted.measure, wanted.method)
    districts = _districts(selection, shades)
    return {
        "filters": wanted,
        "kept": KEPT,
        "selection": selection,
        "page": list_page(session(), selection, wanted.but(rows="projects", page=1, per_page=FIRST_ROWS), brief=True),
        "facets": facets,
        "bar_selects": [selects[name] for name in BAR_SELECTS],
        "more_selects": [selects[name] for name in MORE_SELECTS],
        "conditions": list(conditions(wanted, lists, language())),
        "headlines": [(figure, figure.label(language())) for figure in headlines(catalogue())],
        "levels": _levels(selection),
        "districts": districts,
        "map_title": _("%(city)s试点示范项目分布地图，名单内容与地图相同", city=lists.city.facts.label(language())),
        "zones": zones(lists),
        "zone_counts": _zone_counts(districts, lists),
        "classes": _classes(districts, shades),
        "measure_words": measure_words(shades),
        "measures": measure_options(),
        "shades": shades,
        "bars": _bars(selection, wanted),
        "shown_year": wanted.as_of.year if wanted.as_of else years_of(selection)[-1],
        "boundary_source": boundary_source(),
        "approval_number": boundary_approval(),
        "points_url": view_url("mapdata.points_script", wanted.selection),
        "shell": shell(),
        "sketch": sketch(),
        "district_rows": {row.code: row for row in districts},
        "script_urls": (
            asset_url("vendor/leaflet.js"),
            url_for("mapdata.map_script", digest=page_script().digest, lang=None),
        ),
        "map_data": script_json(_map_data(wanted, districts)),
    }


def _levels(selection: Selection) -> list[tuple[str, int]]:
    """(tier, projects whose highest level it is), the highest first."""
    leading = catalogue().leading(selection.filters.as_of)[selection.projects]
    tiers = catalogue().title_tier[leading[leading != NOT_STATED]].tolist()
    return [(tier, tiers.count(place)) for place, tier in reversed(list(enumerate(TIERS)))]


def _districts(selection: Selection, shades: Shading) -> list[DistrictRow]:
    counts = division_counts(selection)
    lists = catalogue().lists
    return [
        DistrictRow(
            code=code,
            name=lists.divisions[code].label(language()),
            count=count,
            zone=zone,
            shade=shades.shades[code].level,
            text=_figure_text(shades, shades.shades[code].figure),
            href=view_url("home.map_page", selection.filters, division=(code,), page=1),
        )
        for code, (count, zone) in counts.items()
    ]


def _zone_counts(districts: list[DistrictRow], lists: CodeLists) -> list[str]:
    """How many of a district's projects a zone inside it reports."""
    found = []
    for row in districts:
        inside = [zone for zone in lists.zones if zone.division == row.code]
        if row.zone and inside:
            names = "、".join(zone.short for zone in inside)
            if language() != "zh":
                names = ", ".join(zone.label(language()) for zone in inside)
            found.append(
                _(
                    "%(district)s %(n)s 个，其中%(zones)s %(zone)s 个。",
                    district=row.name,
                    n=row.count,
                    zones=names,
                    zone=row.zone,
                )
            )
    return found


def _figure_text(shades: Shading, figure: Figure) -> str:
    """A district's figure as the map writes it under the name."""
    if figure.value is None:
        return _("%(n)s 个", n=0) if shades.measure == COUNT else reason_text(figure)
    if shades.measure == COUNT:
        return _("%(n)s 个", n=figure.value)
    unit = "" if shades.measure == DENSITY else Measure(figure_unit(shades.measure)).label(language())
    return f"{figure.value}{unit if unit == '%' else ' ' + unit}".rstrip()


def measure_options() -> list[tuple[str, str]]:
    """(code, words) of all measures: count, density, and every KPI that can be aggregated."""
    kpis = catalogue().lists.kpis.items()
    return [
        (COUNT, _("项目数（个）")),
        (DENSITY, _("每千平方公里项目数（个）")),
        *((code, item.label(language())) for code, item in kpis if item.kind != KpiKind.ORDINAL),
    ]


def measure_words(shades: Shading) -> str:
    """The measure in force with its unit and method."""
    words = dict(measure_options())[shades.measure]
    if shades.measure in (COUNT, DENSITY):
        return words
    methods = {"mean": _("简单平均"), "pooled": _("加权平均（按总量）"), "median": _("中位数"), "sum": _("合计")}
    unit = Measure(figure_unit(shades.measure)).label(language())
    return _("%(measure)s（%(unit)s，%(method)s）", measure=words, unit=unit, method=methods[shades.method])


def _classes(districts: list[DistrictRow], shades: Shading) -> list[tuple[int, str, int]]:
    """(class, its range in words, districts in it), the highest first; 0 is the hatched rest."""
    found = []
    limits = [indicators.plain(limit) for limit in shades.limits]
    for shade in range(len(limits), 0, -1):
        low = limits[shade - 1]
        if shade == len(limits):
            words = _("%(low)s 及以上", low=low)
        elif shades.measure == COUNT:
            high = int(shades.limits[shade]) - 1
            words = low if high <= int(low) else f"{low}–{high}"
        else:
            words = _("%(low)s 至不足 %(high)s", low=low, high=limits[shade])
        found.append((shade, words, sum(row.shade == shade for row in districts)))
    if any(row.shade == 0 for row in districts):
        found.append((0, _("样本不足或没有项目"), sum(row.shade == 0 for row in districts)))
    return found


def _bars(selection: Selection, wanted: Filters) -> list[YearBar]:
    """New projects of each year: those whose first title in scope falls in it."""
    years = years_of(selection)
    counts = new_projects(selection, years)
    top, step = max([*counts, 1]), 1000 / max(len(years) - 1, 1)
    until = wanted.as_of.year if wanted.as_of else years[-1]
    bars = []
    for place, (year, count) in enumerate(zip(years, counts, strict=True)):
        height = round(30 * count / top, 1)
        # Few years leave room between bars, not bars wider than the margins of the strip.
        width = round(min(step * 0.68, WIDEST_BAR), 1)
        x = round(place * step - width / 2, 1)
        bars.append(YearBar(year, count, x, round(31 - height, 1), width, height, year <= until))
    return bars


def _map_data(wanted: Filters, districts: list[DistrictRow]) -> dict[str, Any]:
    """What the script needs: addresses, districts, words. No text of a project."""
    selection = wanted.selection.but(as_of=None)
    return {
        "points": view_url("mapdata.points_json", wanted.selection),
        "pointsAt": view_url("mapdata.points_json", selection, lang="zh"),
        "labels": url_for("mapdata.labels_json"),
        "asOf": wanted.as_of.isoformat() if wanted.as_of else None,
        "districts": {
            row.code: {"n": row.count, "shade": row.shade, "text": row.text, "href": row.href} for row in districts
        },
        "city": sketch().bounds,
        "zooms": zooms(),
        "tiers": {tier: tier_name(tier) for tier in TIERS},
        "words": {
            "zoomIn": _("放大"),
            "zoomOut": _("缩小"),
            "cluster": _("{n} 个项目：{parts}。放大查看"),
            "same": _("{n} 个项目在同一地点：{parts}。打开名单"),
            "here": _("同一地点的 {n} 个项目"),
            "loading": _("正在读取…"),
            "failed": _("没有读到数据，请稍后再试；名单不受影响。"),
            "stock": _("年末存量 {n} 个在图上"),
            "play": _("播放"),
            "pause": _("暂停"),
            "close": _("关闭"),
        },
    }
