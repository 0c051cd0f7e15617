"""Drafts into rows: inserted in portions, updated only in the version that the plan saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.services.imports.drafts import Draft
from registry.wording import Message

PORTION = 1_000


def insert_drafts(session: Session, model: Any, drafts: Sequence[Draft], make: Callable[[Any], dict[str, Any]]) -> None:
    """Insert drafts in portions that keep memory low, and hand the new ids to them, in order."""
    table: Table = model.__table__
    connection = session.connection()
    for start in range(0, len(drafts), PORTION):
        part = drafts[start : start + PORTION]
        for draft, new_id in zip(part, _reserve(connection, table, len(part)), strict=True):
            draft.id = new_id
        connection.execute(insert(table), [{"id": draft.id, **make(draft)} for draft in part])


def _reserve(connection: Connection, table: Table, count: int) -> Iterable[int]:
    """Ids for `count` rows. RETURNING in the order of many rows costs a statement each on SQLite, which
    has one writer at a time, so that the next numbers are free; PostgreSQL gives them out itself."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        return connection.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))).all()
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    return range(first, first + count)


def update_draft(session: Session, model: Any, draft: Draft, values: dict[str, Any]) -> None:
    """Update one row, but only the version that the plan saw."""
    table: Table = model.__table__
    found = session.execute(
        update(table)
        .where(table.c.id == draft.id, table.c.version == draft.version)
        .values(**values, version=draft.version + 1)
    )
    if found.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。"))


def changed_drafts(drafts: Iterable[Draft]) -> list[Any]:
    """The existing rows that differ from the database."""
    return [
        draft
        for draft in drafts
        if draft.id is not None and any(before != after for before, after in draft.changes.values())
    ]
