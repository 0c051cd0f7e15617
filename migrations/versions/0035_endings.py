"""The titles that a document ends are found without a look at all of them.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Announcements, news and the map of the site ask this of each document."""
    op.create_index("ix_recognition_ending_document_id", "recognition", ["ending_document_id"])


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_recognition_ending_document_id", "recognition")
