"""Rebuilds every table of a database by a migration, up and down, and takes a picture of it before and after.

`python -m tests.migrations.rebuilding` does so with the demo stock and all demo cases on SQLite and
PostgreSQL, and prints the rows of each table.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, inspect, select, text

from registry.db import Base, make_engine
from registry.services.installation import VERSIONS, downgrade, migrate, newest_revision

PROBES = Path(__file__).parent / "probes"


@dataclass(frozen=True)
class Picture:
    """Rows by table and the digest of all that stands in them; every column, index, constraint and trigger with its
    definition."""

    rows: Mapping[str, int]
    contents: Mapping[str, str]
    parts: Mapping[str, str]


def picture(engine: Engine) -> Picture:
    """What a rebuild must leave as it was."""
    with engine.connect() as connection:
        read = {name: _read(connection, table) for name, table in Base.metadata.tables.items()}
        with warnings.catch_warnings():
            # Reflection passes an index on an expression over; it is read from the schema itself.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
            parts = _parts(connection)
    return Picture(
        {name: count for name, (count, _) in read.items()},
        {name: content for name, (_, content) in read.items()},
        parts,
    )


def _read(connection: Connection, table: Table) -> tuple[int, str]:
    statement = select(table).order_by(*table.primary_key.columns)
    if table.name == "counter":
        # A migration moves the revision, whose marks are remembered, and says in `public_change` that everything may
        # have changed.
        statement = statement.where(~table.c.name.startswith("revision"))
    elif table.name == "public_change":
        statement = statement.where(table.c.project_id != 0)
    content, count = hashlib.sha256(), 0
    for row in connection.execute(statement):
        content.update(repr(tuple(row)).encode())
        count += 1
    return count, content.hexdigest()


def _parts(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "postgresql":
        statement = """
            SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'rule ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid > 0 AND connamespace = 'public'::regnamespace
            UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT 'column ' || table_name || '.' || column_name,
                concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
            FROM information_schema.columns WHERE table_schema = 'public'
        """
        return {row[0]: _without_casts(row[1]) for row in connection.execute(text(statement))}
    kept = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    found = {row[0]: _plain(row[1]) for row in connection.execute(text(kept))}
    inspector = inspect(connection)
    for table in Base.metadata.tables:
        for check in inspector.get_check_constraints(table):
            # A check that stands there twice is not the check that stood there once.
            name = f"check {table}.{check['name']}"
            found[name] = found.get(name, "") + f"({_plain(check['sqltext'])})"
        for key in inspector.get_foreign_keys(table):
            ends = f"{key['constrained_columns']} → {key['referred_table']} {key['referred_columns']}"
            found[f"key {table}.{key['name']}"] = f"{ends} {sorted(key['options'].items())}"
        for unique in inspector.get_unique_constraints(table):
            found[f"unique {table}.{unique['name']}"] = str(unique["column_names"])
        primary = inspector.get_pk_constraint(table)
        found[f"primary {table}.{primary['name']}"] = str(primary["constrained_columns"])
        for column in inspector.get_columns(table):
            found[f"column {table}.{column['name']}"] = f"{column['type']} {column['nullable']} {column['default']}"
    return found


def _without_casts(sql: str) -> str:
    """PostgreSQL writes `(ARRAY['a'::character varying])::text[]` as `ARRAY[('a'::character varying)::text]` once the
    column's length has changed: the same list, cast as a whole or item by item."""
    sql = re.sub(r"::(?:character varying|text)(?:\[\])?", "", sql)
    return re.sub(r"\(\((ARRAY\[[^]]*\])\)\)", r"(\1)", re.sub(r"\(('[^']*')\)", r"\1", sql))


def _plain(sql: str) -> str:
    return re.sub(r'[\s"]+', " ", sql).replace("( ", "(").replace(" )", ")").strip()


def probe(engine: Engine, folder: str, revision: str) -> None:
    """Run the steps up to `revision`, with the tests' own ones of `folder` after the real ones."""
    migrate(engine, revision, versions=(*VERSIONS, PROBES / folder))


def rebuild_all(engine: Engine) -> None:
    """Rebuild every table: with one column and one check more, and wider texts."""
    probe(engine, "rebuild_all", "probe")


def rebuild_all_back(engine: Engine) -> None:
    """Rebuild every table into what it was."""
    downgrade(engine, newest_revision(), versions=(*VERSIONS, PROBES / "rebuild_all"))


def main() -> int:
    """Print the rows of each table before, between and after, on both databases."""
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
            rebuild_all(engine)
            between = picture(engine)
            rebuild_all_back(engine)
            after = picture(engine)
            engine.dispose()
            print(f"{kind}: {len(before.rows)} tables, {len(before.parts)} columns, indexes, rules and triggers")
            for table, count in before.rows.items():
                print(f"  {table:24} {count:7} → {between.rows[table]:7} → {after.rows[table]:7}")
            same = before == after
            worse += not same
            print("  all as before" if same else "  NOT as before")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
