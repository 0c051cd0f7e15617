"""The experts' round: the pool, panels, assignments with their sheets, results.

Revision ID: 0021
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import Scaled, UtcDateTime

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("expert", "expert_field", "expert_conflict", "panel", "panel_item", "assignment", "panel_result")


def _known(column: str, table: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _key(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    name, _, _column = target.partition(".")
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{name}"), **options)


def upgrade() -> None:
    _pool()
    _panels()
    _assignments()
    _results()


def _pool() -> None:
    op.create_table(
        "expert",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=False),
        sa.Column("employer_key", sa.String(length=200), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("languages", sa.String(length=100), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("expert", "account_id", "account.id"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_expert")),
    )
    op.create_index(op.f("ix_expert_employer_key"), "expert", ["employer_key"])
    op.create_table(
        "expert_field",
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("industry_code", sa.String(length=2), nullable=False),
        _key("expert_field", "expert_id", "expert.account_id", ondelete="CASCADE"),
        _key("expert_field", "industry_code", "industry.code"),
        sa.PrimaryKeyConstraint("expert_id", "industry_code", name=op.f("pk_expert_field")),
    )
    op.create_table(
        "expert_conflict",
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        _known("source", "expert_conflict", "declared", "employer", "officer"),
        _key("expert_conflict", "expert_id", "expert.account_id", ondelete="CASCADE"),
        _key("expert_conflict", "enterprise_id", "enterprise.id"),
        _key("expert_conflict", "noted_by", "account.id"),
        sa.PrimaryKeyConstraint("expert_id", "enterprise_id", name=op.f("pk_expert_conflict")),
    )
    op.create_index(op.f("ix_expert_conflict_enterprise_id"), "expert_conflict", ["enterprise_id"])


def _panels() -> None:
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=True),
        sa.Column("per_application", sa.Integer(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _known("state", "panel", "draft", "scoring", "closed"),
        sa.CheckConstraint("per_application > 0", name=op.f("ck_panel_somebody_scores")),
        sa.CheckConstraint("state = 'draft' OR draws > 0", name=op.f("ck_panel_drawn_before_scoring")),
        _key("panel", "call_id", "call.id"),
        _key("panel", "chair_id", "expert.account_id"),
        _key("panel", "created_by", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_index(op.f("ix_panel_call_id"), "panel", ["call_id"])
    op.create_table(
        "panel_item",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        _key("panel_item", "panel_id", "panel.id"),
        _key("panel_item", "application_id", "application.id"),
        sa.PrimaryKeyConstraint("panel_id", "application_id", name=op.f("pk_panel_item")),
    )
    op.create_index(
        "uq_panel_item_live",
        "panel_item",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )


def _assignments() -> None:
    table = "assignment"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("total", Scaled(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _known("origin", table, "drawn", "manual", "substitute"),
        _known("state", table, "assigned", "conflict", "released", "submitted"),
        *(
            sa.CheckConstraint(
                f"(state = 'submitted') = ({column} IS NOT NULL)", name=op.f(f"ck_assignment_{name}_once_submitted")
            )
            for name, column in (("total", "total"), ("moment", "submitted_at"), ("version", "snapshot_id"))
        ),
        _key(table, "panel_id", "panel.id"),
        _key(table, "application_id", "application.id"),
        _key(table, "expert_id", "expert.account_id"),
        _key(table, "snapshot_id", "snapshot.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "panel_id", "application_id", "expert_id", name=op.f("uq_assignment_panel_id_application_id_expert_id")
        ),
    )
    op.create_index("ix_assignment_expert", table, ["expert_id", "state"])
    op.create_index("ix_assignment_application", table, ["application_id", "state"])


def _results() -> None:
    table = "panel_result"
    op.create_table(
        table,
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("score", Scaled(), nullable=True),
        sa.Column("low", Scaled(), nullable=True),
        sa.Column("high", Scaled(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_points", Scaled(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        _known("decision", table, "accept", "set", "add"),
        _known("method", table, "mean", "trimmed", "median"),
        sa.CheckConstraint(
            "(decision = 'set') = (decided_points IS NOT NULL)", name=op.f("ck_panel_result_points_when_set")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)", name=op.f("ck_panel_result_decided_by_somebody")
        ),
        _key(table, "panel_id", "panel.id"),
        _key(table, "application_id", "application.id"),
        _key(table, "decided_by", "account.id"),
        sa.PrimaryKeyConstraint("panel_id", "application_id", name=op.f("pk_panel_result")),
    )
    op.create_index(op.f("ix_panel_result_application_id"), table, ["application_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
