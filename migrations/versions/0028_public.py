"""What a public site owes: consent to the privacy notice, and links by which a colleague joins.

Revision ID: 0028
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = "purpose IN ('reset', 'invitation')"
NOW = "purpose IN ('reset', 'invitation', 'colleague')"


def upgrade() -> None:
    with rebuilt("account") as batch:
        batch.add_column(sa.Column("consent_version", sa.Date(), nullable=True))
        batch.add_column(sa.Column("consent_at", UtcDateTime(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_account_consent_dated"), "(consent_at IS NULL) = (consent_version IS NULL)"
        )
    with rebuilt("one_time_token") as batch:
        batch.drop_constraint(op.f("ck_one_time_token_purpose_known"), type_="check")
        batch.create_check_constraint(op.f("ck_one_time_token_purpose_known"), NOW)


def downgrade() -> None:
    op.execute("DELETE FROM one_time_token WHERE purpose = 'colleague'")
    with rebuilt("one_time_token") as batch:
        batch.drop_constraint(op.f("ck_one_time_token_purpose_known"), type_="check")
        batch.create_check_constraint(op.f("ck_one_time_token_purpose_known"), BEFORE)
    with rebuilt("account") as batch:
        batch.drop_constraint(op.f("ck_account_consent_dated"), type_="check")
        batch.drop_column("consent_at")
        batch.drop_column("consent_version")
