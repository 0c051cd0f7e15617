"""Mail addresses proved by a link; changes of documents, successions, undoing, drafts of change requests.

Revision ID: 0018
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "rename_enterprise", "uscc", "merge_enterprises", "rename_project", "move_project", "correct_project",
    "merge_projects", "split_project", "close_project", "kpi", "title_fact", "end_titles", "void_titles",
)  # fmt: skip
ADDED_KINDS = ("succession", "document_fact", "withdraw_document", "undo")
STATES = ("submitted", "agreed", "decided", "in_force", "returned", "refused", "withdrawn")


def _known(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _narrow(batch: object, column: str, *values: str) -> None:
    name = op.f(f"ck_change_request_{column}_known")
    batch.drop_constraint(name, type_="check")  # type: ignore[attr-defined]
    batch.create_check_constraint(name, _known(column, *values))  # type: ignore[attr-defined]


def upgrade() -> None:
    """Make the tables; requests may be drafts and of the added kinds."""
    op.create_table(
        "mail_proof",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("email_key", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_proof_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_proof")),
    )
    op.create_index(op.f("ix_mail_proof_email_key"), "mail_proof", ["email_key"])
    op.create_index(op.f("ix_mail_proof_account_id"), "mail_proof", ["account_id"])
    op.add_column("account", sa.Column("claimed_name", sa.String(length=200), server_default="", nullable=False))
    with rebuilt("change_request") as batch:
        _narrow(batch, "kind", *KINDS, *ADDED_KINDS)
        _narrow(batch, "state", "draft", *STATES)
        batch.alter_column("effective_on", existing_type=sa.Date(), nullable=True)
        batch.create_check_constraint(
            op.f("ck_change_request_dated"), "effective_on IS NOT NULL OR state IN ('draft', 'withdrawn')"
        )
    op.create_table(
        "change_journal",
        sa.Column("request_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["change_request.id"],
            name=op.f("fk_change_journal_request_id_change_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_change_journal")),
    )


def downgrade() -> None:
    """Drafts and requests of the added kinds go; what they brought about stays, and so do their events."""
    op.drop_table("change_journal")
    op.execute(
        sa.text(
            f"DELETE FROM change_request WHERE {_known('kind', *ADDED_KINDS)} OR state = 'draft' "
            "OR effective_on IS NULL"
        )
    )
    with rebuilt("change_request") as batch:
        batch.drop_constraint(op.f("ck_change_request_dated"), type_="check")
        _narrow(batch, "kind", *KINDS)
        _narrow(batch, "state", *STATES)
        batch.alter_column("effective_on", existing_type=sa.Date(), nullable=False)
    op.drop_column("account", "claimed_name")
    op.drop_table("mail_proof")
