"""The later life of a title: change requests, merged enterprises, void titles, readers' reports.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = (
    "rename_enterprise", "uscc", "merge_enterprises", "rename_project", "move_project", "correct_project",
    "merge_projects", "split_project", "close_project", "kpi", "title_fact", "end_titles", "void_titles",
)  # fmt: skip
STATES = ("submitted", "agreed", "decided", "in_force", "returned", "refused", "withdrawn")
OPEN = "state IN ('submitted', 'agreed', 'decided', 'returned')"


def _known(column: str, table: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _key(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{'code' if target == 'reporting_unit' else 'id'}"],
                                   name=op.f(f"fk_{table}_{column}_{target}"), **options)  # fmt: skip


def upgrade() -> None:
    with rebuilt("enterprise") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_enterprise_merged_into_id_enterprise"), "enterprise", ["merged_into_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_enterprise_not_merged_into_itself"), "merged_into_id IS NULL OR merged_into_id <> id"
        )
    op.create_index(op.f("ix_enterprise_merged_into_id"), "enterprise", ["merged_into_id"])
    op.add_column("project", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("project", sa.Column("ended_cause", sa.String(length=12), server_default="", nullable=False))
    op.add_column("recognition", sa.Column("ending_cause", sa.String(length=12), server_default="", nullable=False))
    op.add_column("recognition", sa.Column("cool_down_years", sa.Integer(), nullable=True))
    _change_request()
    op.create_table(
        "void_title",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("voided_at", UtcDateTime(), nullable=False),
        _key("void_title", "project_id", "project"),
        _key("void_title", "document_id", "document"),
        _key("void_title", "voided_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_void_title")),
    )
    op.create_index(op.f("ix_void_title_project_id"), "void_title", ["project_id"])
    op.create_index(op.f("ix_void_title_document_id"), "void_title", ["document_id"])
    op.create_table(
        "former_code",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        _key("former_code", "enterprise_id", "enterprise", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_former_code")),
    )
    op.create_index(op.f("ix_former_code_enterprise_id"), "former_code", ["enterprise_id"])
    _error_report()


def _change_request() -> None:
    table = "change_request"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("unit_by", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("step_since", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _known("kind", table, *KINDS),
        _known("origin", table, "enterprise", "staff"),
        _known("state", table, *STATES),
        sa.CheckConstraint(
            "state <> 'in_force' OR coalesce(second_by, decided_by, unit_by) <> entered_by",
            name=op.f("ck_change_request_four_eyes"),
        ),
        sa.CheckConstraint(
            "second_by IS NULL OR second_by <> coalesce(decided_by, 0)", name=op.f("ck_change_request_second_person")
        ),
        sa.CheckConstraint(
            "(state = 'in_force') = (applied_at IS NOT NULL)", name=op.f("ck_change_request_applied_when_in_force")
        ),
        sa.CheckConstraint(
            "state NOT IN ('returned', 'refused') OR answer <> ''", name=op.f("ck_change_request_answered")
        ),
        _key(table, "enterprise_id", "enterprise"),
        _key(table, "project_id", "project"),
        _key(table, "unit_code", "reporting_unit"),
        *(_key(table, column, "account") for column in ("entered_by", "unit_by", "decided_by", "second_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("number", name=op.f("uq_change_request_number")),
    )
    op.create_index(
        "uq_change_request_open",
        table,
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_change_request_queue", table, ["state", "unit_code", "id"])
    op.create_index("ix_change_request_project", table, ["project_id", "state"])
    op.create_index(op.f("ix_change_request_enterprise_id"), table, ["enterprise_id"])


def _error_report() -> None:
    table = "error_report"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _known("state", table, "received", "corrected", "confirmed"),
        _known("topic", table, "name", "place", "title", "figure", "photo", "other"),
        sa.CheckConstraint(
            "(state = 'received') = (answered_at IS NULL)", name=op.f("ck_error_report_answered_when_closed")
        ),
        _key(table, "project_id", "project"),
        _key(table, "unit_code", "reporting_unit"),
        _key(table, "answered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
        sa.UniqueConstraint("number", name=op.f("uq_error_report_number")),
    )
    op.create_index("ix_error_report_queue", table, ["state", "unit_code", "id"])
    op.create_index(op.f("ix_error_report_project_id"), table, ["project_id"])


def downgrade() -> None:
    for table in ("error_report", "former_code", "void_title", "change_request"):
        op.drop_table(table)
    op.drop_column("recognition", "cool_down_years")
    op.drop_column("recognition", "ending_cause")
    op.drop_column("project", "ended_cause")
    op.drop_column("project", "ended_on")
    op.drop_index(op.f("ix_enterprise_merged_into_id"), table_name="enterprise")
    with rebuilt("enterprise") as batch:
        batch.drop_constraint(op.f("ck_enterprise_not_merged_into_itself"), type_="check")
        batch.drop_constraint(op.f("fk_enterprise_merged_into_id_enterprise"), type_="foreignkey")
        batch.drop_column("merged_into_id")
