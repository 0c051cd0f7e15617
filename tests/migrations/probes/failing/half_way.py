"""A step of the tests that changes the schema and rows, and then fails with an error that is not the database's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt
from registry.services.installation import newest_revision

revision = "failing"
down_revision = newest_revision()
branch_labels = None
depends_on = None


def upgrade() -> None:
    with rebuilt("recognition") as batch:
        batch.add_column(sa.Column("half", sa.Integer()))
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE division SET name = 'half'")
    raise KeyError("half way")


def downgrade() -> None:
    op.drop_table("half")
