"""What enterprises are (size, ownership), how people call them, and by what names are put in order.

Revision ID: 0026
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

SIZES = "size IN ('large', 'medium', 'small', 'micro')"
OWNERSHIPS = "ownership IN ('private', 'state', 'foreign', 'other')"
KINDS = "kind IN ('short', 'printed')"


def upgrade() -> None:
    with rebuilt("enterprise") as batch:
        batch.add_column(sa.Column("size", sa.String(length=8), nullable=True))
        batch.add_column(sa.Column("ownership", sa.String(length=8), nullable=True))
        batch.create_check_constraint(op.f("ck_enterprise_size_known"), SIZES)
        batch.create_check_constraint(op.f("ck_enterprise_ownership_known"), OWNERSHIPS)
    op.create_table(
        "other_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_other_name_kind_known")),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (project_id IS NULL)", name=op.f("ck_other_name_of_one")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_other_name_enterprise_id_enterprise"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_other_name_project_id_project"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_name")),
        sa.UniqueConstraint("enterprise_id", "name_key", name=op.f("uq_other_name_enterprise_id_name_key")),
        sa.UniqueConstraint("project_id", "name_key", name=op.f("uq_other_name_project_id_name_key")),
    )
    op.create_index(op.f("ix_other_name_name_key"), "other_name", ["name_key"])
    # Empty until the text of a project is written the next time, which `flask init` does for all of them.
    op.add_column("project_search", sa.Column("name_order", sa.Text(), server_default="", nullable=False))
    op.add_column("project_search", sa.Column("enterprise_order", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("project_search", "enterprise_order")
    op.drop_column("project_search", "name_order")
    op.drop_table("other_name")
    with rebuilt("enterprise") as batch:
        batch.drop_constraint(op.f("ck_enterprise_size_known"), type_="check")
        batch.drop_constraint(op.f("ck_enterprise_ownership_known"), type_="check")
        batch.drop_column("ownership")
        batch.drop_column("size")
