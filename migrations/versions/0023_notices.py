"""Public notices with their lines and notes, objections, the calendar of working days.

A noticed application has a unit, as every one that was submitted. An account may be given the right to know objectors.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ONCE_SUBMITTED = "ck_application_unit_once_submitted"
LIVE = "live AND application_id IS NOT NULL"


def _known(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    found = f"{target}.{'code' if target == 'reporting_unit' else 'id'}"
    return sa.ForeignKeyConstraint([column], [found], name=op.f(f"fk_{table}_{column}_{target}"))


def _unit_once_submitted(*statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    with rebuilt("application") as batch:
        batch.drop_constraint(op.f(ONCE_SUBMITTED), type_="check")
        batch.create_check_constraint(op.f(ONCE_SUBMITTED), f"status NOT IN ({listed}) OR unit_code IS NOT NULL")


def upgrade() -> None:
    op.add_column("account", sa.Column("may_see_objectors", sa.Boolean(), server_default=sa.false(), nullable=False))
    _unit_once_submitted("submitted", "recommended", "checking", "proposed", "filed", "noticed")
    _notice()
    _calendar()
    _objection()


def _notice() -> None:
    table = "notice"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("organ", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("count_first", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _known(table, "kind", "recognition", "forward", "re_evaluation", "revocation", "change"),
        _known(table, "state", "prepared", "open", "withdrawn", "cancelled"),
        _known(table, "unit", "working", "calendar"),
        _check(table, "four_eyes", "confirmed_by IS NULL OR confirmed_by <> prepared_by"),
        _check(table, "opened_by_somebody", "(state IN ('open', 'withdrawn')) = (confirmed_by IS NOT NULL)"),
        _check(
            table,
            "opened_has_days",
            "(confirmed_by IS NULL) = (first_day IS NULL) AND (first_day IS NULL) = (last_day IS NULL) "
            "AND (first_day IS NULL) = (opened_at IS NULL)",
        ),
        _check(table, "days_in_order", "first_day IS NULL OR first_day <= last_day"),
        _check(table, "ended_with_reason", "(state IN ('withdrawn', 'cancelled')) = (reason <> '')"),
        _check(table, "days_positive", "days > 0"),
        _key(table, "call_id", "call"),
        _key(table, "prepared_by", "account"),
        _key(table, "confirmed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_call_id"), table, ["call_id"])
    op.create_index("ix_notice_state", table, ["state", "last_day"])
    table = "notice_item"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("enterprise", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("override", sa.String(length=400), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        _check(table, "left_is_not_live", "left_at IS NULL OR NOT live"),
        _key(table, "notice_id", "notice"),
        _key(table, "application_id", "application"),
        _key(table, "recognition_id", "recognition"),
        _key(table, "unit_code", "reporting_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_item")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_notice_item_notice_id_position")),
    )
    op.create_index(
        "uq_notice_item_live",
        table,
        ["application_id"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
    op.create_index("ix_notice_item_application", table, ["application_id"])
    op.create_table(
        "notice_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("notice_note", "notice_id", "notice"),
        _key("notice_note", "author_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_note")),
    )
    op.create_index(op.f("ix_notice_note_notice_id"), "notice_note", ["notice_id"])


def _calendar() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        _key("calendar_year", "confirmed_by", "account"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )


def _objection() -> None:
    table = "objection"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("notice_item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("inquiry", sa.String(length=1000), nullable=False),
        sa.Column("finding", sa.String(length=12), nullable=True),
        sa.Column("finding_text", sa.String(length=1000), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _known(table, "kind", "person", "unit"),
        _known(table, "channel", "site", "paper"),
        _known(table, "state", "received", "admitted", "refused", "decided"),
        _known(table, "finding", "upheld", "partly", "not_upheld"),
        _check(table, "decided_with_finding", "(state = 'decided') = (finding IS NOT NULL)"),
        _check(table, "answered", "state NOT IN ('refused', 'decided') OR reply <> ''"),
        _check(table, "closed_when_over", "(state IN ('refused', 'decided')) = (closed_at IS NOT NULL)"),
        _key(table, "notice_item_id", "notice_item"),
        _key(table, "entered_by", "account"),
        _key(table, "handled_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("number", name=op.f("uq_objection_number")),
    )
    op.create_index("ix_objection_state", table, ["state", "id"])
    op.create_index(op.f("ix_objection_notice_item_id"), table, ["notice_item_id"])
    op.create_table(
        "objection_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("objection_file", "objection_id", "objection"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_file")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_objection_file_storage_name")),
    )
    op.create_index(op.f("ix_objection_file_objection_id"), "objection_file", ["objection_id"])


def downgrade() -> None:
    for table in (
        "objection_file",
        "objection",
        "calendar_day",
        "calendar_year",
        "notice_note",
        "notice_item",
        "notice",
    ):
        op.drop_table(table)
    # A noticed application goes back to where the older program can go on with it.
    op.execute("UPDATE application SET status = 'proposed', previous_status = 'checking' WHERE status = 'noticed'")
    _unit_once_submitted("submitted", "recommended", "checking", "proposed", "filed")
    with rebuilt("account") as batch:
        batch.drop_column("may_see_objectors")
