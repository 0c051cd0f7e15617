"""Triggers: the audit stays append-only and every public change moves the revision, whoever writes.

They are installed after each migration (`services.installation.migrate`), because SQLite's table
rebuilds lose them.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

APPEND_ONLY = ("event", "snapshot")

PUBLIC_TABLES = (
    "category",
    "document",
    "enterprise",
    "enterprise_honor",
    "enterprise_name",
    "industry",
    "kpi_report",
    "kpi_value",
    "project",
    "project_name",
    "recognition",
    "reporting_unit",
)
"""Tables that public pages show; a change in one of them moves `counter.revision`."""


def install_triggers(connection: Connection) -> None:
    """(Re)create all triggers for the database at hand."""
    statements = _postgresql() if connection.dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        connection.execute(text(statement))


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
        for verb in ("insert", "update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_revision_{verb}",
                f"CREATE TRIGGER {table}_revision_{verb} AFTER {verb.upper()} ON {table} "
                "BEGIN UPDATE counter SET value = value + 1 WHERE name = 'revision'; END",
            ]
    return statements


def _postgresql() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE OR REPLACE FUNCTION move_revision() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN UPDATE counter SET value = value + 1 WHERE name = 'revision'; RETURN NULL; END $$",
    ]
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            statements += [
                f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            ]
    for table in PUBLIC_TABLES:
        statements += [
            f"DROP TRIGGER IF EXISTS {table}_revision ON {table}",
            f"CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION move_revision()",
        ]
    return statements
