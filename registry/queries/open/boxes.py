"""`bbox` of OGC API – Features: four or six numbers, and a box may cross the 180th meridian."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from registry.errors import BadParameter
from registry.queries.catalogue.columns import Bools, Floats
from registry.wording import Message

NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Box:
    """Degrees of WGS 84; `west` is greater than `east` where the box crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: Floats, lat: Floats) -> Bools:
        """Which points lie in it. One without coordinates does: the standard lets the box restrict geometries only."""
        with np.errstate(invalid="ignore"):
            if self.west <= self.east:
                within = (lon >= self.west) & (lon <= self.east)
            else:
                within = (lon >= self.west) | (lon <= self.east)
            found: Bools = (within & (lat >= self.south) & (lat <= self.north)) | np.isnan(lon)
        return found

    @property
    def parts(self) -> list[tuple[float, float, float, float]]:
        """The box as one or two that do not cross."""
        if self.west <= self.east:
            return [(self.west, self.south, self.east, self.north)]
        return [(self.west, self.south, 180.0, self.north), (-180.0, self.south, self.east, self.north)]


def read_box(value: str) -> Box:
    """The box of a parameter; a height in it is not looked at, since places have none."""
    parts = value.split(",")
    if len(parts) not in (4, 6) or not all(NUMBER.fullmatch(part) for part in parts):
        raise _bad()
    numbers = [float(part) for part in parts]
    if not all(map(math.isfinite, numbers)):
        raise _bad()
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if len(numbers) == 6 and numbers[2] > numbers[5]:
        raise _bad()
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad()
    return Box(west, south, east, north)


def _bad() -> Any:
    return BadParameter(
        Message("参数 bbox 应为四个或六个数：最小经度,最小纬度,最大经度,最大纬度；经度不出 ±180，纬度不出 ±90。"),
        field="bbox",
    )
