"""Recommendations: a unit's letter names each rank once, and the database would refuse it a second time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from registry.models import Application, Call, ReportingUnit
from registry.models.applications import RANK_INDEX
from registry.services.doctor.findings import Finding, shown, stream
from registry.terms import ApplicationStatus
from registry.wording import Message


def check_ranks(session: Session) -> Iterator[Finding]:
    """Applications of one unit and call that carry the same rank; then the index that would prevent it."""
    holds = (Application.rank.is_not(None), Application.status != ApplicationStatus.WITHDRAWN.value)
    place = (Application.call_id, Application.unit_code, Application.rank)
    first = (
        select(*place, func.min(Application.number).label("number"))
        .where(*holds)
        .group_by(*place)
        .having(func.count() > 1)
        .subquery()
    )
    statement = (
        select(Application.number, Application.rank, first.c.number.label("first"), Call.title, ReportingUnit.name)
        .join(first, (Application.call_id == first.c.call_id) & (Application.unit_code == first.c.unit_code))
        .join(Call, Call.id == Application.call_id)
        .join(ReportingUnit, ReportingUnit.code == Application.unit_code)
        .where(*holds, Application.rank == first.c.rank, Application.number != first.c.number)
        .order_by(Application.number)
    )
    is_sound = True
    for row in stream(session, statement):
        is_sound = False
        yield Finding(
            what=Message("推荐顺序"),
            record=Message("申报 %(number)s", number=row.number),
            stored=shown(row.rank),
            computed=Message(
                "%(row)s在“%(title)s”中已把第 %(rank)s 位给了 %(first)s",
                row=row.name,
                title=row.title,
                rank=row.rank,
                first=row.first,
            ),
            way_out=Message("请按推荐函核对，由板块撤回其中一份的推荐，再按正确的顺序推荐"),
        )
    names = {index["name"] for index in inspect(session.connection()).get_indexes(Application.__tablename__)}
    if is_sound and RANK_INDEX not in names:
        yield Finding(
            what=Message("推荐顺序的唯一索引"),
            record=Message("申报表"),
            stored=shown(None),
            computed=Message("%(rank_index)s（升级时有重复的推荐顺序，因此没有建立）", rank_index=RANK_INDEX),
            way_out=Message("重复已经改正，请由系统管理员再运行一次 flask init"),
            is_note=True,
        )
