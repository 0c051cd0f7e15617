"""GeoDataFrames: reading boundary files, areas in a metric system, joins, the check of a boundary set.

Slow to import (geopandas); load it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
from shapely.geometry import Point, Polygon, mapping

from geo.districts import BoundaryError, Districts, Finding, Wanted
from geo.saying import Said

KNOWN_CRS = (4490, 4326, *range(4513, 4555))
"""CGCS2000 and WGS-84 in degrees, and CGCS2000 in 3-degree Gauss-Kruger zones with and without the zone's number."""
AREA_TOLERANCE = 0.02
GAP_TOLERANCE_KM2 = 0.01
PLAUSIBLE_KM2 = (5.0, 100_000.0)
"""No county-level division of China is smaller or larger."""
CODE_COLUMNS = ("adcode", "code", "division_code", "PAC", "XZQDM")
SIMPLE = ("Polygon", "MultiPolygon")


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
        raise BoundaryError(
            Said("无法读取边界文件 %(file)s：不是可识别的 GeoPackage、Shapefile 或 GeoJSON", file=path.name)
        ) from error


def metric_system(frame: Any) -> str:
    """The metric system of the frame's place: the 3-degree Gauss-Kruger zone of its middle."""
    west, _south, east, _north = frame.to_crs("EPSG:4490").total_bounds
    zone = min(max(round((west + east) / 6), 25), 45)
    return f"EPSG:{4534 + zone - 25}"


def areas_km2(frame: Any) -> list[float]:
    """Areas of the polygons in km²."""
    return [float(area) / 1e6 for area in frame.to_crs(metric_system(frame)).area]


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


def code_column(frame: Any) -> str | None:
    """The column that holds the division codes."""
    return next((name for name in CODE_COLUMNS if name in frame.columns), None)


def check_boundaries(path: Path, wanted: Sequence[Wanted]) -> list[Finding]:
    """Check a boundary file against the divisions that it must hold."""
    frame = read_boundaries(path)
    if not len(frame):
        return [Finding(Said("文件"), Said("没有多边形"), Said("请换用含有各区界线的文件。"))]
    if frame.crs is None:
        low, high = frame.total_bounds[0], frame.total_bounds[2]
        is_degrees = low >= -180 and high <= 180
        guess = (
            Said("从坐标范围看可能是 EPSG:4490（经纬度），请补上 .prj 文件后重试。")
            if is_degrees
            else Said("从坐标范围看可能是 CGCS2000 三度带（米，EPSG:4513 到 4554），请补上 .prj 文件后重试。")
        )
        return [Finding(Said("坐标系"), Said("文件没有写明坐标系"), guess)]
    if frame.crs.to_epsg() not in KNOWN_CRS:
        reason = Said("%(crs)s 不在可用范围", crs=frame.crs.to_string())
        return [Finding(Said("坐标系"), reason, Said("请转换到 EPSG:4490 后重试。"))]
    west, south, east, north = frame.to_crs("EPSG:4490").total_bounds
    if not (73 <= west <= east <= 136 and 3 <= south <= north <= 54):
        reason = Said(
            "坐标范围是经度 %(west)s 到 %(east)s、纬度 %(south)s 到 %(north)s，不在国内",
            west=f"{west:.2f}",
            east=f"{east:.2f}",
            south=f"{south:.2f}",
            north=f"{north:.2f}",
        )
        return [Finding(Said("坐标系"), reason, Said("请核对坐标系，以及经纬度是否填反。"))]
    return _check_divisions(frame, wanted)


def _check_divisions(frame: Any, wanted: Sequence[Wanted]) -> list[Finding]:
    column = code_column(frame)
    if column is None:
        way_out = Said("请提供其中一列：%(columns)s。", columns=" / ".join(CODE_COLUMNS))
        return [Finding(Said("代码"), Said("没有行政区划代码列"), way_out)]
    findings = []
    codes = [str(code) for code in frame[column]]
    known = {division.code: division for division in wanted}
    for code in sorted(set(known) - set(codes)):
        way_out = Said("边界文件必须包含全部 %(n)s 个区划，每个一个（可由几块组成的）多边形。", n=len(known))
        findings.append(Finding(code, Said("缺少 %(division)s", division=known[code]), way_out))
    for code in sorted(set(codes) - set(known)):
        findings.append(
            Finding(
                code,
                Said("不是本市的区划代码"),
                Said("请删去多余的多边形或更正代码；新的区划先写进 divisions.csv。"),
            )
        )
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        way_out = Said("每个区划只能有一个要素；由几块组成的请合并为 MultiPolygon。")
        findings.append(Finding(code, Said("代码重复"), way_out))
    for code, geometry, area in zip(codes, frame.geometry, areas_km2(frame), strict=True):
        findings += _check_polygon(code, geometry, area, known.get(code))
    return findings or _check_coverage(frame)


