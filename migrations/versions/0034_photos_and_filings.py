"""A photo of a change request is shown like one of an application; a filed report keeps the figures that it replaced.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime
from registry.models.rebuilding import rebuilt

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KINDS = (
    "rename_enterprise", "uscc", "merge_enterprises", "rename_project", "move_project", "correct_project",
    "merge_projects", "split_project", "close_project", "kpi", "title_fact", "end_titles", "void_titles",
    "succession", "document_fact", "withdraw_document", "story", "undo",
)  # fmt: skip
COPIED = ("attachment_id", "project_id", "caption", "alt", "released_by", "released_at")


def _allow(*kinds: str) -> None:
    name = op.f("ck_change_request_kind_known")
    with rebuilt("change_request") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN ({', '.join(map(repr, kinds))})")


def _photos(*of_source: sa.schema.SchemaItem) -> None:
    """Make the table of released photos anew with these columns and rules of its own; its rows come along, since a
    primary key cannot be exchanged in place."""
    table = sa.table(
        "released_photo", *(sa.column(name) for name in COPIED[:-1]), sa.column("released_at", UtcDateTime())
    )
    has_source = table.c.attachment_id.is_not(None)
    rows = [dict(row) for row in op.get_bind().execute(sa.select(table).where(has_source)).mappings()]
    op.drop_index(op.f("ix_released_photo_project_id"), table_name="released_photo")
    op.drop_table("released_photo")
    made = op.create_table(
        "released_photo",
        *of_source,
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.String(length=200), server_default="", nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("caption <> ''", name=op.f("ck_released_photo_captioned")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_released_photo_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_released_photo_project_id_project")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_released_photo_released_by_account")),
    )
    op.create_index(op.f("ix_released_photo_project_id"), "released_photo", ["project_id"])
    if not rows:
        return
    # Addresses of photos that are out there end in the number of the attachment, and go on to work.
    keyed = [row | ({"id": row["attachment_id"]} if "id" in made.c else {}) for row in rows]
    op.bulk_insert(made, keyed)
    if "id" in made.c and op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('released_photo', 'id'), max(id)) FROM released_photo")


def upgrade() -> None:
    """A photo has a number of its own and one of two sources; requests may be about photos; filings keep figures."""
    _allow(*KINDS, "photos")
    _photos(
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(attachment_id IS NULL) <> (request_id IS NULL)", name=op.f("ck_released_photo_one_source")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_request.id"], name=op.f("fk_released_photo_request_id_change_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_photo")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_released_photo_attachment_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_released_photo_request_id")),
    )
    op.add_column("application", sa.Column("replaced", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Requests about photos go, and what they showed; photos of applications stay."""
    op.drop_column("application", "replaced")
    _photos(
        sa.Column("attachment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_released_photo")),
    )
    op.execute(sa.text("DELETE FROM change_request WHERE kind = 'photos'"))
    _allow(*KINDS)
