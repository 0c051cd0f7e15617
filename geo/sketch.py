"""The district map's first picture: the districts as SVG paths, there before any script.

Web Mercator like the interactive map, so that one can take the other's place without a move.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from shapely.geometry.base import BaseGeometry

from geo.districts import Districts

WORLD = 256 * 2**10
"""Width of the world in units of the drawing: pixels at zoom 10, which is about the first view of a wide window."""

ZOOMS = (8, 18)
"""The map's furthest and closest view of a city that is not very large."""
SMALLEST_WINDOW = 240
"""Pixels that the map has at least, as on a telephone: the furthest view shows the whole city in so many."""


Bounds = tuple[tuple[float, float], tuple[float, float]]
"""((south, west), (north, east)) in degrees."""


@dataclass(frozen=True)
class DistrictSketch:
    """One district: code, path data, where its name may stand (x, y); in units from the city's north-west corner.
    `bounds` are in degrees."""

    code: str
    path: str
    label: tuple[float, float]
    bounds: Bounds


@dataclass(frozen=True)
class Sketch:
    """The drawing's size in units, the city's bounds, its districts."""

    width: float
    height: float
    bounds: Bounds
    districts: tuple[DistrictSketch, ...]

    @property
    def zooms(self) -> tuple[int, int]:
        """The map's furthest and closest view."""
        whole = math.floor(10 - math.log2(max(self.width, self.height) / SMALLEST_WINDOW))
        return max(min(ZOOMS[0], whole), 0), ZOOMS[1]

    def bounds_of(self, codes: Collection[str]) -> Bounds:
        """What these districts lie in together; the city's bounds when none of them is drawn."""
        found = [each.bounds for each in self.districts if each.code in codes]
        if not found:
            return self.bounds
        return (
            (min(low[0] for low, _ in found), min(low[1] for low, _ in found)),
            (max(high[0] for _, high in found), max(high[1] for _, high in found)),
        )

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """A point (degrees, WGS-84) in units from the north-west corner."""
        (_, west), (north, _) = self.bounds
        return _from(mercator(west, north), lon, lat)


def mercator(lon: float, lat: float) -> tuple[float, float]:
    """Degrees (WGS-84) → units eastwards and southwards; spherical Web Mercator, EPSG:3857."""
    north = math.asinh(math.tan(math.radians(lat))) / math.tau
    return (0.5 + lon / 360) * WORLD, (0.5 - north) * WORLD


@lru_cache(maxsize=8)
def city_sketch(boundary: Districts) -> Sketch:
    """The drawing of a boundary set."""
    districts = boundary.districts
    west, south, east, north = boundary.bounds
    corner = mercator(west, north)
    width, height = _from(corner, east, south)
    drawn = tuple(
        DistrictSketch(
            district.code,
            _path(district.geometry, corner),
            _from(corner, *district.label_point),
            _bounds(district.geometry),
        )
        for district in districts
    )
    return Sketch(width, height, ((south, west), (north, east)), drawn)


def _bounds(geometry: BaseGeometry) -> Bounds:
    west, south, east, north = geometry.bounds
    return (south, west), (north, east)


def _path(geometry: BaseGeometry, corner: tuple[float, float]) -> str:
    parts = []
    for polygon in getattr(geometry, "geoms", [geometry]):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [_from(corner, lon, lat) for lon, lat in ring.coords[:-1]]
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z")
    return "".join(parts)


def _from(corner: tuple[float, float], lon: float, lat: float) -> tuple[float, float]:
    x, y = mercator(lon, lat)
    return round(x - corner[0], 1), round(y - corner[1], 1)
