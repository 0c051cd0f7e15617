"""A step of the tests that changes every table: one column and one check more, and wider texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import Base
from registry.models.rebuilding import rebuilt
from registry.services.installation import newest_revision

revision = "probe"
down_revision = newest_revision()
branch_labels = None
depends_on = None

COLUMN, WIDER = "probe_of_rebuild", 8


def upgrade() -> None:
    for name, table in Base.metadata.tables.items():
        with rebuilt(name) as batch:
            batch.add_column(sa.Column(COLUMN, sa.Integer()))
            batch.create_check_constraint(op.f(f"ck_{name}_probe"), f"{COLUMN} IS NULL OR {COLUMN} > 0")
            for column, length in _texts(table):
                batch.alter_column(column, existing_type=sa.String(length), type_=sa.String(length + WIDER))


def downgrade() -> None:
    for name, table in reversed(Base.metadata.tables.items()):
        with rebuilt(name) as batch:
            batch.drop_constraint(op.f(f"ck_{name}_probe"), type_="check")
            batch.drop_column(COLUMN)
            for column, length in _texts(table):
                batch.alter_column(column, existing_type=sa.String(length + WIDER), type_=sa.String(length))


def _texts(table: sa.Table) -> list[tuple[str, int]]:
    return [
        (column.name, column.type.length)
        for column in table.columns
        if type(column.type) is sa.String and column.type.length
    ]
