"""What the registry keeps for itself: comparison keys, search texts, codes, counters, the record of events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import (
    Counter,
    Document,
    Enterprise,
    EnterpriseName,
    Event,
    Project,
    ProjectName,
    ProjectSearch,
    Recognition,
)
from registry.names import document_number_key, name_key
from registry.services import events
from registry.services.cities.loading import COUNTERS
from registry.services.doctor.findings import Finding, shown, stream
from registry.services.record import search_index
from registry.wording import Message

_CHUNK = 500
_TITLE_ACTIONS = ("import.create", "recognition.award", "recognition.map", "recognition.move")
"""Actions whose every event brings one title."""


def check_keys(session: Session) -> Iterator[Finding]:
    """Comparison keys of names and document numbers, by which imports find what is there."""
    kinds: tuple[tuple[str, Any, Any, Callable[[str], str]], ...] = (
        (Message("企业"), Enterprise.name, Enterprise.name_key, name_key),
        (Message("企业曾用名"), EnterpriseName.name, EnterpriseName.name_key, name_key),
        (Message("项目"), Project.name, Project.name_key, name_key),
        (Message("项目曾用名"), ProjectName.name, ProjectName.name_key, name_key),
        (Message("文件"), Document.number, Document.number_key, document_number_key),
    )
    for label, text, key, rule in kinds:
        for row in stream(session, select(text.label("name"), key.label("key")).order_by(key)):
            if row.key != rule(row.name):
                yield Finding(
                    what=Message("比对用名称"),
                    record=Message("%(kind)s %(name)s", kind=label, name=row.name),
                    stored=shown(row.key),
                    computed=rule(row.name),
                    way_out=Message("请由系统管理员改正后再导入名单，否则会被当作另一个"),
                )


def check_search(session: Session) -> Iterator[Finding]:
    """Search texts against what would be written now; the order of the lines does not matter."""
    statement = (
        select(Project.id, Project.code, ProjectSearch.text)
        .outerjoin(ProjectSearch, ProjectSearch.project_id == Project.id)
        .order_by(Project.id)
    )
    rows = stream(session, statement)
    while chunk := list(islice(rows, _CHUNK)):
        computed = search_index.search_texts(session, [row.id for row in chunk])
        for row in chunk:
            stored, wanted = set((row.text or "").split("\n")), set(computed[row.id].split("\n"))
            if stored != wanted:
                yield Finding(
                    what=Message("检索文本"),
                    record=Message("项目 %(code)s", code=row.code),
                    stored=shown("、".join(sorted(stored - wanted))[:80]),
                    computed=shown("、".join(sorted(wanted - stored))[:80]),
                    way_out=Message("检索可能找不到该项目，请重新导入它以重写检索文本"),
                )


def check_codes(session: Session) -> Iterator[Finding]:
    """Form of the codes, and counters that stand behind a code that is already given."""
    highest = 0
    prefix = city_of(session).facts.code_prefix
    form = re.compile(rf"{prefix}-(\d{{6,9}})", re.ASCII)
    for code in (row.code for row in stream(session, select(Project.code).order_by(Project.id))):
        match = form.fullmatch(code)
        if match is None:
            yield Finding(
                what=Message("项目编号的格式"),
                record=Message("项目 %(code)s", code=code),
                stored=code,
                computed=Message("应为 %(prefix)s- 和至少六位数字", prefix=prefix),
                way_out=Message("请由系统管理员核对此项目"),
            )
        else:
            highest = max(highest, int(match[1]))
    counters = {row.name: row.value for row in session.execute(select(Counter.name, Counter.value))}
    for name in COUNTERS:
        if name not in counters:
            yield _counter(name, None, Message("应有此计数器"), Message("请运行 flask init 补上"))
    if counters.get("project_code", highest) < highest:
        way_out = Message("请由系统管理员把计数器调到此数，否则下一个项目会得到已用的编号")
        yield _counter(
            "project_code", counters["project_code"], Message("不小于 %(highest)s", highest=highest), way_out
        )


def _counter(name: str, stored: int | None, computed: str, way_out: str) -> Finding:
    return Finding(
        what=Message("数值"),
        record=Message("计数器 %(name)s", name=name),
        stored=shown(stored),
        computed=computed,
        way_out=way_out,
    )


def check_events(session: Session) -> Iterator[Finding]:
    """The hash chain, and titles that no event brought (demo data is loaded without one for each)."""
    count, broken = events.verify(session)
    if broken is not None:
        yield Finding(
            what=Message("散列链"),
            record=Message("办理记录第 %(broken)s 条", broken=broken),
            stored=Message("与内容不符"),
            computed=Message("前 %(count)s 条无误", count=count),
            way_out=Message("办理记录被改动过，请保存现场并与备份比对"),
        )
    brought = (
        select(Event.subject_id, func.count().label("count"))
        .where(Event.subject_type == "project", Event.action.in_(_TITLE_ACTIONS))
        .group_by(Event.subject_id)
        .subquery()
    )
    known = func.coalesce(brought.c.count, 0)
    statement = (
        select(Project.code, func.count(Recognition.id).label("titles"), known.label("events"))
        .join(Recognition, Recognition.project_id == Project.id)
        .outerjoin(brought, brought.c.subject_id == Project.id)
        .where(Project.is_demo.is_(False), Project.merged_into_id.is_(None))
        .group_by(Project.id, Project.code, brought.c.count)
        .having(func.count(Recognition.id) > known)
        .order_by(Project.id)
    )
    for row in stream(session, statement):
        yield Finding(
            what=Message("认定没有办理记录"),
            record=Message("项目 %(code)s", code=row.code),
            stored=Message("%(titles)s 项认定", titles=row.titles),
            computed=Message("办理记录中只有 %(events)s 项", events=row.events),
            way_out=Message("请查明多出的认定从何而来"),
        )
