"""A small map without script: the six districts with one mark, as SVG that prints."""

from __future__ import annotations

import math
from functools import cache
from html import escape

from shapely.geometry.base import BaseGeometry

from geo.districts import REFERENCE_LATITUDE, default_districts

WIDTH = 320.0
MARGIN = 12.0


@cache
def _frame() -> tuple[float, float, float, float]:
    """(west, north, units per degree of latitude, height) so that the city fills the width."""
    boxes = [district.geometry.bounds for district in default_districts().districts]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    squeeze = math.cos(math.radians(REFERENCE_LATITUDE))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)
    return west, north, scale, (north - south) * scale + 2 * MARGIN


def _place(lon: float, lat: float) -> tuple[float, float]:
    west, north, scale, _ = _frame()
    squeeze = math.cos(math.radians(REFERENCE_LATITUDE))
    return round(MARGIN + (lon - west) * squeeze * scale, 1), round(MARGIN + (north - lat) * scale, 1)


def _path(geometry: BaseGeometry) -> str:
    parts = []
    for polygon in getattr(geometry, "geoms", [geometry]):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [_place(lon, lat) for lon, lat in ring.coords]
            parts.append("M" + "L".join(f"{x} {y}" for x, y in points) + "Z")
    return "".join(parts)


@cache
def _shapes(division: str | None) -> str:
    found = []
    for district in default_districts().districts:
        chosen = " lo-here" if district.code == division else ""
        found.append(f'<path class="lo-city{chosen}" d="{_path(district.geometry)}"/>')
    return "".join(found)


def locator_svg(*, lon: float | None, lat: float | None, division: str | None, tier: str, language: str) -> str:
    """The drawing; `tier` names the symbol `m-<tier>` of the page. It holds no text of a project."""
    districts = default_districts().districts
    here = next((district for district in districts if district.code == division), None)
    names = {district.code: district.name_en if language == "en" else district.name for district in districts}
    label = ("Location: " if language == "en" else "位置示意：") + (names[here.code] if here else "–")
    _, _, _, height = _frame()
    svg = f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(label)}">{_shapes(division)}'
    for district in districts:
        x, y = _place(*district.label_point)
        svg += f'<text class="lo-text" x="{x}" y="{y}">{escape(_short(names[district.code]))}</text>'
    if lon is not None and lat is not None:
        x, y = _place(lon, lat)
        svg += f'<use href="#m-{escape(tier)}" x="{x - 11:.1f}" y="{y - 11:.1f}" width="22" height="22"/>'
    return svg + "</svg>"


def _short(name: str) -> str:
    """English names without their kind, so that they fit."""
    return name.removesuffix(" District").removesuffix(" City")
