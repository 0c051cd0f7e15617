"""A message leads to its page; a notice may show scores; a photo has a text for those who cannot see it; stories
are asked for.

Revision ID: 0030
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = (
    "rename_enterprise", "uscc", "merge_enterprises", "rename_project", "move_project", "correct_project",
    "merge_projects", "split_project", "close_project", "kpi", "title_fact", "end_titles", "void_titles",
    "succession", "document_fact", "withdraw_document", "undo",
)  # fmt: skip


def _allow(*kinds: str) -> None:
    name = op.f("ck_change_request_kind_known")
    with rebuilt("change_request") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN ({', '.join(map(repr, kinds))})")


def upgrade() -> None:
    """Add the columns; a request may be about a story."""
    _allow(*KINDS, "story")
    op.add_column("message", sa.Column("link", sa.String(length=100), server_default="", nullable=False))
    op.add_column("notice", sa.Column("show_scores", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("notice_item", sa.Column("score", sa.Numeric(6, 2), nullable=True))
    op.add_column("notice_item", sa.Column("outcome", sa.String(length=12), nullable=True))
    op.add_column("released_photo", sa.Column("alt", sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    """Requests about stories go; what was published stays."""
    op.execute(sa.text("DELETE FROM change_request WHERE kind = 'story'"))
    _allow(*KINDS)
    op.drop_column("released_photo", "alt")
    op.drop_column("notice_item", "outcome")
    op.drop_column("notice_item", "score")
    op.drop_column("notice", "show_scores")
    op.drop_column("message", "link")
