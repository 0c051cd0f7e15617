"""Files that a bureau publishes with a call.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('notice', 'form', 'guide', 'other')", name=op.f("ck_call_file_kind_known")),
        sa.CheckConstraint("size > 0", name=op.f("ck_call_file_size_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_file_call_id_call"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_call_file_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_file")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_call_file_storage_name")),
    )
    op.create_index(op.f("ix_call_file_call_id"), "call_file", ["call_id"])


def downgrade() -> None:
    """The rows go; `flask files sweep` takes their files a day later."""
    op.drop_table("call_file")
