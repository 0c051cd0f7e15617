"""The later forms of a title: what a call is for, who has to send one, reports that are filed.

Revision ID: 0015
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('title', 're_evaluation', 'yearly')"
OLD_STATUSES = (
    "draft", "submitted", "returned", "recommended", "checking", "proposed", "noticed", "recognised", "forwarded",
    "not_recommended", "rejected", "withdrawn",
)  # fmt: skip
STATUSES = (*OLD_STATUSES[:9], "filed", *OLD_STATUSES[9:])
OLD_FINAL = ("recognised", "forwarded", "not_recommended", "rejected", "withdrawn")
FINAL = (*OLD_FINAL[:2], "filed", *OLD_FINAL[2:])
OLD_WITH_UNIT = ("submitted", "recommended", "checking", "proposed")
WITH_UNIT = (*OLD_WITH_UNIT, "filed")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _application_checks(statuses: tuple[str, ...], final: tuple[str, ...], with_unit: tuple[str, ...]) -> None:
    checks = {
        "status_known": f"status IN ({_listed(statuses)})",
        "decided_when_final": f"(decided_at IS NOT NULL) = (status IN ({_listed(final)}))",
        "unit_once_submitted": f"status NOT IN ({_listed(with_unit)}) OR unit_code IS NOT NULL",
    }
    with rebuilt("application") as batch:
        for name, condition in checks.items():
            batch.drop_constraint(op.f(f"ck_application_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_application_{name}"), condition)


def upgrade() -> None:
    with rebuilt("call") as batch:
        batch.add_column(sa.Column("purpose", sa.String(length=16), server_default="title", nullable=False))
        batch.create_check_constraint(op.f("ck_call_purpose_known"), PURPOSES)
    with rebuilt("category") as batch:
        batch.add_column(sa.Column("valid_years", sa.Integer(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_category_valid_years_range"), "valid_years IS NULL OR valid_years BETWEEN 1 AND 50"
        )
    _application_checks(STATUSES, FINAL, WITH_UNIT)
    op.create_table(
        "call_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('excellent', 'pass', 'fail', 'absent', 'excused')", name=op.f("ck_call_subject_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL)", name=op.f("ck_call_subject_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'excused' OR reason <> ''",
            name=op.f("ck_call_subject_excused_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_subject_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_call_subject_project_id_project")),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognition.id"],
            name=op.f("fk_call_subject_recognition_id_recognition"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_call_subject_application_id_application")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_call_subject_decided_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_subject")),
        sa.UniqueConstraint("call_id", "project_id", name=op.f("uq_call_subject_call_id_project_id")),
    )
    op.create_index("ix_call_subject_project", "call_subject", ["project_id", "call_id"])
    op.create_index("ix_call_subject_recognition", "call_subject", ["recognition_id"])
    op.create_index("ix_call_subject_application", "call_subject", ["application_id"])


def downgrade() -> None:
    """The earlier program knows no filed reports: they stand as forwarded, which is as final."""
    op.drop_table("call_subject")
    op.execute("UPDATE application SET status = 'forwarded' WHERE status = 'filed'")
    op.execute("UPDATE application SET previous_status = NULL WHERE previous_status = 'filed'")
    _application_checks(OLD_STATUSES, OLD_FINAL, OLD_WITH_UNIT)
    with rebuilt("category") as batch:
        batch.drop_constraint(op.f("ck_category_valid_years_range"), type_="check")
        batch.drop_column("valid_years")
    with rebuilt("call") as batch:
        batch.drop_constraint(op.f("ck_call_purpose_known"), type_="check")
        batch.drop_column("purpose")
