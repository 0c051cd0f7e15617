"""Placing points: equal to brute force, near lines undecided, outside measured; the set proves itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.aggregate import check_boundaries, count_points
from geo.districts import BoundaryError, Districts, Finding
from registry.services.cities.boundaries import wanted_divisions
from tests.cities import BOUNDARY, SHIPPED

DATA = SHIPPED.folder / "boundaries"
METRIC = (
    geopandas.GeoSeries(
        [district.geometry for district in BOUNDARY.districts], index=[d.code for d in BOUNDARY.districts], crs=4490
    )
    .segmentize(0.005)
    .to_crs(4549)
)
"""The divisions in metres. Their lines are straight in degrees, so the long ones are cut before they are projected: a side
of ten kilometres drawn straight on the other plane runs more than a metre beside itself."""


@given(st.floats(119.0, 120.4), st.floats(31.0, 32.2))
@example(119.765625, 31.5546875)
@settings(max_examples=300, deadline=None)
def test_locate_equals_brute_force(lon: float, lat: float) -> None:
    point = Point(lon, lat)
    expected = next((d.code for d in BOUNDARY.districts if d.geometry.intersects(point)), None)
    placement = BOUNDARY.locate(lon, lat)
    assert placement.division == expected
    flat = geopandas.GeoSeries([point], crs=4490).to_crs(4549).iloc[0]
    line = min(polygon.boundary.distance(flat) for polygon in METRIC)
    assert placement.line_metres == pytest.approx(line, rel=0.006, abs=1)
    outside = 0.0 if expected else METRIC.union_all().distance(flat)
    assert placement.outside_metres == pytest.approx(outside, rel=0.006, abs=1)


@pytest.mark.parametrize(
    ("lon", "lat", "division", "near", "acceptable"),
    [
        (119.97, 31.60, "320412", False, True),
        (119.45, 31.45, "320481", False, True),
        (119.9499, 31.7805, "320404", True, True),
        (120.62, 31.30, None, False, False),
        (118.80, 32.06, None, False, False),
    ],
)
def test_places(lon: float, lat: float, division: str | None, near: bool, acceptable: bool) -> None:
    placement = BOUNDARY.locate(lon, lat)
    assert (placement.division, placement.near_line, placement.acceptable) == (division, near, acceptable)


def test_counts_by_join_equal_single_placing() -> None:
    points = [(119.1 + 0.03 * column, 31.1 + 0.03 * row) for column in range(38) for row in range(34)]
    expected = {district.code: 0 for district in BOUNDARY.districts}
    for lon, lat in points:
        division = BOUNDARY.locate(lon, lat).division
        if division:
            expected[division] += 1
    assert count_points(points, BOUNDARY) == expected


def copy_of(folder: Path) -> Path:
    """A copy of the shipped set that a test may damage."""
    shutil.copytree(DATA, folder / "set")
    return folder / "set"


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    path = folder / "districts.geojson"
    path.write_text(path.read_text() + " ")
    with pytest.raises(BoundaryError, match="校验和不符"):
        Districts(folder)


def test_a_set_without_its_source_is_refused(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    (folder / "provenance.json").unlink()
    with pytest.raises(BoundaryError, match="来源说明"):
        Districts(folder)


def check(path: Path) -> list[Finding]:
    """Faults of a file that is to be the shipped city's."""
    return check_boundaries(path, wanted_divisions(SHIPPED))


def test_the_shipped_set_passes_its_check() -> None:
    assert check(DATA / "districts.geojson") == []


def damaged(tmp_path: Path, change: str) -> Path:
    """The shipped districts with one fault."""
    collection = json.loads((DATA / "districts.geojson").read_text())
    features = collection["features"]
    if change == "missing":
        features.pop()
    elif change == "unknown":
        features[0]["properties"]["adcode"] = "320499"
    elif change == "repeated":
        features[0]["properties"]["adcode"] = "320404"
    elif change == "shrunk":
        features[5]["geometry"]["coordinates"] = [[[[119.3, 31.3], [119.4, 31.3], [119.4, 31.4], [119.3, 31.3]]]]
    elif change == "nocode":
        for feature in features:
            feature["properties"].pop("adcode")
    elif change == "overlap":
        features[0]["geometry"] = features[1]["geometry"]
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps(collection))
    return path


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("missing", "缺少 溧阳市"),
        ("unknown", "不是本市的区划代码"),
        ("repeated", "代码重复"),
        ("shrunk", "面积"),
        ("nocode", "没有行政区划代码列"),
        ("overlap", "面积"),
    ],
)
def test_faults_are_named(tmp_path: Path, change: str, reason: str) -> None:
    findings = check(damaged(tmp_path, change))
    assert any(reason in finding.reason for finding in findings)
    assert all(finding.way_out for finding in findings)


def test_a_file_without_a_system_asks(tmp_path: Path) -> None:
    frame = geopandas.read_file(DATA / "districts.geojson")
    path = tmp_path / "districts.shp"
    frame[["adcode", "name", "geometry"]].to_crs(4549).to_file(path)
    path.with_suffix(".prj").unlink()
    findings = check(path)
    assert [finding.subject for finding in findings] == ["坐标系"]
    assert "4513 到 4554" in findings[0].way_out


def test_a_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "districts.gpkg"
    path.write_bytes(b"no geopackage")
    with pytest.raises(BoundaryError, match="无法读取"):
        check(path)
