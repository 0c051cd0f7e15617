"""Places: the division, the nearness to a line and the WGS-84 pair follow from the typed coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from geo.coordinates import CoordinateSystem, to_wgs84
from geo.districts import NEAR_LINE_METRES, Districts, Placement
from registry.db import city_of
from registry.models import Division, Project, ReportingUnit
from registry.services.doctor.findings import Finding, shown, stream
from registry.wording import Message

SAME_DEGREES = 1e-5
"""Two pairs nearer than this (1 m) are the same place."""
_ROUNDING_METRES = 0.05
"""Stored degrees have seven places; a point this near to the 500 m limit may stand on either side of it."""


def check_places(session: Session) -> Iterator[Finding]:
    """Every project: converted again, located again."""
    boundary = city_of(session).boundary
    names = {row.code: row.name for row in session.execute(select(Division.code, Division.name))}
    statement = (
        select(
            Project.code, Project.lon, Project.lat, Project.typed_lon, Project.typed_lat, Project.typed_system,
            Project.near_line, Project.division_code, ReportingUnit.division_code.label("unit_division"),
        )
        .outerjoin(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .order_by(Project.id)
    )  # fmt: skip
    for row in stream(session, statement):
        if row.lon is None:
            yield from _unlocated(row, names)
            continue
        yield from _conversion(row)
        yield from _location(row, names, boundary)


def _unlocated(row: Row[Any], names: dict[str, str]) -> Iterator[Finding]:
    if row.division_code != row.unit_division:
        yield _finding(
            row,
            Message("所在区（没有坐标，按所属板块）"),
            _division(row.division_code, names),
            _division(row.unit_division, names),
        )
    if row.near_line:
        yield _finding(row, Message("临近区界"), shown(True), Message("否（没有坐标）"))


def _conversion(row: Row[Any]) -> Iterator[Finding]:
    """The typed pair, converted once more."""
    stored = f"{row.lon:.7f}, {row.lat:.7f}"
    if row.typed_lon is None or row.typed_lat is None:
        yield _finding(row, Message("填报坐标"), shown(None), Message("应与经纬度 %(stored)s 一同保存", stored=stored))
        return
    lon, lat = to_wgs84(row.typed_lon, row.typed_lat, CoordinateSystem(row.typed_system))
    if abs(lon - row.lon) > SAME_DEGREES or abs(lat - row.lat) > SAME_DEGREES:
        yield _finding(
            row, Message("经纬度（由 %(system)s 换算）", system=row.typed_system), stored, f"{lon:.7f}, {lat:.7f}"
        )


def _location(row: Row[Any], names: dict[str, str], boundary: Districts) -> Iterator[Finding]:
    found = boundary.locate(row.lon, row.lat)
    if not found.acceptable:
        yield _finding(
            row,
            Message("位置"),
            f"{row.lon:.7f}, {row.lat:.7f}",
            Message("市域边界以外约 %(kilometres)s 公里", kilometres=f"{found.outside_metres / 1000:.1f}"),
        )
        return
    if row.near_line != found.near_line and abs(found.line_metres - NEAR_LINE_METRES) > _ROUNDING_METRES:
        computed = Message(
            "%(near_line)s（距区界 %(metres)s 米）", near_line=shown(found.near_line), metres=f"{found.line_metres:.0f}"
        )
        yield _finding(row, Message("临近区界"), shown(row.near_line), computed)
    if _undecided(found):
        return
    if row.division_code != found.division:
        yield _finding(row, Message("所在区"), _division(row.division_code, names), _division(found.division, names))
    elif row.unit_division != found.division:
        yield Finding(
            what=Message("所属板块与所在区不同"),
            record=Message("项目 %(code)s", code=row.code),
            stored=Message("板块在 %(division)s", division=_division(row.unit_division, names)),
            computed=Message("坐标在 %(division)s", division=_division(found.division, names)),
            way_out=Message("如板块无误可不处理，否则请核对所属板块和坐标"),
            is_note=True,
        )


def _undecided(found: Placement) -> bool:
    """Near a line the generalised boundary decides nothing; the unit's division may stand there."""
    return found.near_line or found.division is None or found.line_metres - NEAR_LINE_METRES <= _ROUNDING_METRES


def _finding(row: Row[Any], what: str, stored: str, computed: str) -> Finding:
    way_out = Message("请核对坐标和坐标系，改正后重新导入该项目")
    return Finding(
        what=what, record=Message("项目 %(code)s", code=row.code), stored=stored, computed=computed, way_out=way_out
    )


def _division(code: str | None, names: dict[str, str]) -> str:
    return (
        shown(None)
        if code is None
        else Message("%(code)s %(name)s", code=code, name=names.get(code) or Message("未知区划"))
    )
