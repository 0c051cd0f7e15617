"""Triggers: the audit stays append-only, every public change moves the revision and says which project it
concerns, whoever writes.

They are installed after each migration (`services.installation.migrate`), because SQLite's table
rebuilds lose them.
"""

from __future__ import annotations

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

APPEND_ONLY = ("event", "snapshot")

PUBLIC_TABLES = (
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
    "project",
    "project_name",
    "recognition",
    "released_photo",
    "reporting_unit",
)
"""Tables that public pages show; a change in one of them moves `counter.revision`."""

_ALL = "0"
_CONCERNED = {
    "category": _ALL,
    "division": _ALL,
    "industry": _ALL,
    "kpi": _ALL,
    "reporting_unit": _ALL,
    "project": "{row}.id",
    "recognition": "{row}.project_id",
    "kpi_report": "{row}.project_id",
    "kpi_value": "(SELECT project_id FROM kpi_report WHERE kpi_report.id = {row}.report_id)",
}
"""The project that a row concerns, for the tables that the catalogue holds as columns (`queries/catalogue`): code
lists concern all of them. Names, documents, honours and photos are read for the rows that are shown: they only move the
revision."""
_MOVE = "UPDATE counter SET value = value + 1 WHERE name = 'revision'"
_NOTE = (
    "INSERT INTO public_change (project_id, revision) SELECT DISTINCT concerned.id, counter.value "
    "FROM ({concerned}) AS concerned, counter WHERE counter.name = 'revision' AND concerned.id IS NOT NULL "
    "ON CONFLICT (project_id) DO UPDATE SET revision = excluded.revision"
)


def install_triggers(connection: Connection) -> None:
    """(Re)create all triggers for the database at hand."""
    statements = _postgresql() if connection.dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        connection.execute(text(statement))


def has_tables(connection: Connection) -> bool:
    """Whether the tables are there that triggers stand on: a schema taken back to its beginning has none."""
    return {*APPEND_ONLY, *PUBLIC_TABLES, "counter", "public_change"} <= set(inspect(connection).get_table_names())


def drop_triggers(connection: Connection) -> None:
    """Take all triggers away for the time of a migration; `install_triggers` brings them back."""
    present = set(inspect(connection).get_table_names())
    for table in (*APPEND_ONLY, *PUBLIC_TABLES):
        if table not in present:
            continue
        verbs = [f"no_{verb}" for verb in ("update", "delete")] if table in APPEND_ONLY else []
        verbs += [f"revision_{verb}" for verb in ("insert", "update", "delete")] if table in PUBLIC_TABLES else []
        for verb in verbs:
            suffix = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{verb}{suffix}"))


def drop_append_only(connection: Connection) -> None:
    """Lift the append-only rule; only `demo purge` does so, before it starts a new chain."""
    for table in APPEND_ONLY:
        suffix = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}"))


def _sqlite() -> list[str]:
    statements = []
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            ]
    for table in PUBLIC_TABLES:
        for verb, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
            notes = ""
            if table in _CONCERNED:
                concerned = " UNION ".join(f"SELECT {_CONCERNED[table].format(row=row)} AS id" for row in rows)
                notes = f"{_NOTE.format(concerned=concerned)}; "
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_revision_{verb}",
                f"CREATE TRIGGER {table}_revision_{verb} AFTER {verb.upper()} ON {table} BEGIN {_MOVE}; {notes}END",
            ]
    return statements


def _postgresql() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE OR REPLACE FUNCTION move_revision() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_MOVE}; RETURN NULL; END $$",
    ]
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            ]
    for table in PUBLIC_TABLES:
        for verb, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
            name = f"{table}_revision_{verb}"
            statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            after = f"CREATE TRIGGER {name} AFTER {verb.upper()} ON {table}"
            if table not in _CONCERNED:
                statements.append(f"{after} FOR EACH STATEMENT EXECUTE FUNCTION move_revision()")
                continue
            # The rows of a statement stand in tables `rows_new` and `rows_old` (names fold to lower case).
            concerned = " UNION ".join(
                f"SELECT {_CONCERNED[table].format(row=f'rows_{row}')} AS id FROM rows_{row}" for row in rows
            )
            named = " ".join(f"{row} TABLE AS rows_{row}" for row in rows)
            statements += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {_MOVE}; {_NOTE.format(concerned=concerned)}; RETURN NULL; END $$",
                f"{after} REFERENCING {named} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            ]
    return statements
