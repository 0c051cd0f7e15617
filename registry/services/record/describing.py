"""What enterprises are and how people call them: size, ownership, short and misprinted names, from a list of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.kinds import EnterpriseSize, OtherNameKind, Ownership
from registry.models import Enterprise, OtherName, Project
from registry.names import name_key, tidy
from registry.permissions import Actor, Permission, require
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
    """One row of the list: what it says of an enterprise; None and () where its cell is empty."""

    row: int
    enterprise_id: int
    name: str
    size: EnterpriseSize | None
    ownership: Ownership | None
    names: tuple[tuple[OtherNameKind, str], ...]


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
    names = [
        (kind, name)
        for kind in OtherNameKind
        for part in texts.get(kind.value, "").replace(";", "；").replace("、", "；").split("；")
        if (name := tidy(part))
    ]
    for _kind, name in names:
        if len(name) > LONGEST or len(name_key(name)) < 2:
            raise InvalidInput(Message("名称“%(name)s”应有 2 到 %(most)s 个字，请更正。", name=name[:40], most=LONGEST))
    return Description(
        row=row.number,
        enterprise_id=enterprise.id,
        name=enterprise.name,
        size=_term(EnterpriseSize, texts.get("size", ""), HEADERS["size"]),
        ownership=_term(Ownership, texts.get("ownership", ""), HEADERS["ownership"]),
        names=tuple(names),
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
    enterprise = held(session, row.enterprise_id)
    changes = dict(_differences(enterprise, row))
    known = set(session.scalars(select(OtherName.name_key).where(OtherName.enterprise_id == enterprise.id)))
    for kind, name in row.names:
        if name_key(name) not in known:
            known.add(name_key(name))
            session.add(OtherName(enterprise_id=enterprise.id, kind=kind.value, name=name, name_key=name_key(name)))
            changes[kind.value] = (None, name)
    if not changes:
        return False
    enterprise.size = row.size or enterprise.size
    enterprise.ownership = row.ownership or enterprise.ownership
    enterprise.updated_at = now
    session.flush()
    projects = session.scalars(select(Project.id).where(Project.enterprise_id == enterprise.id))
    search_index.refresh(session, projects.all())
    entry = Entry(action="enterprise.describe", subject_type="enterprise", subject_id=enterprise.id, changes=changes)
    record(session, actor, entry, at=now)
    return True


def _differences(enterprise: Enterprise, row: Description) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    for name, wanted in (("size", row.size), ("ownership", row.ownership)):
        before = getattr(enterprise, name)
        if wanted is not None and wanted.value != before:
            yield name, (before, wanted.value)
