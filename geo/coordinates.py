"""Coordinate systems of Chinese maps: WGS-84 (= CGCS2000 here), GCJ-02 and BD-09.

GCJ-02 shifts WGS-84 by some 500 m with a published series of sines; BD-09 turns and shifts GCJ-02
again. Both have no closed inverse: it is found by fixed-point iteration to 1e-11 degrees (1e-6 m).
The system cannot be told from the numbers, so every function asks for it.
"""

from __future__ import annotations

import math
from enum import StrEnum

AXIS = 6378245.0
"""Semi-major axis of the Krasovsky ellipsoid in metres, as the GCJ-02 series uses it."""
ECCENTRICITY_SQUARED = 0.00669342162296594323
BAIDU_ANGLE = math.pi * 3000.0 / 180.0
MOST_NORTHERN, MOST_WESTERN = 54, 73
"""Degrees: no place in China has a higher latitude or a lower longitude."""


class CoordinateSystem(StrEnum):
    """The system in which a pair is typed."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


def _gcj_shift(lon: float, lat: float) -> tuple[float, float]:
    """Shift of GCJ-02 against WGS-84 in degrees (east, north) at a WGS-84 point."""
    x, y = lon - 105.0, lat - 35.0
    root = 0.1 * math.sqrt(abs(x))
    wave = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * root + wave
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + root + wave
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    meridian = AXIS * (1 - ECCENTRICITY_SQUARED) / (magic * math.sqrt(magic))
    parallel = AXIS / math.sqrt(magic) * math.cos(phi)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def _wgs_to_gcj(lon: float, lat: float) -> tuple[float, float]:
    east, north = _gcj_shift(lon, lat)
    return lon + east, lat + north


def _gcj_to_bd(lon: float, lat: float) -> tuple[float, float]:
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BAIDU_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU_ANGLE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def from_wgs84(lon: float, lat: float, system: CoordinateSystem) -> tuple[float, float]:
    """WGS-84 degrees → degrees in `system`."""
    if system == CoordinateSystem.WGS84:
        return lon, lat
    shifted = _wgs_to_gcj(lon, lat)
    return shifted if system == CoordinateSystem.GCJ02 else _gcj_to_bd(*shifted)


def to_wgs84(lon: float, lat: float, system: CoordinateSystem) -> tuple[float, float]:
    """Degrees in `system` → WGS-84 degrees; round trip within 1e-6 m."""
    if system == CoordinateSystem.WGS84:
        return lon, lat
    guess_lon, guess_lat = lon, lat
    for _ in range(30):
        there_lon, there_lat = from_wgs84(guess_lon, guess_lat, system)
        error_lon, error_lat = there_lon - lon, there_lat - lat
        guess_lon, guess_lat = guess_lon - error_lon, guess_lat - error_lat
        if abs(error_lon) < 1e-13 and abs(error_lat) < 1e-13:
            break
    return guess_lon, guess_lat


def swapped(lon: float, lat: float) -> bool:
    """Whether longitude and latitude stand in each other's place: here no latitude reaches a longitude."""
    return lon < MOST_NORTHERN and lat > MOST_WESTERN
