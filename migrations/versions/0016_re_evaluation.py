"""Titles that are confirmed again, documents of several kinds under one number, a new ladder.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with rebuilt("publication") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=16), server_default="recognition", nullable=False))
        batch.create_check_constraint(
            op.f("ck_publication_kind_known"), "kind IN ('recognition', 're_evaluation', 'mapping')"
        )
    op.create_table(
        "re_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("outcome IN ('excellent', 'pass')", name=op.f("ck_re_evaluation_outcome_retains")),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognition.id"],
            name=op.f("fk_re_evaluation_recognition_id_recognition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_re_evaluation_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_re_evaluation")),
        sa.UniqueConstraint("recognition_id", "year", name=op.f("uq_re_evaluation_recognition_id_year")),
    )
    op.create_index("ix_re_evaluation_document", "re_evaluation", ["document_id"])
    op.create_table(
        "category_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_code", sa.String(length=48), nullable=False),
        sa.Column("to_code", sa.String(length=48), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("keeps_old", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("mode IN ('direct', 'review')", name=op.f("ck_category_mapping_mode_known")),
        sa.CheckConstraint("from_code <> to_code", name=op.f("ck_category_mapping_to_another")),
        sa.ForeignKeyConstraint(["from_code"], ["category.code"], name=op.f("fk_category_mapping_from_code_category")),
        sa.ForeignKeyConstraint(["to_code"], ["category.code"], name=op.f("fk_category_mapping_to_code_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_mapping")),
        sa.UniqueConstraint("from_code", "to_code", name=op.f("uq_category_mapping_from_code_to_code")),
    )


def downgrade() -> None:
    """What the earlier program cannot tell from a recognition goes: entries of other kinds."""
    op.drop_table("category_mapping")
    op.drop_table("re_evaluation")
    op.execute("DELETE FROM publication WHERE kind <> 'recognition'")
    with rebuilt("publication") as batch:
        batch.drop_constraint(op.f("ck_publication_kind_known"), type_="check")
        batch.drop_column("kind")
