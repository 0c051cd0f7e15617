"""A rank is given once by a unit in a call; a photo of an application may be released to the public.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RANKED = "rank IS NOT NULL AND status <> 'withdrawn'"


def upgrade() -> None:
    # An undone recommendation used to leave its rank behind.
    op.execute(
        "UPDATE application SET rank = NULL, letter_number = '' WHERE rank IS NOT NULL AND "
        "(status IN ('submitted', 'not_recommended') OR (status = 'returned' AND return_to = 'submitted'))"
    )
    twice = sa.text(f"SELECT 1 FROM application WHERE {RANKED} GROUP BY call_id, unit_code, rank HAVING COUNT(*) > 1")
    if op.get_bind().execute(twice).first() is None:
        # Letters that name a rank twice are for their units to put right: the doctor names them, the
        # service refuses new ones, and the database goes without its second lock.
        op.create_index(
            "uq_application_rank",
            "application",
            ["call_id", "unit_code", "rank"],
            unique=True,
            sqlite_where=sa.text(RANKED),
            postgresql_where=sa.text(RANKED),
        )

    op.create_table(
        "released_photo",
        sa.Column("attachment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("caption <> ''", name=op.f("ck_released_photo_captioned")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_released_photo_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_released_photo_project_id_project")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_released_photo_released_by_account")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_released_photo")),
    )
    op.create_index(op.f("ix_released_photo_project_id"), "released_photo", ["project_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_released_photo_project_id"), table_name="released_photo")
    op.drop_table("released_photo")
    op.drop_index("uq_application_rank", table_name="application", if_exists=True)
