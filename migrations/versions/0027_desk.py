"""Why a criterion is not met, filters that an officer keeps, and whether single keys act at the desk.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("criteria_reasons", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("account", sa.Column("uses_keys", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_filter_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_filter_account_id_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_filter")
    op.drop_column("account", "uses_keys")
    op.drop_column("application", "criteria_reasons")
