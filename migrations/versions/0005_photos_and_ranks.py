"""A rank is given once by a unit in a call; a photo of an application may be released to the public.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
    op.drop_index("uq_application_rank", table_name="application", if_exists=True)
