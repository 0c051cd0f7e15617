"""Rebuilding a table in a migration, with everything that Alembic's batch mode alone would lose.

SQLite cannot change a column or a constraint: the table is made anew and its rows are copied. PostgreSQL changes it
in place. A migration writes the same lines for both:

    from registry.models.rebuilding import rebuilt

    def upgrade() -> None:
        with rebuilt("recognition") as batch:
            batch.add_column(sa.Column("grade", sa.String(8)))
            batch.create_check_constraint(op.f("ck_recognition_grade_known"), "grade IN ('a', 'b')")

The migration itself runs without our triggers and without foreign keys (`services.installation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

if TYPE_CHECKING:
    from alembic.operations.base import BatchOperations
    from sqlalchemy.engine import Connection


@contextmanager
def rebuilt(table: str) -> Iterator[BatchOperations]:
    """Alembic's batch operations on a table; its indexes on expressions are there again afterwards.

    Reflection cannot read an index on an expression: Alembic warns and leaves it out of the new table. A migration
    that wants to lose or change one drops it (`op.drop_index`) before this block.
    """
    from alembic import op  # slow import

    connection = op.get_bind()
    on_sqlite = connection.dialect.name == "sqlite"
    unreadable = _expression_indexes(connection, table) if on_sqlite else {}
    for name in unreadable:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    recreate: Literal["always", "never"] = "always" if on_sqlite else "never"
    # Foreign keys are copied by name: following them would read half the schema, and warn on the way.
    with op.batch_alter_table(table, recreate=recreate, reflect_kwargs={"resolve_fks": False}) as batch:
        yield batch
    for definition in unreadable.values():
        connection.exec_driver_sql(definition)


def _expression_indexes(connection: Connection, table: str) -> dict[str, str]:
    """Name → definition of the indexes of a SQLite table that have an expression among their columns."""
    rows = connection.execute(
        text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL "
            "AND EXISTS (SELECT 1 FROM pragma_index_xinfo(sqlite_master.name) AS part WHERE part.cid = -2) "
            "ORDER BY name"
        ),
        {"table": table},
    )
    return {row.name: row.sql for row in rows}
