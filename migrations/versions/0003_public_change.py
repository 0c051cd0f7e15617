"""Which projects a public change concerns, so that a catalogue of a million titles is patched, not read anew.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VERBS = ("insert", "update", "delete")
NOTING = (
    "category",
    "division",
    "industry",
    "kpi",
    "kpi_report",
    "kpi_value",
    "project",
    "recognition",
    "reporting_unit",
)
OLDER = ("document", "enterprise", "enterprise_honor", "enterprise_name", "project_name")


def upgrade() -> None:
    op.create_table(
        "public_change",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_public_change")),
    )
    op.create_index(op.f("ix_public_change_revision"), "public_change", ["revision"])
    if op.get_bind().dialect.name == "postgresql":
        # One trigger a table and verb takes the place of one a table.
        for table in (*NOTING, *OLDER):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_revision ON {table}")


def downgrade() -> None:
    suffix = op.get_bind().dialect.name == "postgresql"
    for table in NOTING:
        for verb in VERBS:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_revision_{verb}" + (f" ON {table}" if suffix else ""))
    op.drop_index(op.f("ix_public_change_revision"), table_name="public_change")
    op.drop_table("public_change")
