"""The district polygons of a city: which division a point lies in, how near a line, how far outside.

Distances are metres on a plane that touches the ellipsoid at the city's middle latitude: over a city two
degrees high the error stays below 1 % (5 m in 500 m).
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

from geo.saying import Said

NEAR_LINE_METRES = 500.0
EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}


class BoundaryError(Exception):
    """The boundary set is missing, altered or without its provenance; the clause says which file."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Plane:
    """Degrees as metres around one latitude, by the series of the CGCS2000 ellipsoid."""

    latitude: float

    @property
    def north(self) -> float:
        """Metres in a degree of latitude."""
        phi = math.radians(self.latitude)
        return 111_132.954 - 559.822 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)

    @property
    def east(self) -> float:
        """Metres in a degree of longitude."""
        phi = math.radians(self.latitude)
        return 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)

    def metres(self, one: tuple[float, float], other: tuple[float, float]) -> float:
        """Distance of two points (longitude, latitude)."""
        return math.hypot((one[0] - other[0]) * self.east, (one[1] - other[1]) * self.north)


@dataclass(frozen=True)
class Provenance:
    """Where the boundary set comes from; kept with it."""

    source: str
    source_en: str
    approval_number: str
    issued: str
    crs: str
    short: str = ""
    short_en: str = ""

    def under_map(self, language: str) -> str:
        """The source as it stands under every map: in short where that is given."""
        return (self.short_en or self.source_en) if language == "en" else (self.short or self.source)


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


@dataclass(frozen=True)
class Wanted:
    """A division that a boundary set must hold; `area_km2` is stated elsewhere, or None."""

    code: str
    name: str
    name_en: str
    area_km2: float | None = None

    def __str__(self) -> str:
        return self.name

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name


@dataclass(frozen=True)
class Finding:
    """One fault of a boundary set: what, and how to mend it."""

    subject: str
    reason: str
    way_out: str


class Districts:
    """A loaded boundary set: a folder with `provenance.json` and the files that it names."""

    def __init__(self, folder: Path) -> None:
        try:
            stated = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BoundaryError(
                Said("边界数据 %(folder)s 缺少来源说明 provenance.json，或它不是 JSON", folder=folder.name)
            ) from error
        try:
            self.provenance = Provenance(
                **{name: stated[name] for name in ("source", "source_en", "approval_number", "issued", "crs")},
                **{name: stated.get(name, "") for name in ("short", "short_en")},
            )
            files, checksums = (stated["districts"], stated.get("context")), stated["sha256"]
        except (KeyError, TypeError, AttributeError) as error:
            raise BoundaryError(Said("来源说明 provenance.json 缺少 %(name)s", name=str(error))) from error
        self.collection = _in_parts(_checked(folder, files[0], checksums))
        self.context = _in_parts(_checked(folder, files[1], checksums)) if files[1] else EMPTY
        try:
            self.districts = tuple(_district(feature) for feature in self.collection["features"])
        except (KeyError, TypeError, ValueError) as error:
            raise BoundaryError(
                Said(
                    "边界文件 %(file)s 的一个多边形缺少属性或坐标（%(error)s），请重新安装边界",
                    file=files[0],
                    error=str(error),
                )
            ) from error
        if not self.districts:
            raise BoundaryError(Said("边界文件 %(file)s 里没有多边形", file=files[0]))
        west, south, east, north = shapely.total_bounds([district.geometry for district in self.districts]).tolist()
        self.bounds: tuple[float, float, float, float] = (west, south, east, north)
        # A tenth of a degree is fine enough for a plane, and the same number for every small change of a line.
        self.plane = Plane(round((south + north) / 2, 1))
        self._prepared: list[tuple[str, PreparedGeometry[BaseGeometry]]] = [
            (district.code, prep(district.geometry)) for district in self.districts
        ]
        self._scale = (self.plane.east, self.plane.north)
        self._city = self._flat(shapely.union_all([district.geometry for district in self.districts]))
        self._lines = shapely.union_all([self._flat(district.geometry).boundary for district in self.districts])
        shapely.prepare(self._city)
        shapely.prepare(self._lines)

    def _flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """Degrees → metres on the plane."""
        return shapely.transform(geometry, lambda degrees: degrees * self._scale)

    def locate(self, lon: float, lat: float) -> Placement:
        """Place a WGS-84 point. A point on a line belongs to the first division in code order."""
        point = Point(lon, lat)
        division = next((code for code, polygon in self._prepared if polygon.intersects(point)), None)
        flat = Point(lon * self.plane.east, lat * self.plane.north)
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
        raise BoundaryError(Said("缺少边界文件 %(file)s", file=name)) from error
    if hashlib.sha256(content).hexdigest() != checksums.get(name):
        raise BoundaryError(Said("边界文件 %(file)s 与来源说明中的校验和不符，请重新安装边界数据", file=name))
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


def _in_parts(collection: Any) -> Any:
    """The collection with every polygon as one of one part, so that readers meet a single shape of coordinates."""
    for feature in collection["features"]:
        geometry = feature["geometry"]
        if geometry["type"] == "Polygon":
            feature["geometry"] = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    return collection


def load_districts(folder: Path) -> Districts:
    """The boundary set of a folder. One that is already loaded is given again as long as its provenance, which
    holds the checksums, is unchanged."""
    try:
        stated = (folder / "provenance.json").read_bytes()
    except OSError:
        stated = b""
    return _loaded(folder, stated)


@lru_cache(maxsize=8)
def _loaded(folder: Path, stated: bytes) -> Districts:
    return Districts(folder)
