"""GeoDataFrames: reading boundary files, areas in a metric system, joins, the check of a boundary set.

Slow to import (geopandas); load it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
from shapely.geometry import Point, Polygon

from geo.districts import DATA, BoundaryError, Districts

METRIC = "EPSG:4549"
"""CGCS2000 / 3-degree Gauss-Kruger, central meridian 120° E: metres."""
KNOWN_CRS = (4490, 4549, 4528, 4326)
AREA_TOLERANCE = 0.02
GAP_TOLERANCE_KM2 = 0.01
CODE_COLUMNS = ("adcode", "code", "division_code", "PAC", "XZQDM")


@dataclass(frozen=True)
class Finding:
    """One fault of a boundary set: what, and how to mend it."""

    subject: str
    reason: str
    way_out: str


def read_boundaries(path: Path) -> Any:
    """A boundary file (GeoPackage, Shapefile, GeoJSON) as a GeoDataFrame with its own CRS.

    Raises BoundaryError when it cannot be read.
    """
    options: dict[str, Any] = {}
    if path.suffix.lower() == ".shp" and not path.with_suffix(".cpg").exists():
        # Without a .cpg the driver guesses Latin-1 and Chinese names become mojibake.
        options["encoding"] = "GBK"
    try:
        return geopandas.read_file(path, **options)
    except (OSError, ValueError, pyogrio.errors.DataSourceError) as error:
        raise BoundaryError(f"无法读取边界文件 {path.name}：不是可识别的 GeoPackage、Shapefile 或 GeoJSON。") from error


def areas_km2(frame: Any) -> list[float]:
    """Areas of the polygons in km²."""
    return [float(area) / 1e6 for area in frame.to_crs(METRIC).area]


def count_points(points: Sequence[tuple[float, float]], boundary: Districts) -> dict[str, int]:
    """How many WGS-84 points lie in each division (one spatial join)."""
    districts = geopandas.GeoDataFrame(
        {"code": [district.code for district in boundary.districts]},
        geometry=[district.geometry for district in boundary.districts],
        crs="EPSG:4490",
    )
    frame = geopandas.GeoDataFrame(geometry=[Point(lon, lat) for lon, lat in points], crs="EPSG:4490")
    joined = geopandas.sjoin(frame, districts, predicate="intersects")
    # A point on a line meets two polygons; like `locate` it belongs to the first in code order.
    joined = joined.sort_values("code")
    joined = joined[~joined.index.duplicated()]
    counts = {district.code: 0 for district in boundary.districts}
    counts.update({str(code): int(number) for code, number in joined["code"].value_counts().items()})
    return counts


def check_boundaries(path: Path | None = None) -> list[Finding]:
    """Check a boundary file against the divisions the registry knows; the shipped set by default."""
    own = Districts()
    findings = [] if path else _check_provenance(own)
    frame = read_boundaries(path or DATA / "changzhou_districts.geojson")
    if frame.crs is None:
        low, high = frame.total_bounds[0], frame.total_bounds[2]
        guess = "EPSG:4490（经纬度）" if low >= -180 and high <= 180 else "EPSG:4549 或 EPSG:4528（米）"
        way_out = f"从坐标范围看可能是 {guess}，请补上 .prj 文件后重试。"
        return [*findings, Finding("坐标系", "文件没有写明坐标系", way_out)]
    if frame.crs.to_epsg() not in KNOWN_CRS:
        findings.append(Finding("坐标系", f"{frame.crs.to_string()} 不在可用范围", "请转换到 EPSG:4490 后重试。"))
    return findings + _check_divisions(frame, own)


def _check_provenance(own: Districts) -> list[Finding]:
    if own.provenance.approval_number:
        return []
    return [Finding("审图号", "来源说明没有审图号", "请在 provenance.json 中填写审图号。")]


def _check_divisions(frame: Any, own: Districts) -> list[Finding]:
    column = next((name for name in CODE_COLUMNS if name in frame.columns), None)
    if column is None:
        return [Finding("代码", "没有行政区划代码列", f"请提供其中一列：{'、'.join(CODE_COLUMNS)}。")]
    findings = []
    codes = [str(code) for code in frame[column]]
    wanted = {district.code: district for district in own.districts}
    for code in sorted(set(wanted) - set(codes)):
        findings.append(Finding(code, f"缺少 {wanted[code].name}", "边界文件必须包含全部六个辖市区。"))
    for code in sorted({code for code in codes if code not in wanted}):
        findings.append(Finding(code, "不是本市的区划代码", "请删去多余的多边形或更正代码。"))
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        findings.append(Finding(code, "代码重复", "每个辖市区只能有一个多边形。"))
    for code, geometry, area in zip(codes, frame.geometry, areas_km2(frame), strict=True):
        if geometry is None or geometry.is_empty or not geometry.is_valid:
            findings.append(Finding(code, "多边形无效", "请用 GIS 软件修复自相交后重试。"))
        elif code in wanted and abs(area - wanted[code].area_km2) > AREA_TOLERANCE * wanted[code].area_km2:
            reason = f"面积 {area:.1f} km²，应为 {wanted[code].area_km2:.1f} km²（相差超过 2%）"
            findings.append(Finding(code, reason, "请核对坐标系和多边形。"))
    return findings or _check_coverage(frame)


def _check_coverage(frame: Any) -> list[Finding]:
    """No overlaps between districts and no holes inside the city."""
    metric = frame.to_crs(METRIC).geometry
    union = metric.union_all()
    overlap = (sum(metric.area) - union.area) / 1e6
    holes = sum(ring_area for ring_area in _hole_areas(union)) / 1e6
    findings = []
    if overlap > GAP_TOLERANCE_KM2:
        findings.append(Finding("覆盖", f"多边形之间重叠 {overlap:.2f} km²", "请消除重叠后重试。"))
    if holes > GAP_TOLERANCE_KM2:
        findings.append(Finding("覆盖", f"多边形之间有空隙 {holes:.2f} km²", "请消除空隙后重试。"))
    return findings


def _hole_areas(union: Any) -> list[float]:
    parts = getattr(union, "geoms", [union])
    return [Polygon(ring).area for part in parts for ring in part.interiors]
