"""A state of the public record is known by more than its number.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; it is set with the first change."""
    op.add_column("counter", sa.Column("mark", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("counter", "mark")
