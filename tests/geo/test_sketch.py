"""The first picture's paths against an independent projection, and what the page may rely on."""

from __future__ import annotations

import re

import pytest
from pyproj import Transformer

from geo.sketch import WORLD, Sketch, city_sketch
from tests.cities import BOUNDARY

EQUATOR_METRES = 40_075_016.685578488
"""Width of EPSG:3857."""


def test_paths_are_the_districts_in_web_mercator() -> None:
    sketch = city_sketch(BOUNDARY)
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (_, west), (north, _) = sketch.bounds
    left, top = to_metres.transform(west, north)
    for district, drawn in zip(BOUNDARY.districts, sketch.districts, strict=True):
        assert drawn.code == district.code
        points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", drawn.path)]
        expected = [
            ((x - left) * WORLD / EQUATOR_METRES, (top - y) * WORLD / EQUATOR_METRES)
            for polygon in district.geometry.geoms
            for lon, lat in polygon.exterior.coords[:-1]
            for x, y in [to_metres.transform(lon, lat)]
        ]
        assert len(points) == len(expected)
        for found, wanted in zip(points, expected, strict=True):
            assert found == pytest.approx(wanted, abs=0.06)
        assert sketch.place(*district.label_point) == drawn.label
        assert all(-0.05 <= x <= sketch.width + 0.05 and -0.05 <= y <= sketch.height + 0.05 for x, y in points)
        x, y = drawn.label
        assert 0 < x < sketch.width
        assert 0 < y < sketch.height


def test_paths_hold_numbers_only() -> None:
    for drawn in city_sketch(BOUNDARY).districts:
        assert re.fullmatch(r"(M[\d. L-]+z)+", drawn.path)


def test_the_furthest_view_shows_the_whole_of_a_city_however_tall() -> None:
    assert city_sketch(BOUNDARY).zooms == (8, 18)
    tall = Sketch(width=900, height=2757, bounds=((39.3, 109.5), (42.2, 111.3)), districts=())
    furthest = tall.zooms[0]
    assert furthest == 6
    assert tall.height * 2 ** (furthest - 10) < 240
