"""The whole definition of a KPI stands in the database: until now limits, warnings and flags came with the program.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from registry.models.rebuilding import rebuilt

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = {
    "numerator": sa.String(40),
    "denominator": sa.String(40),
    "min_open": sa.Boolean(),
    "warn_below": sa.Numeric(18, 6),
    "warn_above": sa.Numeric(18, 6),
    "list_column": sa.String(40),
    "in_template": sa.Boolean(),
    "in_new_calls": sa.Boolean(),
    "in_batch_files": sa.Boolean(),
    "public_alone": sa.Boolean(),
}
REQUIRED = ("min_open", "list_column", "in_template", "in_new_calls", "in_batch_files", "public_alone")

SHIPPED = (
    # code, numerator, denominator, warn below, warn above, column of lists, least value excluded,
    # in the list template, in new calls, in the files of a batch
    ("total_investment", None, None, None, "500000", "总投资(万元)", 1, 1, 1, 1),
    ("equipment_count", None, None, None, None, "设备总数", 0, 1, 1, 1),
    ("smart_equipment_count", None, None, None, None, "智能设备数", 0, 1, 1, 1),
    ("networked_equipment_count", None, None, None, None, "联网设备数", 0, 1, 1, 1),
    ("smart_equipment_rate", "smart_equipment_count", "equipment_count", "70", None, "", 0, 1, 1, 1),
    ("equipment_networking_rate", "networked_equipment_count", "smart_equipment_count", "70", None, "", 0, 1, 1, 1),
    ("industrial_robot_count", None, None, None, None, "工业机器人", 0, 1, 1, 1),
    ("operating_cost", None, None, "-60", None, "运营成本", 1, 1, 1, 1),
    ("production_efficiency", None, None, None, "200", "生产效率", 1, 1, 1, 1),
    ("defect_rate", None, None, "-95", None, "不良品率", 0, 1, 1, 1),
    ("energy_utilization", None, None, None, "100", "能源利用率", 1, 1, 1, 1),
    ("resource_utilization", None, None, None, "100", "资源利用率", 1, 1, 1, 1),
    ("product_development_cycle", None, None, "-80", None, "产品研制周期", 1, 0, 0, 0),
    ("labor_productivity", None, None, None, None, "全员劳动生产率", 1, 0, 0, 0),
    ("unit_output_energy", None, None, None, None, "单位产值综合能耗", 1, 0, 0, 0),
    ("oee", None, None, None, None, "设备综合利用率", 0, 0, 0, 0),
    ("numerical_control_rate", None, None, None, None, "关键工序数控化率", 0, 0, 0, 0),
    ("maturity_level", None, None, None, None, "智能制造能力成熟度", 0, 0, 0, 0),
)
"""What the program knew on the day of this migration."""


def upgrade() -> None:
    for name, kind in ADDED.items():
        op.add_column("kpi", sa.Column(name, kind))
    kpi = sa.table("kpi", sa.column("code"), sa.column("kind"), *(sa.column(*pair) for pair in ADDED.items()))
    op.execute(
        kpi.update().values(
            min_open=False,
            list_column=sa.literal_column("name"),
            in_template=False,
            in_new_calls=False,
            in_batch_files=False,
            public_alone=sa.or_(
                kpi.c.kind.in_(("share", "change", "level", "ordinal")),
                kpi.c.code.in_(
                    ("equipment_count", "smart_equipment_count", "networked_equipment_count", "industrial_robot_count")
                ),
            ),
        )
    )
    for code, numerator, denominator, below, above, column, min_open, template, calls, files in SHIPPED:
        op.execute(
            kpi.update()
            .where(kpi.c.code == code)
            .values(
                numerator=numerator,
                denominator=denominator,
                warn_below=None if below is None else Decimal(below),
                warn_above=None if above is None else Decimal(above),
                list_column=column,
                min_open=bool(min_open),
                in_template=bool(template),
                in_new_calls=bool(calls),
                in_batch_files=bool(files),
            )
        )
    op.execute("UPDATE kpi SET hard_min = 0 WHERE hard_min IS NULL")
    with rebuilt("kpi") as batch:
        for name in (*REQUIRED, "hard_min"):
            batch.alter_column(name, nullable=False)


def downgrade() -> None:
    with rebuilt("kpi") as batch:
        batch.alter_column("hard_min", nullable=True)
        for name in ADDED:
            batch.drop_column(name)
