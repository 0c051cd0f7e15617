"""Site inspections: draws, visits, their teams and photos.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OPEN = "state IN ('planned', 'visited')"


def _known(column: str, table: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _check(name: str, table: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), **options)


def upgrade() -> None:
    table = "inspection_draw"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("picked", sa.JSON(), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        _check("share_range", table, "share BETWEEN 1 AND 100"),
        _key(table, "call_id", "call"),
        _key(table, "drawn_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draw")),
    )
    op.create_index(op.f("ix_inspection_draw_call_id"), table, ["call_id"])
    table = "inspection_pick"
    op.create_table(
        table,
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("is_picked", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("picked_by", sa.Integer(), nullable=False),
        sa.Column("picked_at", UtcDateTime(), nullable=False),
        _known("origin", table, "drawn", "added"),
        _check("added_for_a_reason", table, "origin <> 'added' OR reason <> ''"),
        _check("drawn_in_a_draw", table, "origin <> 'drawn' OR draw_id IS NOT NULL"),
        _key(table, "application_id", "application"),
        _key(table, "draw_id", "inspection_draw"),
        _key(table, "picked_by", "account"),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_inspection_pick")),
    )
    op.create_index(op.f("ix_inspection_pick_draw_id"), table, ["draw_id"])
    _inspection()
    table = "inspection_member"
    op.create_table(
        table,
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        _key(table, "inspection_id", "inspection", ondelete="CASCADE"),
        _key(table, "account_id", "account"),
        sa.PrimaryKeyConstraint("inspection_id", "account_id", name=op.f("pk_inspection_member")),
    )
    op.create_index(op.f("ix_inspection_member_account_id"), table, ["account_id"])
    op.create_index(
        "uq_inspection_member_lead",
        table,
        ["inspection_id"],
        unique=True,
        sqlite_where=sa.text("is_lead"),
        postgresql_where=sa.text("is_lead"),
    )
    table = "inspection_photo"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        _check("size_positive", table, "size > 0"),
        _key(table, "inspection_id", "inspection"),
        _key(table, "uploaded_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_photo")),
        sa.UniqueConstraint("inspection_id", "key", name=op.f("uq_inspection_photo_inspection_id_key")),
        sa.UniqueConstraint("inspection_id", "sha256", name=op.f("uq_inspection_photo_inspection_id_sha256")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_inspection_photo_storage_name")),
    )


def _inspection() -> None:
    table = "inspection"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("verified", sa.JSON(), nullable=False),
        sa.Column("conclusion", sa.String(length=8), nullable=True),
        sa.Column("fix_by", sa.Date(), nullable=True),
        sa.Column("cancelled_for", sa.String(length=400), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _known("state", table, "planned", "visited", "signed", "cancelled"),
        _known("conclusion", table, "pass", "fix", "fail"),
        _check("signed_when_signed", table, "(state = 'signed') = (signed_at IS NOT NULL)"),
        _check("concluded_when_signed", table, "(state = 'signed') = (conclusion IS NOT NULL)"),
        _check("signed_by_somebody", table, "(signed_at IS NULL) = (signed_by IS NULL)"),
        _check("fix_has_a_day", table, "conclusion <> 'fix' OR fix_by IS NOT NULL"),
        _key(table, "application_id", "application"),
        _key(table, "planned_by", "account"),
        _key(table, "signed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_inspection_application_id_number")),
    )
    op.create_index(
        "uq_inspection_open",
        table,
        ["application_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    for table in ("inspection_photo", "inspection_member", "inspection", "inspection_pick", "inspection_draw"):
        op.drop_table(table)
