"""Honours have a level; figures that public documents state are rows.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LEVELS = "level IN ('national', 'provincial', 'municipal', 'five_stars', 'four_stars', 'three_stars')"
OLDER = "uq_enterprise_honor_kind_year"


def upgrade() -> None:
    # NULL years are different to a unique index, so one honour without a year could stand twice.
    op.execute(
        "DELETE FROM enterprise_honor WHERE year IS NULL AND id NOT IN "
        "(SELECT MIN(id) FROM enterprise_honor WHERE year IS NULL GROUP BY enterprise_id, kind)"
    )
    op.drop_index(OLDER, table_name="enterprise_honor")
    with rebuilt("enterprise_honor") as batch:
        batch.add_column(sa.Column("level", sa.String(length=12), nullable=True))
        batch.create_check_constraint(op.f("ck_enterprise_honor_level_known"), LEVELS)
    op.create_index(
        "uq_enterprise_honor",
        "enterprise_honor",
        ["enterprise_id", "kind", sa.text("coalesce(level, '')"), sa.text("coalesce(year, 0)")],
        unique=True,
    )
    op.create_index(op.f("ix_enterprise_honor_kind"), "enterprise_honor", ["kind"])
    op.create_table(
        "published_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("categories", sa.String(length=400), nullable=False),
        sa.Column("figure", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("rank_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('cumulative', 'new')", name=op.f("ck_published_total_kind_known")),
        sa.CheckConstraint(
            "tier IN ('municipal', 'provincial', 'national')", name=op.f("ck_published_total_tier_known")
        ),
        sa.CheckConstraint("figure >= 0", name=op.f("ck_published_total_figure_counts")),
        sa.CheckConstraint("rank_note = '' OR document <> ''", name=op.f("ck_published_total_rank_has_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_total")),
        sa.UniqueConstraint(
            "as_of", "kind", "tier", "categories", name=op.f("uq_published_total_as_of_kind_tier_categories")
        ),
    )


def downgrade() -> None:
    op.drop_table("published_total")
    op.drop_index(op.f("ix_enterprise_honor_kind"), table_name="enterprise_honor")
    op.drop_index("uq_enterprise_honor", table_name="enterprise_honor")
    # Without a level two honours of one kind and year are the same one.
    op.execute(
        "DELETE FROM enterprise_honor WHERE id NOT IN "
        "(SELECT MIN(id) FROM enterprise_honor GROUP BY enterprise_id, kind, coalesce(year, 0))"
    )
    with rebuilt("enterprise_honor") as batch:
        batch.drop_constraint(op.f("ck_enterprise_honor_level_known"), type_="check")
        batch.drop_column("level")
    op.create_index(OLDER, "enterprise_honor", ["enterprise_id", "kind", "year"], unique=True)
