"""Rebuilds every table of a database and takes a picture of it before and after.

`python -m tests.migrations.rebuilding` does so with the demo stock and all demo cases on SQLite and
PostgreSQL, and prints the rows of each table.
"""

from __future__ import annotations

import re
import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Engine, Integer, func, inspect, select, text

from registry.db import Base, make_engine
from registry.models.rebuilding import rebuilt
from registry.services.installation import migrating

PROBE = "probe_of_rebuild"


@dataclass(frozen=True)
class Picture:
    """Rows by table, and every index, constraint and trigger by name with its definition."""

    rows: Mapping[str, int]
    parts: Mapping[str, str]


def picture(engine: Engine) -> Picture:
    """What a rebuild must leave as it was."""
    with engine.connect() as connection:
        rows = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
        with warnings.catch_warnings():
            # Reflection passes an index on an expression over; it is read from the schema itself.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
            return Picture(rows, _parts(connection))


def _parts(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "postgresql":
        statement = """
            SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'rule ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid > 0 AND connamespace = 'public'::regnamespace
            UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        """
        return {row[0]: row[1] for row in connection.execute(text(statement))}
    kept = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    found = {row[0]: _plain(row[1]) for row in connection.execute(text(kept))}
    inspector = inspect(connection)
    for table in Base.metadata.tables:
        for check in inspector.get_check_constraints(table):
            found[f"check {table}.{check['name']}"] = _plain(check["sqltext"])
        for key in inspector.get_foreign_keys(table):
            found[f"key {table}.{key['name']}"] = f"{key['referred_table']} {sorted(key['options'].items())}"
        for unique in inspector.get_unique_constraints(table):
            found[f"unique {table}.{unique['name']}"] = str(unique["column_names"])
        for column in inspector.get_columns(table):
            found[f"column {table}.{column['name']}"] = f"{column['type']} {column['nullable']} {column['default']}"
    return found


def _plain(sql: str) -> str:
    return re.sub(r'[\s"]+', " ", sql).replace("( ", "(").replace(" )", ")").strip()


def rebuild_all(engine: Engine, *, up: bool) -> None:
    """Rebuild every table: with one column more (`up`), or without it again."""
    with migrating(engine) as connection, Operations.context(MigrationContext.configure(connection)):
        for name in Base.metadata.tables:
            with rebuilt(name) as batch:
                if up:
                    batch.add_column(Column(PROBE, Integer))
                else:
                    batch.drop_column(PROBE)


def main() -> int:
    """Print the rows of each table before and after, on both databases."""
    from tests.conftest import initialise, load_stock
    from tests.postgres import postgres_server

    worse = 0
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        for kind, url in (
            ("SQLite", f"sqlite:///{Path(folder) / 'registry.db'}"),
            ("PostgreSQL", server.url(server.create())),
        ):
            initialise(url)
            load_stock(url)
            engine = make_engine(url)
            before = picture(engine)
            rebuild_all(engine, up=True)
            rebuild_all(engine, up=False)
            after = picture(engine)
            engine.dispose()
            print(f"{kind}: {len(before.rows)} tables, {len(before.parts)} indexes, rules and triggers")
            for table, count in before.rows.items():
                print(f"  {table:24} {count:7} → {after.rows[table]:7}")
            same = before == after
            worse += not same
            print("  all as before" if same else "  NOT as before")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
