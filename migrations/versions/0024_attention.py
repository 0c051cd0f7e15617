"""Deadlines and attention: the last day of a correction, pauses of steps, digests and reminders.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _known(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _key(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{'code' if target == 'reporting_unit' else 'id'}"],
                                   name=op.f(f"fk_{table}_{column}_{target}"), **options)  # fmt: skip


def upgrade() -> None:
    with rebuilt("application") as batch:
        batch.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_application_due_while_returned"), "due_on IS NULL OR status = 'returned'"
        )
    op.create_index("ix_application_due", "application", ["due_on", "unit_code", "status"])
    with rebuilt("account") as batch:
        batch.add_column(sa.Column("digest", sa.String(length=8), server_default="none", nullable=False))
        batch.create_check_constraint(op.f("ck_account_digest_known"), _known("digest", "none", "daily", "weekly"))
    op.create_table(
        "step_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            _known("status", "submitted", "recommended", "checking", "proposed"),
            name=op.f("ck_step_pause_status_held"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_step_pause_days_in_order")),
        _key("step_pause", "call_id", "call", ondelete="CASCADE"),
        _key("step_pause", "unit_code", "reporting_unit"),
        _key("step_pause", "author_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_pause")),
    )
    op.create_index(op.f("ix_step_pause_call_id"), "step_pause", ["call_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("reminder", "account_id", "account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "account_id", "kind", "subject", "day", name=op.f("uq_reminder_account_id_kind_subject_day")
        ),
    )


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("step_pause")
    with rebuilt("account") as batch:
        batch.drop_constraint(op.f("ck_account_digest_known"), type_="check")
        batch.drop_column("digest")
    op.drop_index("ix_application_due", table_name="application")
    with rebuilt("application") as batch:
        batch.drop_constraint(op.f("ck_application_due_while_returned"), type_="check")
        batch.drop_column("due_on")
