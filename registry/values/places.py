"""Typed coordinates into a place: converted once, checked against the drawn boundary, original kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geo.coordinates import CoordinateSystem, swapped, to_wgs84
from geo.districts import Districts
from registry.terms import CoordinateOrigin, Precision
from registry.values.bad_value import BadValue
from registry.wording import Message


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map: WGS-84 degrees, the typed pair with its system, and where it lies.

    `near_line`: within 500 m of a drawn line, where the generalised boundary decides nothing.
    """

    typed_lon: float
    typed_lat: float
    typed_system: str
    lon: float
    lat: float
    division: str | None
    near_line: bool


def place(lon: float, lat: float, system: str, boundary: Districts) -> Point:
    """The point of a typed pair; BadValue when it is swapped, 0,0 or outside the city."""
    if lon == 0 and lat == 0:
        raise BadValue(Message("坐标是 0,0，不是真实位置"), Message("请填写真实坐标；不知道请把经度、纬度都留空"))
    if swapped(lon, lat):
        raise BadValue(Message("经度和纬度填反了"), Message("经度应填 %(lat)s，纬度应填 %(lon)s", lat=lat, lon=lon))
    if not (70 <= lon <= 140 and 0 <= lat <= 60):
        west, south, east, north = (round(degrees) for degrees in boundary.bounds)
        raise BadValue(
            Message("坐标不在国内"),
            Message(
                "请核对经度（约 %(west)s 到 %(east)s）和纬度（约 %(south)s 到 %(north)s），以度计",
                west=west,
                east=east,
                south=south,
                north=north,
            ),
        )
    true_lon, true_lat = to_wgs84(lon, lat, CoordinateSystem(system))
    found = boundary.locate(true_lon, true_lat)
    if not found.acceptable:
        raise BadValue(
            Message("位置在市域边界以外约 %(kilometres)s 公里", kilometres=f"{found.outside_metres / 1000:.1f}"),
            Message("请核对坐标和坐标系（现按 %(system)s 换算）", system=CoordinateOrigin(system)),
        )
    return Point(
        typed_lon=lon,
        typed_lat=lat,
        typed_system=system,
        lon=round(true_lon, 7),
        lat=round(true_lat, 7),
        division=found.division,
        near_line=found.near_line,
    )


def division_of(point: Point | None, unit_division: str) -> str:
    """Where a project lies: its polygon; near a line or without coordinates the division of its unit."""
    if point is None or point.near_line or point.division is None:
        return unit_division
    return point.division


class PlaceDoubt(Enum):
    """What is asked about a place that can stand."""

    NEAR_LINE = Message("位置在界线 500 米以内，图上不能确定属于哪个区")
    ELSEWHERE = Message("位置不在申报板块的范围内")


WHERE_DRAWN = Message("请核对坐标和板块；不改则按坐标画在图上")


def place_doubt(point: Point, unit_division: str) -> PlaceDoubt | None:
    """Whether a place and the reporting unit agree, as far as the drawn boundary can tell."""
    if point.near_line:
        return PlaceDoubt.NEAR_LINE
    return PlaceDoubt.ELSEWHERE if division_of(point, unit_division) != unit_division else None


def precision_of(point: Point | None, town: str) -> str:
    """How exactly the place of a listed project is known."""
    if point is not None:
        return Precision.EXACT.value
    return (Precision.TOWN if town else Precision.DISTRICT).value
