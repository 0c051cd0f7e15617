"""Messages keep the sentence they were written with, so that each reader gets it in the own language.

`words` holds message ids and values of subject and body (null where a person wrote them, and for messages from before);
subject and body stay as the Chinese text. `language` is the one in which an account last signed in: that of its mail.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KNOWN = "ck_account_language_known"


def upgrade() -> None:
    op.add_column("message", sa.Column("words", sa.JSON(), nullable=True))
    with rebuilt("account") as batch:
        batch.add_column(sa.Column("language", sa.String(length=2), server_default="zh", nullable=False))
        batch.create_check_constraint(op.f(KNOWN), "language IN ('zh', 'en')")


def downgrade() -> None:
    with rebuilt("account") as batch:
        batch.drop_constraint(op.f(KNOWN), type_="check")
        batch.drop_column("language")
    op.drop_column("message", "words")
