"""What PostgreSQL needs before and after rows are loaded with their ids: no foreign keys, then right sequences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select, text


class Lifted(NamedTuple):
    """A foreign key that was taken away: its table, name and definition."""

    table: str
    name: str
    definition: str


def lift_foreign_keys(connection: Connection) -> list[Lifted]:
    """Drop all foreign keys of PostgreSQL, since rows refer to rows of tables that are loaded later, and to each other.

    SQLite's are switched off while a migration runs (`services.installation.migrating`).
    """
    if connection.dialect.name != "postgresql":
        return []
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    )
    lifted = [Lifted(*row) for row in found]
    for key in lifted:
        connection.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
    return lifted


def put_foreign_keys(connection: Connection, lifted: Iterable[Lifted]) -> None:
    """Create the foreign keys again; the database checks every row."""
    for key in lifted:
        connection.execute(text(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}"))


def advance_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """Set PostgreSQL's sequences behind the loaded ids; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            )
            if sequence:
                connection.execute(
                    select(func.setval(sequence, func.coalesce(func.max(column), 1), func.count(column) > 0))
                )
