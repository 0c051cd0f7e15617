"""A step of the tests that deletes a row to which others point."""

from __future__ import annotations

from alembic import op

from registry.services.installation import newest_revision

revision = "orphaning"
down_revision = newest_revision()
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM division WHERE code = '320411'")


def downgrade() -> None:
    pass
