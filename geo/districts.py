"""The six district polygons: which division a point lies in, how near a line, how far outside.

Distances are metres on a local equirectangular plane through 31.6° N, where a degree of longitude
is cos(31.6°) of one of latitude; over the city the error stays below 0.5 % (2.5 m in 500 m).
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

DATA = Path(__file__).parent / "data"
NEAR_LINE_METRES = 500.0
REFERENCE_LATITUDE = 31.6
METRES_NORTH = 110_870.0
"""Length of a degree of latitude at 31.6° N on the CGCS2000 ellipsoid."""
METRES_EAST = 111_415.0 * math.cos(math.radians(REFERENCE_LATITUDE)) * 1.0006
"""Length of a degree of longitude there."""


class BoundaryError(Exception):
    """The boundary set is missing, altered or without its provenance; the message says which file."""


@dataclass(frozen=True)
class Provenance:
    """Where the boundary set comes from; kept with it."""

    source: str
    source_en: str
    approval_number: str
    issued: str
    crs: str


@dataclass(frozen=True)
class District:
    """One division: code, names, stated area (km²), where its name may stand (lon, lat)."""

    code: str
    name: str
    name_en: str
    area_km2: float
    label_point: tuple[float, float]
    geometry: BaseGeometry


@dataclass(frozen=True)
class Placement:
    """Where a point lies: division or None, metres to the nearest line, metres outside the city (0 inside)."""

    division: str | None
    line_metres: float
    outside_metres: float

    @property
    def near_line(self) -> bool:
        """Whether the generalised lines leave the district undecided."""
        return self.line_metres <= NEAR_LINE_METRES

    @property
    def acceptable(self) -> bool:
        """Whether the point may belong to the city: not more than 500 m outside its drawn boundary."""
        return self.outside_metres <= NEAR_LINE_METRES


def _flat(geometry: BaseGeometry) -> BaseGeometry:
    """Degrees → metres on the local plane."""
    return shapely.transform(geometry, lambda degrees: degrees * (METRES_EAST, METRES_NORTH))


class Districts:
    """A loaded boundary set."""

    def __init__(self, folder: Path = DATA) -> None:
        try:
            stated = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BoundaryError(f"边界数据 {folder.name} 缺少来源说明 provenance.json。") from error
        self.provenance = Provenance(
            **{name: stated[name] for name in ("source", "source_en", "approval_number", "issued", "crs")}
        )
        self.collection = _checked(folder, stated["districts"], stated["sha256"])
        self.context = _checked(folder, stated["context"], stated["sha256"])
        self.districts = tuple(_district(feature) for feature in self.collection["features"])
        self._prepared: list[tuple[str, PreparedGeometry[BaseGeometry]]] = [
            (district.code, prep(district.geometry)) for district in self.districts
        ]
        self._city = _flat(shapely.union_all([district.geometry for district in self.districts]))
        self._lines = shapely.union_all([_flat(district.geometry).boundary for district in self.districts])
        shapely.prepare(self._city)
        shapely.prepare(self._lines)

    def locate(self, lon: float, lat: float) -> Placement:
        """Place a WGS-84 point. A point on a line belongs to the first division in code order."""
        point = Point(lon, lat)
        division = next((code for code, polygon in self._prepared if polygon.intersects(point)), None)
        flat = Point(lon * METRES_EAST, lat * METRES_NORTH)
        outside = 0.0 if division else float(self._city.distance(flat))
        return Placement(division, float(self._lines.distance(flat)), outside)

    def district(self, code: str) -> District | None:
        """The district with this code."""
        return next((district for district in self.districts if district.code == code), None)


def _checked(folder: Path, name: str, checksums: dict[str, str]) -> Any:
    """A GeoJSON file whose checksum is the stated one."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise BoundaryError(f"缺少边界文件 {name}。") from error
    if hashlib.sha256(content).hexdigest() != checksums.get(name):
        raise BoundaryError(f"边界文件 {name} 与来源说明中的校验和不符，请重新安装边界数据。")
    return json.loads(content)


def _district(feature: Any) -> District:
    properties = feature["properties"]
    lon, lat = properties["label_point"]
    return District(
        code=properties["adcode"],
        name=properties["name"],
        name_en=properties["name_en"],
        area_km2=properties["area_km2"],
        label_point=(lon, lat),
        geometry=shape(feature["geometry"]),
    )


@cache
def default_districts() -> Districts:
    """The boundary set that the project ships, loaded once."""
    return Districts()
