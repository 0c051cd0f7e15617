"""What a public site owes: consent, links by which a colleague joins, notices of maintenance.

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
    op.create_table(
        "maintenance_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_maintenance_notice_days_in_order")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_maintenance_notice_text_given")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_maintenance_notice_author_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_notice")),
    )


def downgrade() -> None:
    op.drop_table("maintenance_notice")
    op.execute("DELETE FROM one_time_token WHERE purpose = 'colleague'")
    with rebuilt("one_time_token") as batch:
        batch.drop_constraint(op.f("ck_one_time_token_purpose_known"), type_="check")
        batch.create_check_constraint(op.f("ck_one_time_token_purpose_known"), BEFORE)
    with rebuilt("account") as batch:
        batch.drop_constraint(op.f("ck_account_consent_dated"), type_="check")
        batch.drop_column("consent_at")
        batch.drop_column("consent_version")
