"""A line of a notice points to no title, a notice has no kinds that nobody can make, and a KPI says what it is mostly
measured in.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

USUAL_UNITS = {"production_efficiency": "件/人·日", "energy_utilization": "万元/吨标煤", "resource_utilization": "%"}
"""What the program gave as examples on the day of this migration."""


def _allow(*kinds: str) -> None:
    name = op.f("ck_notice_kind_known")
    with rebuilt("notice") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN ({', '.join(map(repr, kinds))})")


def upgrade() -> None:
    """Take away what was never written: a title is found by the application that its re-evaluation is."""
    _allow("recognition", "forward", "re_evaluation")
    with rebuilt("notice_item") as batch:
        batch.drop_constraint(op.f("fk_notice_item_recognition_id_recognition"), type_="foreignkey")
        batch.drop_column("recognition_id")
    op.add_column("kpi", sa.Column("usual_unit", sa.String(length=40), server_default="", nullable=False))
    kpi = sa.table("kpi", sa.column("code"), sa.column("usual_unit"))
    for code, unit in USUAL_UNITS.items():
        op.execute(kpi.update().where(kpi.c.code == code).values(usual_unit=unit))


def downgrade() -> None:
    """Give the column and the kinds back; both stay empty."""
    op.drop_column("kpi", "usual_unit")
    with rebuilt("notice_item") as batch:
        batch.add_column(sa.Column("recognition_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_notice_item_recognition_id_recognition"), "recognition", ["recognition_id"], ["id"]
        )
    _allow("recognition", "forward", "re_evaluation", "revocation", "change")
