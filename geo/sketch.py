"""The district map's first picture: the districts as SVG paths, there before any script.

Web Mercator like the interactive map, so that one can take the other's place without a move.
"""

from __future__ import annotations

import math
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


@dataclass(frozen=True)
class DistrictSketch:
    """One district: code, path data, where its name may stand (x, y); in units from the city's north-west corner."""

    code: str
    path: str
    label: tuple[float, float]


@dataclass(frozen=True)
class Sketch:
    """The drawing's size in units, the city's bounds ((south, west), (north, east)) in degrees, its districts."""

    width: float
    height: float
    bounds: tuple[tuple[float, float], tuple[float, float]]
    districts: tuple[DistrictSketch, ...]

    @property
    def zooms(self) -> tuple[int, int]:
        """The map's furthest and closest view."""
        whole = math.floor(10 - math.log2(max(self.width, self.height) / SMALLEST_WINDOW))
        return max(min(ZOOMS[0], whole), 0), ZOOMS[1]

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
        DistrictSketch(district.code, _path(district.geometry, corner), _from(corner, *district.label_point))
        for district in districts
    )
    return Sketch(width, height, ((south, west), (north, east)), drawn)


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
