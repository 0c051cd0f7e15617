"""Places inside the real polygons: a few hubs in each unit, points scattered around them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from geo.districts import Districts
from registry.errors import OperatorError
from registry.services.demo.stock import Stock
from registry.wording import Message

MOST_TRIES = 20_000


@dataclass(frozen=True)
class Spot:
    """A WGS-84 point with what `locate` says of it."""

    lon: float
    lat: float
    near_line: bool


def draw_spot(random: Random, stock: Stock, unit: str, division: str, boundary: Districts) -> Spot:
    """A point of this unit inside the polygon of its division."""
    for _try in range(MOST_TRIES):
        hub_lon, hub_lat = random.choice(stock.hubs[unit])
        lon, lat = round(random.gauss(hub_lon, 0.035), 6), round(random.gauss(hub_lat, 0.03), 6)
        if any(_beyond(lon, lat, corner) is not (zone == unit) for zone, corner in _corners(stock, unit, division)):
            continue
        placement = boundary.locate(lon, lat)
        if placement.division == division:
            return Spot(lon, lat, placement.near_line)
    raise OperatorError(
        Message(
            "demo/stock.toml 中板块 %(unit)s 的 hubs 附近找不到落在 %(division)s 界线内的点："
            "请把 hubs 放到该区的中部。",
            unit=unit,
            division=division,
        )
    )


def _corners(stock: Stock, unit: str, division: str) -> list[tuple[str, tuple[float, float]]]:
    """The corners that bound this unit: its own, and those of zones in the same division."""
    return [
        (zone, corner) for zone, corner in stock.corners.items() if zone == unit or stock.divisions[zone] == division
    ]


def _beyond(lon: float, lat: float, corner: tuple[float, float]) -> bool:
    return lon > corner[0] and lat > corner[1]
