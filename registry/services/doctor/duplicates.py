"""What may be one thing entered twice: only a person can tell, so these are notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from geo.districts import Plane
from registry.db import city_of
from registry.models import Enterprise, Project
from registry.queries.record.similar import SimilarEnterprises
from registry.services.doctor.findings import Finding, shown, stream
from registry.values import naming
from registry.values.bad_value import BadValue
from registry.values.similar import similar_workshops
from registry.wording import Message

NEAR_METRES = 150.0


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
                what=Message("可能是同一企业"),
                record=Message("企业 %(first)s", first=first.name),
                stored=Message(
                    "统一社会信用代码 %(uscc)s（序号 %(id)s）", uscc=first.uscc or Message("未填"), id=first.id
                ),
                computed=Message(
                    "同名企业 %(other)s，代码 %(uscc)s（序号 %(id)s）",
                    other=other.name,
                    uscc=other.uscc or Message("未填"),
                    id=other.id,
                ),
                way_out=Message("请核对营业执照，确认是否为同一企业"),
                is_note=True,
            )


def check_similar_enterprises(session: Session) -> Iterator[Finding]:
    """Enterprises whose names differ in place, brackets, legal form or one character; two codes say they are two."""
    for one, other in SimilarEnterprises(session).pairs():
        yield Finding(
            what=Message("可能是同一企业"),
            record=Message("企业 %(first)s", first=one.name),
            stored=Message("统一社会信用代码 %(uscc)s（序号 %(id)s）", uscc=one.uscc or Message("未填"), id=one.id),
            computed=Message(
                "名称相近的企业 %(name)s，代码 %(uscc)s（序号 %(id)s）",
                name=other.name,
                uscc=other.uscc or Message("未填"),
                id=other.id,
            ),
            way_out=Message("请核对营业执照，确认是否为同一企业"),
            is_note=True,
        )


def check_names(session: Session) -> Iterator[Finding]:
    """Names on record that a list import would refuse: 无, a bare number, characters that reverse the direction of
    text."""
    for word, model in ((Message("企业"), Enterprise), (Message("项目"), Project)):
        for row in stream(session, select(model.id, model.name).order_by(model.id)):
            identifier, found = row.id, row.name
            try:
                naming.name(found)
                naming.check_characters(found)
            except BadValue as error:
                yield Finding(
                    what=Message("名称不能用"),
                    record=Message("%(word)s %(id)s", word=word, id=identifier),
                    stored=shown(found),
                    computed=error.reason,
                    way_out=Message("请对照证照更正名称"),
                    is_note=True,
                )


def check_projects(session: Session) -> Iterator[Finding]:
    """Projects of one enterprise within 150 m of each other whose names are alike."""
    statement = (
        select(Project.code, Project.name, Project.name_key, Project.enterprise_id, Project.lon, Project.lat)
        .where(Project.enterprise_id.is_not(None), Project.lon.is_not(None), Project.merged_into_id.is_(None))
        .order_by(Project.enterprise_id, Project.lat, Project.id)
    )
    plane = city_of(session).boundary.plane
    for _, group in groupby(stream(session, statement), key=lambda row: row.enterprise_id):
        for one, other in _pairs(group, plane):
            yield Finding(
                what=Message("可能是同一项目"),
                record=Message("项目 %(code)s", code=one.code),
                stored=one.name,
                computed=Message(
                    "%(metres)s 米处有同一企业的 %(code)s %(other)s",
                    metres=f"{_metres(one, other, plane):.0f}",
                    code=other.code,
                    other=shown(other.name),
                ),
                way_out=Message("请核对是否重复登记"),
                is_note=True,
            )


def _pairs(ordered: Iterator[Row[Any]], plane: Plane) -> Iterator[tuple[Row[Any], Row[Any]]]:
    """Near and similar pairs; rows come from south to north, so those too far south are let go."""
    band: list[Row[Any]] = []
    for row in ordered:
        band = [held for held in band if (row.lat - held.lat) * plane.north <= NEAR_METRES]
        for held in band:
            if _metres(held, row, plane) <= NEAR_METRES and similar_workshops(held.name_key, row.name_key):
                yield (held, row) if held.code < row.code else (row, held)
        band.append(row)


def _metres(one: Row[Any], other: Row[Any], plane: Plane) -> float:
    return plane.metres((one.lon, one.lat), (other.lon, other.lat))
