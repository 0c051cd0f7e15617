"""What an import changed, row by row, so that the whole of it can be taken back.

A picture of the record is taken before the writing and after it, of one state of the record, so the journal holds
whatever the import did, by whichever way. Taking back compares each row with what the import left: one that
somebody has changed since, or on which another record stands, keeps the import where it is, and is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, Integer, Numeric, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from registry.db import Base, Scaled, UtcDateTime
from registry.models import Enterprise, Project
from registry.services.imports.stored_reports import chunks
from registry.services.record import search_index
from registry.wording import Message

RECORD = (
    "document", "enterprise", "enterprise_name", "enterprise_honor", "project", "project_name", "recognition",
    "kpi_report", "kpi_value", "published_total", "other_name",
)  # fmt: skip
"""Tables that imports write. Remembered answers and events stay: they say what was done."""
DERIVED = ("project_search",)
"""Follows from the record and is made anew."""
MOST_NAMED = 10
IMPORT = Message("导入")
WORDS = {
    "document": Message("文件"),
    "enterprise": Message("企业"),
    "enterprise_name": Message("曾用名"),
    "enterprise_honor": Message("企业荣誉"),
    "project": Message("项目"),
    "project_name": Message("项目曾用名"),
    "recognition": Message("认定"),
    "kpi_report": Message("指标报告"),
    "kpi_value": Message("指标值"),
    "published_total": Message("公布数"),
    "application": Message("申报"),
    "account": Message("账户"),
    "waiver": Message("豁免"),
    "released_photo": Message("公开的照片"),
    "publication": Message("认定文件"),
    "name_match": Message("名单核对"),
    "former_code": Message("曾用代码"),
    "change_request": Message("变更申请"),
    "error_report": Message("纠错"),
    "void_title": Message("作废的认定"),
    "supplier_profile": Message("服务能力"),
    "project_link": Message("项目关联"),
    "service_event": Message("服务活动"),
    "project_story": Message("案例"),
    "call_subject": Message("应报项目"),
    "re_evaluation": Message("复核"),
    "other_name": Message("其他名称"),
    "expert_conflict": Message("专家回避"),
}
"""What people call the rows that an import writes, and those that may stand on them."""

Row = Mapping[str, Any]
Picture = dict[str, dict[str, tuple[Any, ...]]]
"""Table → key → row, as it stands."""


@dataclass(frozen=True)
class Obstacle:
    """A record that keeps an import from being taken back: what it is, and why."""

    what: str
    why: str

    @property
    def sentence(self) -> Message:
        """What it is and why, in one sentence."""
        return Message("%(what)s：%(why)s", what=self.what, why=self.why)


def picture(session: Session, tables: Sequence[str] = RECORD) -> Picture:
    """All rows of the record's tables."""
    session.flush()
    found: Picture = {}
    for name in tables:
        table = Base.metadata.tables[name]
        key_of = _key_reader(table)
        found[name] = {key_of(row): tuple(row) for row in session.execute(select(table))}
    return found


def journal(before: Picture, session: Session, living: Sequence[str] = ()) -> dict[str, Any]:
    """What changed since a picture, as JSON keeps it: rows made, changed (what was otherwise before), taken away.
    Of rows of `living` tables, which go on changing, only the columns that changed are kept (`moved`).

    The rows of now are read one by one and not kept, since a long list has many. Takes the picture to pieces.
    """
    session.flush()
    found: dict[str, Any] = {}
    for name in list(before):
        table = Base.metadata.tables[name]
        old, columns, key_of, digest = before.pop(name), table.columns.keys(), _key_reader(table), _digester(table)
        made: dict[str, str] = {}
        changed: dict[str, list[Any]] = {}
        moved: dict[str, Any] = {}
        for row in session.execute(select(table).execution_options(yield_per=1000)):
            key = key_of(row)
            known = old.pop(key, None)
            if known is None:
                made[key] = digest(row)
            elif known != tuple(row) and name in living:
                moved[key] = _moved(columns, known, row)
            elif known != tuple(row):
                was = {name: old for name, old, new in zip(columns, known, row, strict=True) if old != new}
                changed[key] = [digest(row), _plain(was)]
        gone = {key: _plain(dict(zip(columns, row, strict=True))) for key, row in old.items()}
        if made or changed or gone or moved:
            found[name] = {"made": made, "changed": changed, "gone": gone, "moved": moved}
    return found


