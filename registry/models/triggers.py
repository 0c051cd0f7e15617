"""Triggers: the audit stays append-only, every public change moves the revision and says which project it
concerns, whoever writes.

They are gone while a migration runs and come back at its end, in the same transaction (`services.installation`):
SQLite's table rebuilds lose those of the table and fail on those of other tables that name it.
"""

from __future__ import annotations

import re

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

APPEND_ONLY = ("event", "snapshot", "notice_note")

PUBLIC_TABLES = (
    "calendar_day",
    "calendar_year",
    "category",
    "division",
    "document",
    "enterprise",
    "enterprise_honor",
    "enterprise_name",
    "industry",
    "kpi",
    "kpi_report",
    "kpi_value",
    "maintenance_notice",
    "notice",
    "notice_item",
    "notice_note",
    "other_name",
    "project",
    "project_link",
    "project_name",
    "project_search",
    "project_story",
    "published_total",
    "re_evaluation",
    "recognition",
    "released_photo",
    "reporting_unit",
    "service_event",
    "supplier_profile",
    "unit_alias",
)
"""Tables that public pages show; a change in one of them moves `counter.revision`."""

_ALL = "0"
_HONORS = "-1"
_CONCERNED = {
    "category": _ALL,
    "division": _ALL,
    "industry": _ALL,
    "kpi": _ALL,
    "maintenance_notice": _ALL,
    "reporting_unit": _ALL,
    "unit_alias": _ALL,
    "enterprise": "held.id",
    "enterprise_honor": _HONORS,
    "project": "{row}.id",
    "project_search": "{row}.project_id",
    "recognition": "{row}.project_id",
    "kpi_report": "{row}.project_id",
    "kpi_value": "(SELECT project_id FROM kpi_report WHERE kpi_report.id = {row}.report_id)",
}
"""The project that a row concerns, for the tables that the catalogue holds in memory (`queries/catalogue`): code
lists concern all of them, -1 stands for the honours of all enterprises. Names, documents, published totals and photos
are read for the rows that are shown: they only move the revision."""
_HELD = {"enterprise": "project AS held {on} held.enterprise_id = {row}.id"}
"""Where the concerned projects are found, for a table one row of which concerns several."""
_MOVE = "UPDATE counter SET value = value + 1{marked} WHERE name = 'revision'"
_MARK = {"sqlite": ", mark = random()", "postgresql": ", mark = floor(random() * 4611686018427387904)::bigint"}
"""The number says that there was a change, and the mark which one: a database that was restored from a backup and then
changed in another way comes to the same number, but not to the same mark."""
REMEMBERED = 4096
"""States whose marks are remembered (a power of two)."""
_REMEMBER = (
    f"INSERT INTO counter (name, value, mark) SELECT 'revision_' || (value & {REMEMBERED - 1}), value, mark "
    "FROM counter WHERE name = 'revision' ON CONFLICT (name) DO UPDATE SET value = excluded.value, mark = excluded.mark"
)
"""Marks of the last states are kept, each in the place of an older one, so that a state is known as one that this one
came from (`queries/catalogue/current.py`)."""
_NOTE = (
    "INSERT INTO public_change (project_id, revision) "
    "SELECT DISTINCT concerned.id, (SELECT value FROM counter WHERE name = 'revision') "
    "FROM ({concerned}) AS concerned WHERE concerned.id IS NOT NULL "
    "AND EXISTS (SELECT value FROM counter WHERE name = 'revision') "
    "ON CONFLICT (project_id) DO UPDATE SET revision = excluded.revision"
)


def install_triggers(connection: Connection) -> None:
    """(Re)create all triggers for the database at hand; one of an older revision has not all tables yet."""
    tables = frozenset(inspect(connection).get_table_names())
    if "counter" not in tables:
        return
    made = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    statements = made(tables, "; ".join(_move(connection)))
    for statement in statements:
        connection.execute(text(statement))


def drop_triggers(connection: Connection) -> None:
    """Take away all of our triggers, also those that an earlier version of the program has made."""
    on_postgresql = connection.dialect.name == "postgresql"
    listed = connection.execute(
        text(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
            if on_postgresql
            else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
    ).all()
    for name, table in listed:
        if re.fullmatch(rf"{re.escape(table)}_(no|revision)(_insert|_update|_delete)?", name):
            connection.execute(text(f"DROP TRIGGER {name}" + (f' ON "{table}"' if on_postgresql else "")))


def note_all_changed(connection: Connection) -> None:
    """Say that any project may have changed, for a change of rows that the triggers have not seen."""
    if "public_change" in inspect(connection).get_table_names():
        for statement in _move(connection):
            connection.execute(text(statement))
        connection.execute(text(_NOTE.format(concerned=f"SELECT {_ALL} AS id")))


def drop_append_only(connection: Connection) -> None:
    """Lift the append-only rule; only `demo purge` does so, before it starts a new chain."""
    for table in APPEND_ONLY:
        suffix = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}"))


def _move(connection: Connection) -> tuple[str, ...]:
    """How the revision is moved; the counter of an older revision of the schema has no mark yet."""
    has_mark = "mark" in {column["name"] for column in inspect(connection).get_columns("counter")}
    return (_MOVE.format(marked=_MARK[connection.dialect.name]), _REMEMBER) if has_mark else (_MOVE.format(marked=""),)


def _concerned(table: str, tables: frozenset[str]) -> str | None:
    """How to find the projects that a row of `table` concerns; None where nothing is noted."""
    return _CONCERNED.get(table) if "public_change" in tables else None


def _sqlite(tables: frozenset[str], move: str) -> list[str]:
    statements = []
    for table in sorted(tables.intersection(APPEND_ONLY)):
        for verb in ("update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            ]
    for table in sorted(tables.intersection(PUBLIC_TABLES)):
        rule = _concerned(table, tables)
        for verb, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
            notes = ""
            if rule:
                held = f" FROM {_HELD[table]}" if table in _HELD else ""
                concerned = " UNION ".join(f"SELECT {rule} AS id{held}".format(row=row, on="WHERE") for row in rows)
                notes = f"{_NOTE.format(concerned=concerned)}; "
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_revision_{verb}",
                f"CREATE TRIGGER {table}_revision_{verb} AFTER {verb.upper()} ON {table} BEGIN {move}; {notes}END",
            ]
    return statements


def _postgresql(tables: frozenset[str], move: str) -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE OR REPLACE FUNCTION move_revision() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {move}; RETURN NULL; END $$",
    ]
    for table in sorted(tables.intersection(APPEND_ONLY)):
        for verb in ("update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            ]
    for table in sorted(tables.intersection(PUBLIC_TABLES)):
        rule = _concerned(table, tables)
        for verb, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
            name = f"{table}_revision_{verb}"
            statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            after = f"CREATE TRIGGER {name} AFTER {verb.upper()} ON {table}"
            if not rule:
                statements.append(f"{after} FOR EACH STATEMENT EXECUTE FUNCTION move_revision()")
                continue
            # The rows of a statement stand in tables `rows_new` and `rows_old` (names fold to lower case).
            held = f" JOIN {_HELD[table]}" if table in _HELD else ""
            concerned = " UNION ".join(
                f"SELECT {rule} AS id FROM rows_{row}{held}".format(row=f"rows_{row}", on="ON") for row in rows
            )
            named = " ".join(f"{row} TABLE AS rows_{row}" for row in rows)
            statements += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {move}; {_NOTE.format(concerned=concerned)}; RETURN NULL; END $$",
                f"{after} REFERENCING {named} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            ]
    return statements
