"""The city in the database: whose registry it is, other names of its units, towns that decide the unit.

Aliases and towns stood in files beside the program; now administrators edit them. `flask init` fills the
tables from the city's folder when they are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "installed_city",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("code_prefix", sa.String(6), nullable=False),
        sa.Column("division_prefix", sa.String(4), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installed_city_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installed_city")),
    )
    op.create_table(
        "unit_alias",
        sa.Column("name_key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("unit_code", sa.String(8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["reporting_unit.code"], name=op.f("fk_unit_alias_unit_code_reporting_unit")
        ),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_unit_alias")),
    )
    op.create_index(op.f("ix_unit_alias_unit_code"), "unit_alias", ["unit_code"])
    op.create_table(
        "town",
        sa.Column("name_key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("unit_code", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["unit_code"], ["reporting_unit.code"], name=op.f("fk_town_unit_code_reporting_unit")),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_town")),
    )
    op.create_index(op.f("ix_town_unit_code"), "town", ["unit_code"])


def downgrade() -> None:
    """Take them away; the earlier program has its own files."""
    for table in ("town", "unit_alias"):
        op.drop_index(op.f(f"ix_{table}_unit_code"), table_name=table)
        op.drop_table(table)
    op.drop_table("installed_city")
