"""Rebuilding a table in a migration without losing what reflection does not see.

On SQLite a changed column means a copied table. Alembic's batch mode reflects columns, keys and plain
indexes, and drops CHECK constraints and indexes on expressions without a word. Every migration that
changes a table goes through `rebuilt`, so that none of them can forget these.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import CheckConstraint, inspect, text


@contextmanager
def rebuilt(table: str) -> Iterator[BatchOperations]:
    """Batch operations on a table: copied on SQLite, altered in place on PostgreSQL.

    Runs inside `services.installation.migrating`, which holds foreign keys and triggers meanwhile.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        with op.batch_alter_table(table) as batch:
            yield batch
        return
    inspector = inspect(connection)
    checks = tuple(
        CheckConstraint(text(found["sqltext"]), name=op.f(found["name"]) if found["name"] else None)
        for found in inspector.get_check_constraints(table)
    )
    ours = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    before = {row.name: row.sql for row in connection.execute(text(ours), {"table": table})}
    with op.batch_alter_table(
        table, recreate="always", table_args=checks, reflect_kwargs={"resolve_fks": False}
    ) as batch:
        yield batch
    after = {name for name, _sql in connection.execute(text(ours), {"table": table}).all()}
    for name, sql in before.items():
        if name not in after:
            connection.exec_driver_sql(sql)
