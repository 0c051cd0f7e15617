"""Coordinates: shifts of known size, exact round trips, swapped pairs recognised."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import CoordinateSystem, from_wgs84, swapped, to_wgs84

LON = st.floats(119.0, 120.4)
LAT = st.floats(31.0, 32.2)
SYSTEMS = st.sampled_from(list(CoordinateSystem))


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance on a plane at the city's latitude."""
    return math.hypot((a[0] - b[0]) * 94_900, (a[1] - b[1]) * 110_870)


@given(LON, LAT, SYSTEMS)
def test_round_trip_is_exact_to_a_micrometre(lon: float, lat: float, system: CoordinateSystem) -> None:
    assert metres(to_wgs84(*from_wgs84(lon, lat, system), system), (lon, lat)) < 1e-6


@given(LON, LAT)
def test_shifts_have_their_known_size(lon: float, lat: float) -> None:
    assert 480 < metres(from_wgs84(lon, lat, CoordinateSystem.GCJ02), (lon, lat)) < 570
    assert 1050 < metres(from_wgs84(lon, lat, CoordinateSystem.BD09), (lon, lat)) < 1350


def test_a_known_pair() -> None:
    """Tiananmen: WGS-84 116.391265, 39.907359 is GCJ-02 116.397506, 39.908762 (published to 1e-6)."""
    lon, lat = from_wgs84(116.391265, 39.907359, CoordinateSystem.GCJ02)
    assert metres((lon, lat), (116.397506, 39.908762)) < 3


@pytest.mark.parametrize(("lon", "lat", "expected"), [(31.7, 119.9, True), (119.9, 31.7, False), (0.0, 0.0, False)])
def test_swapped(lon: float, lat: float, expected: bool) -> None:
    assert swapped(lon, lat) is expected