def _moved(columns: Sequence[str], old: Sequence[Any], new: Sequence[Any]) -> dict[str, list[Any]]:
    """Column → [before, after] of a row; its version counts on."""
    pairs = zip(columns, old, new, strict=True)
    return {
        name: [_simple(before), _simple(after)]
        for name, before, after in pairs
        if before != after and name not in ("version", "updated_at")
    }


def obstacles(session: Session, kept: Mapping[str, Any], done: Message = IMPORT) -> list[Obstacle]:
    """What keeps the import (or whatever was `done`) from being taken back; empty when nothing does."""
    found: list[Obstacle] = []
    for name, rows in kept.items():
        table = Base.metadata.tables[name]
        left = {**rows["made"], **{key: pair[0] for key, pair in rows["changed"].items()}}
        digest_of = _digester(table)
        now = {key: digest_of(row) for key, row in _rows(session, table, left)}
        for key, digest in left.items():
            if key not in now:
                found.append(Obstacle(_named(session, name, key), Message("%(done)s之后已不在登记里", done=done)))
            elif now[key] != digest:
                found.append(Obstacle(_named(session, name, key), Message("%(done)s之后又有改动", done=done)))
        for key, columns in rows.get("moved", {}).items():
            now_row = dict(_rows(session, table, {key: ""}))
            values = _plain(dict(zip(table.columns.keys(), now_row[key], strict=True))) if key in now_row else {}
            if any(values.get(column) != pair[1] for column, pair in columns.items()):
                found.append(Obstacle(_named(session, name, key), Message("%(done)s之后又有改动", done=done)))
        found += _dependents(session, table, rows["made"], kept)
    return found


def take_back(session: Session, kept: Mapping[str, Any]) -> None:
    """Put the record back as it was before the import. The caller has made sure that nothing stands against it."""
    order = [table for table in Base.metadata.sorted_tables if table.name in kept]
    projects = _touched_projects(session, kept)
    for table in order:
        rows = kept[table.name]
        # Changed rows first, since one of them may hold a unique value of a row that comes back.
        for key, columns in rows.get("moved", {}).items():
            values = _typed(table, {column: pair[0] for column, pair in columns.items()})
            if values:
                session.execute(update(table).where(*_where(table, key)).values(**values))
        for row in rows["gone"].values():
            session.execute(insert(table).values(**_typed(table, row)))
        changed = {key: _typed(table, row) for key, (_digest_after, row) in rows["changed"].items()}
        if table.name == "enterprise":
            _release_codes(session, table, changed)
        for key, values in changed.items():
            session.execute(update(table).where(*_where(table, key)).values(**_but_key(table, values)))
    made = {int(key) for key in kept.get("project", {}).get("made", {})}
    for name in DERIVED:
        derived = Base.metadata.tables[name]
        for ids in chunks(made):
            session.execute(delete(derived).where(derived.c.project_id.in_(ids)))
    for table in reversed(order):
        for key in kept[table.name]["made"]:
            session.execute(delete(table).where(*_where(table, key)))
    session.flush()
    search_index.refresh(session, sorted(projects - made))


def _release_codes(session: Session, table: Table, changed: dict[str, dict[str, Any]]) -> None:
    """A code that moved from one enterprise to another is borne by neither for a moment, since it is unique."""
    for key, values in changed.items():
        if "uscc" in values:
            stands = session.scalar(select(table.c.verified).where(*_where(table, key)))
            values.setdefault("verified", stands)
            session.execute(update(table).where(*_where(table, key)).values(uscc=None, verified=False))


def _touched_projects(session: Session, kept: Mapping[str, Any]) -> set[int]:
    """Projects whose search text follows from a row that is put back."""
    found: set[int] = set()
    enterprises: set[int] = set()
    for name, rows in kept.items():
        table = Base.metadata.tables[name]
        for part in ("made", "changed"):
            for _key_of_row, row in _rows(session, table, rows[part]):
                values = dict(zip(table.columns.keys(), row, strict=True))
                if name in ("project", "enterprise"):
                    (found if name == "project" else enterprises).add(values["id"])
                found.update([values["project_id"]] if values.get("project_id") else [])
                enterprises.update([values["enterprise_id"]] if values.get("enterprise_id") else [])
    for ids in chunks(enterprises):
        found.update(session.scalars(select(Project.id).where(Project.enterprise_id.in_(ids))))
    return found


