"""What enterprises are and how people call them: size, ownership, short and misprinted names, singly or by a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.kinds import EnterpriseSize, OtherNameKind, Ownership
from registry.models import Enterprise, OtherName, Project
from registry.names import name_key, tidy
from registry.permissions import Actor, Permission, require
from registry.queries.titles.facts import Facts, facts_of
from registry.services.events import Entry, record
from registry.services.record import search_index
from registry.services.record.enterprises import by_code, held, named
from registry.spreadsheets import Row, Table
from registry.terms import Term
from registry.wording import Message

HEADERS = {
    "name": Message("企业名称"),
    "uscc": Message("统一社会信用代码"),
    "size": Message("企业规模"),
    "ownership": Message("企业性质"),
    "short": Message("简称"),
    "printed": Message("文件印作"),
}
LONGEST = 200
T = TypeVar("T", bound=Term)


@dataclass(frozen=True, kw_only=True)
class Description:
    """One row of the list."""

    row: int
    enterprise_id: int
    name: str
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Descriptions:
    """The rows that can be applied, and a sentence for each that cannot."""

    rows: tuple[Description, ...]
    faults: tuple[Message, ...]


def read_descriptions(session: Session, table: Table) -> Descriptions:
    """A list with a row for each enterprise, found by its code or its name; empty cells leave things as they are."""
    columns = _columns(table.rows[0])
    rows, faults = [], []
    for row in table.rows[1:]:
        try:
            rows.append(_described(session, row, columns))
        except InvalidInput as error:
            faults.append(Message("第 %(row)s 行：%(fault)s", row=row.number, fault=error.message))
    return Descriptions(rows=tuple(rows), faults=tuple(faults))


def apply_descriptions(session: Session, actor: Actor, found: Descriptions, *, now: datetime) -> int:
    """Write the descriptions, all or none; one event for each enterprise that changes. Returns how many changed."""
    require(actor, Permission.RECORD_CHANGE)
    if found.faults:
        raise InvalidInput(Message("有不能写入的行，未写入任何内容。请改正后再来。"))
    return sum(_apply(session, actor, row, now) for row in found.rows)


def describe(
    session: Session, actor: Actor, enterprise: Enterprise, facts: Facts, *, seen_version: int, now: datetime
) -> None:
    """Say anew what an enterprise is: what `facts` leave out is on record no longer.

    Raises Conflict when somebody else has changed the enterprise since, InvalidInput when nothing differs.
    """
    require(actor, Permission.RECORD_CHANGE)
    enterprise, seen = held(session, enterprise.id), set[str]()
    for kind, name in facts.names:
        if name_key(name) in seen:
            raise InvalidInput(Message("名称“%(name)s”填了两次，请只留一处。", name=name), field=kind.value)
        seen.add(name_key(name))
    if enterprise.version != seen_version:
        raise Conflict(Message("这家企业的登记刚被他人更新，请对照现在的登记核对后再保存，您填写的内容都还在。"))
    if not _write(session, actor, enterprise, facts, now):
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"))


def names_in(kind: OtherNameKind, text: str) -> tuple[tuple[OtherNameKind, str], ...]:
    """The names that a cell or a field lists, each once; InvalidInput at the field of their kind."""
    found: dict[str, str] = {}
    for part in re.split("[；;、\n]", text):
        if not (name := tidy(part)):
            continue
        if len(name) > LONGEST or len(name_key(name)) < 2:
            raise InvalidInput(
                Message("名称“%(name)s”应有 2 到 %(most)s 个字，请更正。", name=name[:40], most=LONGEST),
                field=kind.value,
            )
        found.setdefault(name_key(name), name)
    return tuple((kind, name) for name in found.values())


def _columns(head: Row) -> dict[str, int]:
    said = {tidy(str(value or "")): place for place, value in enumerate(head.cells)}
    columns = {name: said[str(header)] for name, header in HEADERS.items() if str(header) in said}
    if "name" not in columns:
        raise InvalidInput(
            Message("第一行没有“企业名称”这一列；可用的列：%(headers)s。", headers=list(HEADERS.values()))
        )
    return columns


def _described(session: Session, row: Row, columns: Mapping[str, int]) -> Description:
    texts = {name: tidy(str(row.cell(place) or "")) for name, place in columns.items()}
    enterprise = _enterprise(session, texts)
    return Description(
        row=row.number,
        enterprise_id=enterprise.id,
        name=enterprise.name,
        facts=Facts(
            size=_term(EnterpriseSize, texts.get("size", ""), HEADERS["size"]),
            ownership=_term(Ownership, texts.get("ownership", ""), HEADERS["ownership"]),
            names=tuple(each for kind in OtherNameKind for each in names_in(kind, texts.get(kind.value, ""))),
        ),
    )


def _enterprise(session: Session, texts: Mapping[str, str]) -> Enterprise:
    code = texts.get("uscc", "")
    if code:
        found = by_code(session, code)
        if found is None:
            raise InvalidInput(Message("没有统一社会信用代码为 %(code)s 的企业，请核对。", code=code))
        return found
    candidates = named(session, texts["name"])
    if not candidates:
        raise InvalidInput(Message("登记中没有企业“%(name)s”，请核对名称。", name=texts["name"]))
    if len(candidates) > 1:
        raise InvalidInput(
            Message("有 %(n)s 家企业叫“%(name)s”，请填写统一社会信用代码。", n=len(candidates), name=texts["name"])
        )
    return candidates[0]


def _term(vocabulary: type[T], text: str, header: Message) -> T | None:
    """The term that a cell says, by its word with or without 企业 and 控股, or by its code."""
    if not text:
        return None
    bare = text.removesuffix("企业").removesuffix("控股")
    for term in vocabulary:
        if text == term.value or bare in (term.zh, term.zh.removesuffix("型")):
            return term
    known = [each.zh for each in vocabulary]
    raise InvalidInput(Message("%(header)s“%(text)s”不在 %(known)s 中。", header=header, text=text, known=known))


def _apply(session: Session, actor: Actor, row: Description, now: datetime) -> bool:
    """What a row says is added to what is on record."""
    enterprise = held(session, row.enterprise_id)
    present = facts_of(session, enterprise.id)
    facts = Facts(
        size=row.facts.size or present.size,
        ownership=row.facts.ownership or present.ownership,
        names=present.names + row.facts.names,
    )
    return _write(session, actor, enterprise, facts, now)


def _write(session: Session, actor: Actor, enterprise: Enterprise, facts: Facts, now: datetime) -> bool:
    """Make these the facts on record; a name is one name, however often and as whatever it is given."""
    changes: dict[str, tuple[str | None, str | None]] = {}
    for column, term in (("size", facts.size), ("ownership", facts.ownership)):
        before, after = getattr(enterprise, column), term.value if term else None
        if after != before:
            changes[column] = (before, after)
            setattr(enterprise, column, after)
    wanted: dict[str, tuple[OtherNameKind, str]] = {}
    for kind, name in facts.names:
        wanted.setdefault(name_key(name), (kind, name))
    of_it = select(OtherName).where(OtherName.enterprise_id == enterprise.id).order_by(OtherName.id)
    on_record = session.scalars(of_it).all()
    said: dict[str, tuple[list[str], list[str]]] = {}
    for row in on_record:
        said.setdefault(row.kind, ([], []))[0].append(row.name)
        if wanted.get(row.name_key) != (row.kind, row.name):
            session.delete(row)
    session.flush()
    known = {(row.kind, row.name) for row in on_record}
    for key, (kind, name) in wanted.items():
        said.setdefault(kind.value, ([], []))[1].append(name)
        if (kind.value, name) not in known:
            session.add(OtherName(enterprise_id=enterprise.id, kind=kind.value, name=name, name_key=key))
    for kind_code, (gone, come) in said.items():
        if set(gone) != set(come):
            changes[kind_code] = ("；".join(gone) or None, "；".join(come) or None)
    if not changes:
        return False
    enterprise.updated_at = now
    session.flush()
    projects = session.scalars(select(Project.id).where(Project.enterprise_id == enterprise.id))
    search_index.refresh(session, projects.all())
    entry = Entry(action="enterprise.describe", subject_type="enterprise", subject_id=enterprise.id, changes=changes)
    record(session, actor, entry, at=now)
    return True
