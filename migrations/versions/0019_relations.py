"""Neighbours of a title: supplier profiles, links of projects, service events, case stories, chain leaders.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("project_story", "service_event", "project_link", "supplier_profile")


def _project(table: str, column: str = "project_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["project.id"], name=op.f(f"fk_{table}_{column}_project"))


def upgrade() -> None:
    """Make the tables; no enterprise leads a chain yet."""
    op.add_column("enterprise", sa.Column("chain_leader", sa.String(length=60), server_default="", nullable=False))
    op.create_table(
        "supplier_profile",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        _project("supplier_profile"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_supplier_profile")),
    )
    op.create_table(
        "project_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("from", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('built_by', 'member_of')", name=op.f("ck_project_link_kind_known")),
        sa.CheckConstraint("project_id <> other_id", name=op.f("ck_project_link_not_to_itself")),
        sa.CheckConstraint('"until" IS NULL OR "from" IS NULL OR "until" >= "from"', name=op.f("ck_project_link_span")),
        _project("project_link"),
        _project("project_link", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_link")),
    )
    op.create_index("uq_project_link", "project_link", ["project_id", "other_id", "kind"], unique=True)
    op.create_index("ix_project_link_other", "project_link", ["other_id", "kind"])
    op.create_table(
        "service_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('diagnosis', 'matchmaking', 'visit')", name=op.f("ck_service_event_kind_known")),
        sa.CheckConstraint(
            "supplier_id IS NOT NULL OR project_id IS NOT NULL", name=op.f("ck_service_event_of_somebody")
        ),
        _project("service_event", "supplier_id"),
        _project("service_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_event")),
    )
    op.create_index("ix_service_event_held", "service_event", ["kind", "held_on"])
    for column in ("supplier_id", "project_id"):
        op.create_index(op.f(f"ix_service_event_{column}"), "service_event", [column])
    op.create_table(
        "project_story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        _project("project_story"),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_project_story_released_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_story")),
    )
    op.create_index(op.f("ix_project_story_project_id"), "project_story", ["project_id"])


def downgrade() -> None:
    """The tables go."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("enterprise", "chain_leader")
