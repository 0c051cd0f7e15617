"""A message leads to its page; a notice may show scores; a photo has a text for those who cannot see it.

Revision ID: 0030
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("link", sa.String(length=100), server_default="", nullable=False))
    op.add_column("notice", sa.Column("show_scores", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("notice_item", sa.Column("score", sa.Numeric(6, 2), nullable=True))
    op.add_column("notice_item", sa.Column("outcome", sa.String(length=12), nullable=True))
    op.add_column("released_photo", sa.Column("alt", sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("released_photo", "alt")
    op.drop_column("notice_item", "outcome")
    op.drop_column("notice_item", "score")
    op.drop_column("notice", "show_scores")
    op.drop_column("message", "link")