def _dependents(session: Session, table: Table, made: Mapping[str, str], kept: Mapping[str, Any]) -> Iterator[Obstacle]:
    """Rows of other imports or pages that point to a row that this import made."""
    if not made:
        return
    for other in Base.metadata.sorted_tables:
        if other.name in DERIVED:
            continue
        # A row that is set back itself no longer refers to what the import made.
        own = {key for part in ("made", "changed", "moved") for key in kept.get(other.name, {}).get(part, {})}
        for column in other.columns:
            if not any(key.column.table is table for key in column.foreign_keys):
                continue
            for ids in chunks({int(key) for key in made}):
                for row in session.execute(select(other).where(column.in_(ids))):
                    if _key(other, row) not in own:
                        used = _named(session, table.name, str(row._mapping[column]))
                        reason = Message("用到了导入的%(used)s", used=used)
                        yield Obstacle(_named(session, other.name, _key(other, row)), reason)


def _named(session: Session, name: str, key: str) -> Message:
    """A record in words."""
    word = WORDS[name]
    if name == "project" and (project := session.get(Project, int(key))) is not None:
        return Message("%(word)s %(code)s %(name)s", word=word, code=project.code, name=project.name)
    if name == "enterprise" and (enterprise := session.get(Enterprise, int(key))) is not None:
        return Message("%(word)s %(id)s", word=word, id=enterprise.name)
    return Message("%(word)s %(id)s", word=word, id=key)


def _rows(session: Session, table: Table, keys: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The rows of these keys that are there."""
    first = next(iter(table.primary_key.columns))
    wanted = {part: part for part in {_parts(table, key)[0] for key in keys}}
    for part in chunks(wanted.keys()):
        for row in session.execute(select(table).where(first.in_(part))):
            if _key(table, row) in keys:
                yield _key(table, row), tuple(row)


def _key(table: Table, row: Any) -> str:
    return _key_reader(table)(row)


def _key_reader(table: Table) -> Callable[[Sequence[Any]], str]:
    """How the key of a row is read off it."""
    names = table.columns.keys()
    places = [names.index(column.name) for column in table.primary_key.columns]
    if len(places) == 1:
        [place] = places
        return lambda row: str(row[place])
    return lambda row: "|".join(str(row[place]) for place in places)


def _parts(table: Table, key: str) -> list[Any]:
    columns: Sequence[Column[Any]] = list(table.primary_key.columns)
    return [
        int(part) if isinstance(column.type, Integer) else part
        for column, part in zip(columns, key.split("|"), strict=True)
    ]


def _where(table: Table, key: str) -> list[Any]:
    return [column == part for column, part in zip(table.primary_key.columns, _parts(table, key), strict=True)]


def _but_key(table: Table, values: Row) -> dict[str, Any]:
    keys = {column.name for column in table.primary_key.columns}
    return {name: value for name, value in values.items() if name not in keys}


def _digester(table: Table) -> Callable[[Sequence[Any]], str]:
    """A short digest of a row; only values that databases give in different ways are looked at one by one."""
    kinds = (UtcDateTime, Date, Scaled, Numeric)
    places = [place for place, column in enumerate(table.columns) if isinstance(column.type, kinds)]

    def digest(row: Sequence[Any]) -> str:
        values = list(row)
        for place in places:
            values[place] = _simple(values[place])
        return hashlib.blake2b(repr(values).encode(), digest_size=12).hexdigest()

    return digest


def _plain(row: Row) -> dict[str, Any]:
    return {name: _simple(value) for name, value in row.items()}


def _simple(value: Any) -> Any:
    """A value as JSON keeps it; equal ones are written alike on every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _typed(table: Table, row: Row) -> dict[str, Any]:
    """A row of the journal as the database takes it."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        kind = table.columns[name].type
        if not isinstance(value, str):
            found[name] = value
        elif isinstance(kind, UtcDateTime):
            found[name] = datetime.fromisoformat(value)
        elif isinstance(kind, Date):
            found[name] = date.fromisoformat(value)
        elif isinstance(kind, (Scaled, Numeric)):
            found[name] = Decimal(value)
        else:
            found[name] = value
    return found
