"""`python -m tests.open.programs ADDRESS`: what programs that know the standards only read from the site at this address.

GDAL (by geopandas) and OWSLib come with the tests; ogrinfo and QGIS are asked where they are installed. What a
program gets for a condition is compared with what it gets without one, so any record will do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas
import pandas
import pyogrio
from owslib.ogcapi.features import Features

TYPES = {"kpi_operating_cost": "float64", "year": "int32", "level": "int32", "industry": "object"}
"""Columns by whose types one sees that the first features were good ones."""
EQUAL = ("type", "tier", "category", "level", "unit", "division", "industry", "sector", "year", "precision")
SINCE = "2020-01-01"
WAIT = 120


def gdal_faults(home: str) -> list[str]:
    """What GDAL does not get right, by name."""
    try:
        return _faults(f"OAPIF:{home}/ogc")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        return ["opens", str(error)]


def _faults(address: str) -> list[str]:
    whole = geopandas.read_file(address, layer="projects")
    info = pyogrio.read_info(address, layer="projects", force_feature_count=True)
    kinds = dict(zip(info["fields"], (str(kind) for kind in info["dtypes"]), strict=True))
    found = {
        "count": not len(whole) == whole["code"].nunique() == info["features"] > 0,
        "types": any(kinds[name] != kind for name, kind in TYPES.items())
        or any(kinds[name] == "object" and whole[name].notna().any() for name in kinds if name.startswith("kpi_")),
        "map": info["geometry_type"] != "Point",
        "days": [name for name, kind in kinds.items() if kind.startswith("datetime")] != ["announced_on"],
        "box": _misses_a_box(address, whole),
        "since": _misses_a_day(address, whole),
    } | {name: _misses_a_value(address, whole, name) for name in EQUAL}
    return [name for name, is_wrong in found.items() if is_wrong]


def _codes(address: str, **asked: Any) -> set[str]:
    return set(geopandas.read_file(address, layer="projects", columns=["code"], **asked)["code"])


def _misses_a_box(address: str, whole: geopandas.GeoDataFrame) -> bool:
    """A box around the middle half of the points; GDAL itself drops features without a place."""
    points = whole[whole.geometry.notna()].geometry
    west, south, east, north = (axis.quantile(part) for part in (0.25, 0.75) for axis in (points.x, points.y))
    inside = points.x.between(west, east) & points.y.between(south, north)
    expected = set(whole.loc[inside[inside].index, "code"])
    return not expected or _codes(address, bbox=(west, south, east, north)) != expected


def _misses_a_day(address: str, whole: geopandas.GeoDataFrame) -> bool:
    """GDAL hands the day on and keeps features without one."""
    days = pandas.to_datetime(whole["announced_on"])
    expected = set(whole["code"][(days >= pandas.Timestamp(SINCE)) | days.isna()])
    return _codes(address, where=f"announced_on >= '{SINCE}'") != expected


def _misses_a_value(address: str, whole: geopandas.GeoDataFrame, name: str) -> bool:
    """The rarest value of a column as a condition, which GDAL leaves to the server."""
    value = whole[name].dropna().value_counts().index[-1]
    said = f"'{value}'" if isinstance(value, str) else str(int(value))
    return _codes(address, where=f"{name} = {said}") != set(whole["code"][whole[name] == value])


def owslib_faults(home: str) -> list[str]:
    """What OWSLib does not get right."""
    features = Features(f"{home}/ogc/")
    page = features.collection_items("projects", limit=10)
    one = page["features"][0]["id"]
    found = {
        "collections": features.feature_collections() != ["projects", "divisions"],
        "page": page["numberReturned"] != len(page["features"]) or page["numberMatched"] < len(page["features"]),
        "item": features.collection_item("projects", one)["id"] != one,
        "api": not features.api()["openapi"].startswith("3.0."),
    }
    return [name for name, is_wrong in found.items() if is_wrong]


def asked_by_command(home: str) -> list[tuple[str, str]]:
    """What commands say that stand on this machine: name of the program, its words."""
    address, layer, condition = f"OAPIF:{home}/ogc", "projects", "tier='national'"
    commands = {
        "ogrinfo": ["-ro", "-so", address, layer],
        "ogr2ogr": ["-f", "CSV", "/vsistdout/", address, layer, "-where", condition, "-select", "code,year"],
        "qgis": [str(Path(__file__).with_name("in_qgis.py")), home],
    }
    said = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "HOME": folder, "LANG": "C.UTF-8"}
        for name, arguments in commands.items():
            # The Python of the system has the bindings of QGIS, the one of the tests has not.
            program = shutil.which(name) and (shutil.which("python3", path="/usr/bin") if name == "qgis" else name)
            if program:
                made = subprocess.run(
                    [program, *arguments], capture_output=True, text=True, timeout=WAIT, check=False, env=environment
                )
                said.append((name, (made.stdout if made.returncode == 0 else made.stderr).strip()))
    return said


def main(home: str) -> int:
    """Ask and tell."""
    faults = {"GDAL": gdal_faults(home), "OWSLib": owslib_faults(home)}
    for name, found in faults.items():
        print(f"{name}: {'; '.join(found) or 'ok'}")
    for name, words in asked_by_command(home):
        print(f"--- {name}\n{words}")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
