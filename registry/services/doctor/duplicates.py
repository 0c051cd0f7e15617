"""What may be one thing entered twice: only a person can tell, so these are notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from geo.districts import METRES_EAST, METRES_NORTH
from registry.models import Enterprise, Project
from registry.services.doctor.findings import Finding, shown, stream

NEAR_METRES = 150.0
SIMILAR = 0.8
"""Ratio of common characters (difflib) from which two names count as similar."""
_ORDINALS = re.compile(r"[0-9一二三四五六七八九十]+|[a-z](?=$|[^a-z])")


def check_enterprises(session: Session) -> Iterator[Finding]:
    """Enterprises that bear one name under different codes."""
    several = (
        select(Enterprise.name_key)
        .where(Enterprise.merged_into_id.is_(None))
        .group_by(Enterprise.name_key)
        .having(func.count() > 1)
    )
    statement = (
        select(Enterprise.id, Enterprise.name, Enterprise.name_key, Enterprise.uscc)
        .where(Enterprise.name_key.in_(several), Enterprise.merged_into_id.is_(None))
        .order_by(Enterprise.name_key, Enterprise.id)
    )
    for _, group in groupby(stream(session, statement), key=lambda row: row.name_key):
        first, *others = group
        for other in others:
            yield Finding(
                what="可能是同一企业",
                record=f"企业 {first.name}",
                stored=f"统一社会信用代码 {first.uscc or '未填'}（序号 {first.id}）",
                computed=f"同名企业 {other.name}，代码 {other.uscc or '未填'}（序号 {other.id}）",
                way_out="请核对营业执照，确认是否为同一企业",
                is_note=True,
            )


def check_projects(session: Session) -> Iterator[Finding]:
    """Projects of one enterprise within 150 m of each other whose names are alike."""
    statement = (
        select(Project.code, Project.name, Project.name_key, Project.enterprise_id, Project.lon, Project.lat)
        .where(Project.enterprise_id.is_not(None), Project.lon.is_not(None), Project.merged_into_id.is_(None))
        .order_by(Project.enterprise_id, Project.lat, Project.id)
    )
    for _, group in groupby(stream(session, statement), key=lambda row: row.enterprise_id):
        for one, other in _pairs(group):
            yield Finding(
                what="可能是同一项目",
                record=f"项目 {one.code}",
                stored=one.name,
                computed=f"{_metres(one, other):.0f} 米处有同一企业的 {other.code} {shown(other.name)}",
                way_out="请核对是否重复登记",
                is_note=True,
            )


def _pairs(ordered: Iterator[Row[Any]]) -> Iterator[tuple[Row[Any], Row[Any]]]:
    """Near and similar pairs; rows come from south to north, so those too far south are let go."""
    band: list[Row[Any]] = []
    for row in ordered:
        band = [held for held in band if (row.lat - held.lat) * METRES_NORTH <= NEAR_METRES]
        for held in band:
            if _metres(held, row) <= NEAR_METRES and alike(held.name_key, row.name_key):
                yield (held, row) if held.code < row.code else (row, held)
        band.append(row)


def _metres(one: Row[Any], other: Row[Any]) -> float:
    east, north = (one.lon - other.lon) * METRES_EAST, (one.lat - other.lat) * METRES_NORTH
    return float((east * east + north * north) ** 0.5)


def alike(one: str, other: str) -> bool:
    """Whether two name keys are similar; names that differ in a number only (一期, 二期) are two things."""
    if _ORDINALS.sub("#", one) == _ORDINALS.sub("#", other):
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR
