"""reference rows, enterprises, projects, titles, KPI values, events"""

import sqlalchemy as sa
from alembic import op

from registry.db import Scaled, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Integer(), nullable=True),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("successor", sa.String(length=48), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode IN ('awarded', 'self_declared')", name=op.f("ck_category_mode_known")),
        sa.CheckConstraint(
            "tier IN ('municipal', 'provincial', 'national')",
            name=op.f("ck_category_tier_known"),
        ),
        sa.CheckConstraint(
            "type IN ('workshop', 'factory', 'project', 'park', 'zone', 'supplier')",
            name=op.f("ck_category_type_known"),
        ),
        sa.ForeignKeyConstraint(
            ["successor"],
            ["category.code"],
            name=op.f("fk_category_successor_category"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=True),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("successor", sa.String(length=6), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organ", sa.String(length=100), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('recognition', 'revocation', 'citation')",
            name=op.f("ck_document_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("number_key", name=op.f("uq_document_number_key")),
    )
    op.create_index(op.f("ix_document_announced_on"), "document", ["announced_on"], unique=False)

    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT verified OR uscc IS NOT NULL",
            name=op.f("ck_enterprise_verified_has_uscc"),
        ),
        sa.CheckConstraint("uscc IS NULL OR length(uscc) = 18", name=op.f("ck_enterprise_uscc_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("uscc", name=op.f("uq_enterprise_uscc")),
    )
    op.create_index(op.f("ix_enterprise_name_key"), "enterprise", ["name_key"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index(op.f("ix_event_actor_id"), "event", ["actor_id"], unique=False)
    op.create_index("ix_event_subject", "event", ["subject_type", "subject_id", "id"], unique=False)

    op.create_table(
        "industry",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("sector", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "sector IN ('equipment', 'electronics', 'materials', 'consumer', 'other')",
            name=op.f("ck_industry_sector_known"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_industry")),
    )
    op.create_index(op.f("ix_industry_sector"), "industry", ["sector"], unique=False)

    op.create_table(
        "kpi",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=True),
        sa.Column("hard_min", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("hard_max", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('high', 'low')", name=op.f("ck_kpi_direction_known")),
        sa.CheckConstraint(
            "kind IN ('amount', 'count', 'share', 'change', 'level', 'ordinal')",
            name=op.f("ck_kpi_kind_known"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_kpi")),
    )
    op.create_table(
        "enterprise_honor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_enterprise_honor_enterprise_id_enterprise"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_honor")),
    )
    op.create_index(
        "uq_enterprise_honor_kind_year",
        "enterprise_honor",
        ["enterprise_id", "kind", "year"],
        unique=True,
    )

    op.create_table(
        "enterprise_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_enterprise_name_enterprise_id_enterprise"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_name")),
        sa.UniqueConstraint(
            "enterprise_id",
            "name_key",
            name=op.f("uq_enterprise_name_enterprise_id_name_key"),
        ),
    )
    op.create_index(
        op.f("ix_enterprise_name_name_key"),
        "enterprise_name",
        ["name_key"],
        unique=False,
    )

    op.create_table(
        "reporting_unit",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("division_code", sa.String(length=6), nullable=False),
        sa.Column("has_polygon", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["division_code"],
            ["division.code"],
            name=op.f("fk_reporting_unit_division_code_division"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reporting_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_reporting_unit_name")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("name_short", sa.String(length=60), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.String(length=8), nullable=False),
        sa.Column("division_code", sa.String(length=6), nullable=True),
        sa.Column("town", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("industry_code", sa.String(length=2), nullable=True),
        sa.Column("industry_class", sa.String(length=5), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("typed_lon", sa.Double(), nullable=True),
        sa.Column("typed_lat", sa.Double(), nullable=True),
        sa.Column("typed_system", sa.String(length=8), nullable=True),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("near_line", sa.Boolean(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "enterprise_id IS NOT NULL OR type IN ('park', 'zone')",
            name=op.f("ck_project_enterprise_unless_area"),
        ),
        sa.CheckConstraint(
            "lon IS NOT NULL OR precision IN ('district', 'none', 'town')",
            name=op.f("ck_project_precision_needs_point"),
        ),
        sa.CheckConstraint(
            "precision IN ('exact', 'street', 'town', 'district', 'none')",
            name=op.f("ck_project_precision_known"),
        ),
        sa.CheckConstraint(
            "type IN ('workshop', 'factory', 'project', 'park', 'zone', 'supplier')",
            name=op.f("ck_project_type_known"),
        ),
        sa.CheckConstraint(
            "typed_system IN ('WGS84', 'GCJ02', 'BD09')",
            name=op.f("ck_project_typed_system_known"),
        ),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_project_lon_with_lat")),
        sa.CheckConstraint(
            "(lon IS NULL) = (typed_system IS NULL)",
            name=op.f("ck_project_coordinates_have_system"),
        ),
        sa.CheckConstraint(
            "lon IS NULL OR (lon BETWEEN 70 AND 140 AND lat BETWEEN 0 AND 60)",
            name=op.f("ck_project_lon_lat_range"),
        ),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name=op.f("ck_project_not_merged_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["division_code"],
            ["division.code"],
            name=op.f("fk_project_division_code_division"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_project_enterprise_id_enterprise"),
        ),
        sa.ForeignKeyConstraint(
            ["industry_code"],
            ["industry.code"],
            name=op.f("fk_project_industry_code_industry"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["project.id"],
            name=op.f("fk_project_merged_into_id_project"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["project.id"], name=op.f("fk_project_parent_id_project")),
        sa.ForeignKeyConstraint(
            ["unit_code"],
            ["reporting_unit.code"],
            name=op.f("fk_project_unit_code_reporting_unit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
        sa.UniqueConstraint("enterprise_id", "name_key", name=op.f("uq_project_enterprise_id_name_key")),
    )
    op.create_index(op.f("ix_project_division_code"), "project", ["division_code"], unique=False)
    op.create_index(op.f("ix_project_enterprise_id"), "project", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_project_industry_code"), "project", ["industry_code"], unique=False)
    op.create_index("ix_project_lon_lat", "project", ["lon", "lat"], unique=False)
    op.create_index(op.f("ix_project_merged_into_id"), "project", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_project_name_key"), "project", ["name_key"], unique=False)
    op.create_index(op.f("ix_project_parent_id"), "project", ["parent_id"], unique=False)
    op.create_index(op.f("ix_project_unit_code"), "project", ["unit_code"], unique=False)

    op.create_table(
        "project_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_name_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_name")),
        sa.UniqueConstraint("project_id", "name_key", name=op.f("uq_project_name_project_id_name_key")),
    )
    op.create_index(op.f("ix_project_name_name_key"), "project_name", ["name_key"], unique=False)

    op.create_table(
        "project_search",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_search_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_search")),
    )
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("name_awarded", sa.String(length=200), nullable=False),
        sa.Column("enterprise_awarded", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending_document_id", sa.Integer(), nullable=True),
        sa.Column("ending_reason", sa.String(length=400), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'valid') = (ended_on IS NULL)",
            name=op.f("ck_recognition_ended_unless_valid"),
        ),
        sa.CheckConstraint(
            "stage IN ('challenge', 'acceptance')",
            name=op.f("ck_recognition_stage_known"),
        ),
        sa.CheckConstraint(
            "status <> 'revoked' OR ending_document_id IS NOT NULL",
            name=op.f("ck_recognition_revoked_by_document"),
        ),
        sa.CheckConstraint(
            "status IN ('valid', 'revoked', 'expired')",
            name=op.f("ck_recognition_status_known"),
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR announced_on IS NULL OR ended_on >= announced_on",
            name=op.f("ck_recognition_ends_after_start"),
        ),
        sa.CheckConstraint(
            "year IS NULL OR year BETWEEN 2010 AND 2100",
            name=op.f("ck_recognition_year_range"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["category.code"],
            name=op.f("fk_recognition_category_code_category"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_recognition_document_id_document"),
        ),
        sa.ForeignKeyConstraint(
            ["ending_document_id"],
            ["document.id"],
            name=op.f("fk_recognition_ending_document_id_document"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_recognition_project_id_project"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
    )
    op.create_index(
        op.f("ix_recognition_announced_on"),
        "recognition",
        ["announced_on"],
        unique=False,
    )
    op.create_index(
        "ix_recognition_category_year",
        "recognition",
        ["category_code", "year", "status", "project_id"],
        unique=False,
    )
    op.create_index(op.f("ix_recognition_document_id"), "recognition", ["document_id"], unique=False)
    op.create_index(op.f("ix_recognition_project_id"), "recognition", ["project_id"], unique=False)

    op.create_table(
        "kpi_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("report_year", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'recognition') = (recognition_id IS NOT NULL)",
            name=op.f("ck_kpi_report_recognition_report"),
        ),
        sa.CheckConstraint("basis IN ('declared', 'verified')", name=op.f("ck_kpi_report_basis_known")),
        sa.CheckConstraint("kind IN ('recognition', 'yearly')", name=op.f("ck_kpi_report_kind_known")),
        sa.CheckConstraint(
            "baseline_year IS NULL OR baseline_year BETWEEN 2000 AND 2100",
            name=op.f("ck_kpi_report_baseline_year_range"),
        ),
        sa.CheckConstraint(
            "baseline_year IS NULL OR report_year IS NULL OR baseline_year <= report_year",
            name=op.f("ck_kpi_report_years"),
        ),
        sa.CheckConstraint(
            "report_year IS NULL OR report_year BETWEEN 2000 AND 2100",
            name=op.f("ck_kpi_report_report_year_range"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_kpi_report_project_id_project"),
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognition.id"],
            name=op.f("fk_kpi_report_recognition_id_recognition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_report")),
        sa.UniqueConstraint("recognition_id", "basis", name=op.f("uq_kpi_report_recognition_id_basis")),
    )
    op.create_index(op.f("ix_kpi_report_project_id"), "kpi_report", ["project_id"], unique=False)
    op.create_index(
        "uq_kpi_report_yearly",
        "kpi_report",
        ["project_id", "report_year", "basis"],
        unique=True,
        sqlite_where=sa.text("kind = 'yearly'"),
        postgresql_where=sa.text("kind = 'yearly'"),
    )

    op.create_table(
        "kpi_value",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kpi_code", sa.String(length=40), nullable=False),
        sa.Column("baseline", Scaled(), nullable=True),
        sa.Column("current", Scaled(), nullable=True),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("comparable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["kpi_code"], ["kpi.code"], name=op.f("fk_kpi_value_kpi_code_kpi")),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["kpi_report.id"],
            name=op.f("fk_kpi_value_report_id_kpi_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", "kpi_code", name=op.f("pk_kpi_value")),
    )
    op.create_index(
        "ix_kpi_value_code",
        "kpi_value",
        ["kpi_code", "comparable", "report_id"],
        unique=False,
    )

    op.create_index(
        "uq_recognition_title",
        "recognition",
        [
            "project_id",
            "category_code",
            sa.text("coalesce(year, 0)"),
            sa.text("coalesce(stage, '')"),
        ],
        unique=True,
    )


def downgrade() -> None:
    for table in (
        "kpi_value",
        "kpi_report",
        "recognition",
        "project_search",
        "project_name",
        "project",
        "reporting_unit",
        "enterprise_name",
        "enterprise_honor",
        "kpi",
        "industry",
        "event",
        "enterprise",
        "document",
        "division",
        "counter",
        "category",
    ):
        op.drop_table(table)
