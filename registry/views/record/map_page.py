"""The map page: filters, district map, result list and figures of one selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, render_template, url_for

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.columns import TIERS
from registry.queries.catalogue.description import conditions
from registry.queries.catalogue.dimensions import SELECTS
from registry.queries.catalogue.filters import DEFAULT_STATUS, Filters
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.record.listing import list_page
from registry.queries.statistics.headline import Headline, headlines
from registry.queries.statistics.measures import shading
from registry.queries.statistics.trends import new_projects, years_on_record
from registry.views.record.facets import facet_selects, hidden_inputs
from registry.views.record.map_data import page_script, sketch
from registry.views.record.map_legend import (
    DistrictRow,
    class_rows,
    direction_words,
    district_rows,
    figure_text,
    measure_options,
    measured,
    zone_sentences,
)
from registry.views.record.zones import zones
from registry.views.web.assets import asset_url
from registry.views.web.delivery import cached_page
from registry.views.web.map_shell import boundary_approval, boundary_source, script_json, shell
from registry.views.web.page import tier_name, view_url
from registry.views.web.runtime import catalogue, filters, policy, runtime, session
from registry.views.web.shelf import PATIENT

blueprint = Blueprint("home", __name__)
FIRST_ROWS = 20
WIDEST_BAR = 55
"""Of a year, in thousandths of the strip."""
BAR_SELECTS = ("unit", "category", "industry", "year")
MORE_SELECTS = tuple(found.name for found, _select in SELECTS if found.name not in ("tier", *BAR_SELECTS))
"""Tiers are buttons of their own."""
CONTROLS = ("q", "tier", "method", *BAR_SELECTS, *MORE_SELECTS)
"""What the filter bar asks for; all else of the address travels with it."""


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
    g.asks_position = True
    return cached_page(wanted, lambda: render_template("record/map.html", **_view(wanted)), quality=PATIENT)


def _view(wanted: Filters) -> dict[str, Any]:
    lists = catalogue().lists
    if len(wanted.tier) == len(TIERS):
        # All of them is what no choice means: the form has them ticked then.
        wanted = wanted.but(tier=())
    selection = select_projects(session(), catalogue(), wanted)
    facets = selection.facets
    years = tuple(sorted(facets["year"], reverse=True))
    selects = {select.name: select for select in facet_selects(lists, years)}
    shades = shading(session(), selection, wanted.measure, wanted.method)
    rows = district_rows(selection, shades)
    said = list(conditions(wanted, lists, language()))
    page = list_page(session(), selection, wanted.but(rows="projects", page=1, per_page=FIRST_ROWS), brief=True)
    return {
        "filters": wanted,
        "kept": hidden_inputs(wanted, CONTROLS),
        "kept_by_measure": hidden_inputs(wanted, ("measure",)),
        "selection": selection,
        "page": page,
        "facets": facets,
        "bar_selects": [selects[name] for name in BAR_SELECTS],
        "more_selects": [selects[name] for name in MORE_SELECTS],
        "methods": (("", _("简单平均")), ("pooled", _("加权平均（按总量）")), ("median", _("中位数"))),
        "conditions": said,
        "scope": _scope(wanted, [row for row in rows if row.is_current]),
        "totals": _totals(),
        "levels": _levels(selection),
        "rows": rows,
        "map_title": _("%(city)s试点示范项目分布地图，名单内容与地图相同", city=lists.city.facts.label(language())),
        "zones": zones(lists),
        "zone_counts": zone_sentences(selection, lists),
        "classes": class_rows(shades),
        "direction": direction_words(shades),
        "measured": measured(selection, shades),
        "measures": measure_options(),
        "city_figure": figure_text(shades.measure, shades.city),
        "shades": shades,
        "bars": _bars(selection, wanted),
        "shown_year": wanted.as_of.year if wanted.as_of else years_on_record(catalogue())[-1],
        "boundary_source": boundary_source(),
        "approval_number": boundary_approval(),
        "clusters_url": asset_url("map-tiles.js")
        if _is_large()
        else view_url("mapdata.points_script", wanted.selection),
        "shell": shell(),
        "sketch": sketch(),
        "district_rows": {row.code: row for row in rows},
        "script_urls": (
            asset_url("vendor/leaflet.js"),
            url_for("mapdata.map_script", digest=page_script().digest, lang=None),
        ),
        "map_data": script_json(_map_data(wanted, rows, [row.code for row in page.rows])),
    }


def _scope(wanted: Filters, chosen: list[DistrictRow]) -> str:
    """What is shown, in a word or two beside the heading: the day or state, the districts."""
    when = _("有效") if wanted.status == DEFAULT_STATUS else _("所选状态")
    if wanted.as_of:
        at_year_end = (wanted.as_of.month, wanted.as_of.day) == (12, 31)
        when = _("%(year)s 年末", year=wanted.as_of.year) if at_year_end else _("截至 %(day)s", day=wanted.as_of)
    where = "、".join(row.name for row in chosen) if language() == "zh" else ", ".join(row.name for row in chosen)
    return f"{when} · {where or _('全市')}"


@dataclass(frozen=True)
class Totals:
    """累计认定: the sums of the tiers in a line, and every figure with the list behind it."""

    line: str
    figures: list[tuple[Headline, str]]


def _totals() -> Totals | None:
    found = headlines(catalogue())
    if not found:
        return None
    sums = {tier: sum(figure.total for figure in found if figure.tier == tier) for tier in reversed(TIERS)}
    line = " · ".join(f"{tier_name(tier)} {count}" for tier, count in sums.items() if count)
    return Totals(line, [(figure, figure.label(language())) for figure in found])


def _levels(selection: Selection) -> list[tuple[str, int]]:
    """(tier, projects whose highest level it is), the highest first."""
    tiers = catalogue().tiers_of(selection.projects, selection.filters.as_of).tolist()
    return [(tier, tiers.count(place)) for place, tier in reversed(list(enumerate(TIERS)))]


def _bars(selection: Selection, wanted: Filters) -> list[YearBar]:
    """New projects of each year: those whose first title in scope falls in it."""
    years = years_on_record(catalogue())
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


def _is_large() -> bool:
    """Whether the record has too many points for one answer: every page of it then asks for tiles, whatever it selects,
    so that a reader who removes a filter needs no other scripts."""
    return int(catalogue().located.sum()) > runtime().settings.points_at_once


def _map_data(wanted: Filters, rows: list[DistrictRow], listed: list[str]) -> dict[str, Any]:
    """What the script needs: addresses, districts, words. No text of a project."""
    where: dict[str, Any] = {"points": view_url("mapdata.points_json", wanted.selection)}
    if _is_large():
        # Tiles do not say in which group a project of the list stands.
        found = catalogue()
        at = [place for code in listed if (place := found.position_of(code)) is not None and found.located[place]]
        places = {str(found.numbers[place]): (found.lat[place].item(), found.lon[place].item()) for place in at}
        where = {"tiles": view_url("mapdata.clusters_json", wanted.selection), "rows": places}
    return {
        **where,
        "labels": url_for("mapdata.labels_json"),
        "list": url_for("public.projects", lang=None),
        "pageAt": view_url("home.map_page", wanted.but(as_of=None, page=1)),
        "districts": {
            row.code: {"n": row.n, "shade": row.shade, "text": row.text, "href": row.href, "chosen": row.is_current}
            for row in rows
            if not row.is_zone
        },
        "city": sketch().bounds,
        "focus": sketch().bounds_of(wanted.division),
        "zooms": sketch().zooms,
        "tiers": {tier: tier_name(tier) for tier in TIERS},
        "words": {
            "zoomIn": _("放大"),
            "zoomOut": _("缩小"),
            "whole": _("全市"),
            "cluster": _("{n} 个项目：{parts}。放大查看"),
            "same": _("{n} 个项目在同一地点：{parts}。打开名单"),
            "here": _("同一地点的 {n} 个项目"),
            "more": _("另有 {n} 个，看名单"),
            "loading": _("正在读取…"),
            "failed": _("没有读到数据，请稍后再试；名单不受影响。"),
            "play": _("播放"),
            "pause": _("暂停"),
            "close": _("关闭"),
            "hereAsk": _("我的位置"),
            "hereAsked": _("正在定位…"),
            "hereShown": _("您大约在圆圈内，误差约 {n} 米；位置不会发出，也不保存。"),
            "hereAway": _("您的位置不在本市，地图上没有显示。"),
            "hereRefused": _("没有得到定位许可：浏览器允许本站使用位置以后，再按一次；不定位也能看地图和名单。"),
            "hereUnknown": _("没有定到位，请到开阔处再试，或改用搜索。"),
        },
    }
