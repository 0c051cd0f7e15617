"""Places inside the real polygons: a few hubs in each unit, points scattered around them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from geo.districts import Districts, default_districts

HUBS: dict[str, tuple[tuple[float, float], ...]] = {
    "TNQ": ((120.02, 31.79), (120.13, 31.83)),
    "ZLQ": ((119.88, 31.78), (119.84, 31.80)),
    "XBQ": ((119.93, 31.85), (119.89, 31.93), (119.98, 31.90)),
    "WJQ": ((119.94, 31.70), (119.87, 31.66), (120.00, 31.62), (119.93, 31.58)),
    "JTQ": ((119.57, 31.74), (119.53, 31.65)),
    "LYS": ((119.48, 31.42), (119.37, 31.50)),
    "JKQ": ((120.06, 31.72), (120.10, 31.755), (120.13, 31.78)),
}
ZONE = (120.03, 31.695)
"""East and north of this corner lie the towns of 常州经开区; 武进's own demo points keep out of it."""


@dataclass(frozen=True)
class Spot:
    """A WGS-84 point with what `locate` says of it."""

    lon: float
    lat: float
    near_line: bool


def draw_spot(random: Random, unit: str, division: str, districts: Districts | None = None) -> Spot:
    """A point of this unit inside the polygon of its division."""
    boundary = districts or default_districts()
    while True:
        hub_lon, hub_lat = random.choice(HUBS[unit])
        lon, lat = round(random.gauss(hub_lon, 0.035), 6), round(random.gauss(hub_lat, 0.03), 6)
        in_zone = lon > ZONE[0] and lat > ZONE[1]
        if (unit == "WJQ" and in_zone) or (unit == "JKQ" and not in_zone):
            continue
        placement = boundary.locate(lon, lat)
        if placement.division == division:
            return Spot(lon, lat, placement.near_line)
