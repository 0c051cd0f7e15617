"""A small map without script: the districts with one mark, as SVG that prints."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from geo.districts import Districts
from geo.sketch import city_sketch

WIDTH = 320.0
MARGIN = 12.0


def _scale(boundary: Districts) -> float:
    """Pixels in a unit of the sketch, so that the city fills the width."""
    return (WIDTH - 2 * MARGIN) / city_sketch(boundary).width


def _place(boundary: Districts, lon: float, lat: float) -> tuple[float, float]:
    x, y = city_sketch(boundary).place(lon, lat)
    scale = _scale(boundary)
    return round(MARGIN + x * scale, 1), round(MARGIN + y * scale, 1)


@lru_cache(maxsize=256)
def _shapes(boundary: Districts, division: str | None) -> str:
    found = []
    for drawn in city_sketch(boundary).districts:
        chosen = " lo-here" if drawn.code == division else ""
        found.append(f'<path class="lo-city{chosen}" d="{drawn.path}"/>')
    return f'<g transform="translate({MARGIN:g} {MARGIN:g}) scale({_scale(boundary):.4f})">{"".join(found)}</g>'


def locator_svg(
    boundary: Districts, *, lon: float | None, lat: float | None, division: str | None, tier: str, language: str
) -> str:
    """The drawing; `tier` names the symbol `m-<tier>` of the page. It holds no text of a project."""
    districts = boundary.districts
    here = next((district for district in districts if district.code == division), None)
    names = {district.code: district.name_en if language == "en" else district.name for district in districts}
    label = ("Location: " if language == "en" else "位置示意：") + (names[here.code] if here else "–")
    height = city_sketch(boundary).height * _scale(boundary) + 2 * MARGIN
    svg = f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(label)}">'
    svg += _shapes(boundary, division)
    for district in districts:
        x, y = _place(boundary, *district.label_point)
        svg += f'<text class="lo-text" x="{x}" y="{y}">{escape(_short(names[district.code]))}</text>'
    if lon is not None and lat is not None:
        x, y = _place(boundary, lon, lat)
        svg += f'<use href="#m-{escape(tier)}" x="{x - 11:.1f}" y="{y - 11:.1f}" width="22" height="22"/>'
    return svg + "</svg>"


def _short(name: str) -> str:
    """English names without their kind, so that they fit."""
    return name.removesuffix(" District").removesuffix(" City").removesuffix(" County")