def _check_polygon(code: str, geometry: Any, area: float, wanted: Wanted | None) -> list[Finding]:
    if geometry is None or geometry.is_empty:
        return [Finding(code, Said("没有多边形"), Said("请补上这个区的界线。"))]
    if geometry.geom_type not in SIMPLE:
        reason = Said("几何类型是 %(type)s", type=geometry.geom_type)
        return [Finding(code, reason, Said("请换成 Polygon 或 MultiPolygon。"))]
    if not geometry.is_valid:
        return [Finding(code, Said("多边形无效"), Said("请用 GIS 软件修复自相交后重试。"))]
    if wanted is None:
        return []
    stated, (least, most) = wanted.area_km2, PLAUSIBLE_KM2
    if stated is not None and abs(area - stated) > AREA_TOLERANCE * stated:
        reason = Said(
            "面积 %(area)s km²，应为 %(stated)s km²（相差超过 2%%）", area=f"{area:.1f}", stated=f"{stated:.1f}"
        )
        return [Finding(code, reason, Said("请核对坐标系和多边形；区划确有调整时加 --new-areas。"))]
    if not least <= area <= most:
        reason = Said("面积 %(area)s km²，不像一个区县", area=f"{area:.1f}")
        return [Finding(code, reason, Said("请核对坐标系和多边形。"))]
    return []


def _check_coverage(frame: Any) -> list[Finding]:
    """No overlaps between districts and no holes inside the city."""
    metric = frame.to_crs(metric_system(frame)).geometry
    union = metric.union_all()
    overlap = (sum(metric.area) - union.area) / 1e6
    holes = sum(ring_area for ring_area in _hole_areas(union)) / 1e6
    findings = []
    if overlap > GAP_TOLERANCE_KM2:
        reason = Said("多边形之间重叠 %(area)s km²", area=f"{overlap:.2f}")
        findings.append(Finding(Said("覆盖"), reason, Said("请消除重叠后重试。")))
    if holes > GAP_TOLERANCE_KM2:
        reason = Said("多边形之间有空隙 %(area)s km²", area=f"{holes:.2f}")
        findings.append(Finding(Said("覆盖"), reason, Said("请消除空隙后重试。")))
    return findings


def _hole_areas(union: Any) -> list[float]:
    parts = getattr(union, "geoms", [union])
    return [Polygon(ring).area for part in parts for ring in part.interiors]


def as_collection(path: Path, wanted: Sequence[Wanted]) -> dict[str, Any]:
    """A checked boundary file as the GeoJSON that the registry keeps: in degrees, in code order, with names, areas
    and a point inside for the name."""
    frame = read_boundaries(path)
    areas = areas_km2(frame)
    column = code_column(frame)
    degrees = frame.to_crs("EPSG:4490")
    by_code = {
        str(code): (shape, area) for code, shape, area in zip(frame[column], degrees.geometry, areas, strict=True)
    }
    features = []
    for division in sorted(wanted, key=lambda item: item.code):
        shape, area = by_code[division.code]
        inside = shape.representative_point()
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "adcode": division.code,
                    "name": division.name,
                    "name_en": division.name_en,
                    "label_point": [round(inside.x, 6), round(inside.y, 6)],
                    "area_km2": round(area, 1),
                },
                "geometry": mapping(shape),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def as_neighbours(path: Path) -> dict[str, Any]:
    """A file of neighbouring areas as GeoJSON with their names. Raises BoundaryError for one that cannot be used."""
    frame = read_boundaries(path)
    if frame.crs is None or not {"name", "name_en"} <= set(frame.columns):
        raise BoundaryError(Said("周边区域文件 %(file)s 须写明坐标系，并有 name、name_en 两列", file=path.name))
    shapes = frame.to_crs("EPSG:4490").geometry
    if any(shape is None or shape.geom_type not in SIMPLE or not shape.is_valid for shape in shapes):
        raise BoundaryError(Said("周边区域文件 %(file)s 有无效或不是多边形的要素，请修复后重试", file=path.name))
    features = [
        {"type": "Feature", "properties": {"name": str(name), "name_en": str(name_en)}, "geometry": mapping(shape)}
        for name, name_en, shape in zip(frame["name"], frame["name_en"], shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
