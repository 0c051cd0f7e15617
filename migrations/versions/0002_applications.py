"""accounts, calls, applications, publications"""

import sqlalchemy as sa
from alembic import op

from registry.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("text", name=op.f("uq_phrase_text")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_call_state_known")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_call_window")),
        sa.CheckConstraint("year BETWEEN 2010 AND 2100", name=op.f("ck_call_year_range")),
        sa.ForeignKeyConstraint(["category_code"], ["category.code"], name=op.f("fk_call_category_code_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_opens_at"), ["opens_at"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("email_key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.Column("claimed_uscc", sa.String(length=18), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(role = 'district_reviewer') = (unit_code IS NOT NULL)", name=op.f("ck_account_district_reviewer")
        ),
        sa.CheckConstraint(
            "(role = 'enterprise') = (enterprise_id IS NOT NULL)", name=op.f("ck_account_enterprise_member")
        ),
        sa.CheckConstraint("NOT is_owner OR role = 'enterprise'", name=op.f("ck_account_owner_is_member")),
        sa.CheckConstraint(
            "role IN ('enterprise', 'district_reviewer', 'municipal_reviewer', 'expert', 'publisher', 'administrator', 'auditor')",
            name=op.f("ck_account_role_known"),
        ),
        sa.CheckConstraint(
            "standing IN ('active', 'pending', 'invited', 'disabled')", name=op.f("ck_account_standing_known")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_account_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["reporting_unit.code"], name=op.f("fk_account_unit_code_reporting_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_role"), ["role"], unique=False)

    op.create_table(
        "call_extension",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_extension_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["reporting_unit.code"], name=op.f("fk_call_extension_unit_code_reporting_unit")
        ),
        sa.PrimaryKeyConstraint("call_id", "unit_code", name=op.f("pk_call_extension")),
    )
    op.create_table(
        "call_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_form_call_id_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_form")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_form_call_id_number")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "name_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_key", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_name_match_author_id_account")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_name_match_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_match")),
        sa.UniqueConstraint("enterprise_key", "name_key", name=op.f("uq_name_match_enterprise_key_name_key")),
    )
    op.create_table(
        "one_time_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('reset', 'invitation')", name=op.f("ck_one_time_token_purpose_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_token")),
    )
    with op.batch_alter_table("one_time_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organ", sa.String(length=100), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("category_code", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL)", name=op.f("ck_publication_confirmed_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (document_id IS NOT NULL)", name=op.f("ck_publication_confirmed_has_document")
        ),
        sa.CheckConstraint("state IN ('prepared', 'confirmed', 'cancelled')", name=op.f("ck_publication_state_known")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> prepared_by", name=op.f("ck_publication_four_eyes")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_publication_call_id_call")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_publication_category_code_category")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_publication_confirmed_by_account")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_publication_document_id_document")),
        sa.ForeignKeyConstraint(["prepared_by"], ["account.id"], name=op.f("fk_publication_prepared_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_number_key"), ["number_key"], unique=False)

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "rule IN ('deadline', 'per_enterprise', 'exclusion', 'most_titles', 'cool_down', 'age', 'criteria', 'quota')",
            name=op.f("ck_waiver_rule_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_waiver_author_id_account")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_waiver_call_id_call"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_waiver_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("call_id", "enterprise_id", "rule", name=op.f("uq_waiver_call_id_enterprise_id_rule")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("call_form_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("industry_code", sa.String(length=2), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("previous_status", sa.String(length=16), nullable=True),
        sa.Column("return_to", sa.String(length=16), nullable=True),
        sa.Column("open_fields", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("step_since", UtcDateTime(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("typed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("letter_number", sa.String(length=60), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NOT NULL) = (status IN ('recognised', 'forwarded', 'not_recommended', 'rejected', 'withdrawn'))",
            name=op.f("ck_application_decided_when_final"),
        ),
        sa.CheckConstraint(
            "(status = 'recognised') = (recognition_id IS NOT NULL)", name=op.f("ck_application_recognised_has_title")
        ),
        sa.CheckConstraint(
            "(status = 'returned') = (return_to IS NOT NULL)", name=op.f("ck_application_returned_from_a_step")
        ),
        sa.CheckConstraint(
            "status = 'draft' OR status = 'withdrawn' OR number IS NOT NULL",
            name=op.f("ck_application_number_once_submitted"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'recommended', 'checking', 'proposed', 'noticed', 'recognised', 'forwarded', 'not_recommended', 'rejected', 'withdrawn')",
            name=op.f("ck_application_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('submitted', 'recommended', 'checking', 'proposed') OR unit_code IS NOT NULL",
            name=op.f("ck_application_unit_once_submitted"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_application_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_application_assignee_id_account")),
        sa.ForeignKeyConstraint(["call_form_id"], ["call_form.id"], name=op.f("fk_application_call_form_id_call_form")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_application_call_id_call")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_application_confirmed_by_account")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_application_created_by_account")),
        sa.ForeignKeyConstraint(["typed_by"], ["account.id"], name=op.f("fk_application_typed_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_application_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_application_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["industry_code"], ["industry.code"], name=op.f("fk_application_industry_code_industry")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_application_project_id_project")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_application_proposed_by_account")),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognition.id"], name=op.f("fk_application_recognition_id_recognition")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_application_submitted_by_account")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["reporting_unit.code"], name=op.f("fk_application_unit_code_reporting_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(
            "ix_application_call_unit", ["call_id", "unit_code", "status", "return_to", "rank"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_application_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_project_id"), ["project_id"], unique=False)
        batch_op.create_index("ix_application_place", ["lon", "lat"], unique=False)
        batch_op.create_index("ix_application_project_key", ["project_key"], unique=False)
        batch_op.create_index(
            "ix_application_queue",
            [
                "status",
                "unit_code",
                "step_since",
                "id",
                "call_id",
                "call_form_id",
                "industry_code",
                "assignee_id",
                "enterprise_id",
                "number",
                "project_name",
            ],
            unique=False,
        )
        batch_op.create_index(
            "uq_application_open_project",
            ["call_id", "enterprise_id", "project_key"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('not_recommended', 'rejected', 'withdrawn') AND project_key <> ''"),
            postgresql_where=sa.text(
                "status NOT IN ('not_recommended', 'rejected', 'withdrawn') AND project_key <> ''"
            ),
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_name", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('business_license', 'application_form_signed', 'authenticity_commitment', 'application_report', 'investment_list', 'invoice', 'audit_report', 'financial_statement', 'credit_report', 'maturity_report', 'photo', 'recommendation_letter', 'review_form', 'other')",
            name=op.f("ck_attachment_kind_known"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_attachment_application_id_application")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_attachment_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_attachment_storage_name")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_application", ["application_id", "kind", "removed_at", "id"], unique=False)

    op.create_table(
        "duplicate_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("other", sa.String(length=40), nullable=False),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_duplicate_answer_application_id_application")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_duplicate_answer_author_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_answer")),
        sa.UniqueConstraint("application_id", "other", name=op.f("uq_duplicate_answer_application_id_other")),
    )
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_internal_note_application_id_application")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_internal_note_author_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    with op.batch_alter_table("internal_note", schema=None) as batch_op:
        batch_op.create_index("ix_internal_note_application", ["application_id", "id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("mail_state", sa.String(length=10), nullable=False),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
        sa.Column("mail_due", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "mail_state IN ('none', 'pending', 'sent', 'failed')", name=op.f("ck_message_mail_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_message_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_account", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_message_mail", ["mail_state", "id"], unique=False)

    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("check_code", sa.String(length=24), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_snapshot_application_id_application")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_snapshot_submitted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_snapshot_application_id_number")),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_remark_application_id_application")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_remark_author_id_account")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_remark_snapshot_id_snapshot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index("ix_remark_application", ["application_id", "id"], unique=False)

    op.create_table(
        "seen",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_seen_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_seen_application_id_application")
        ),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_seen_snapshot_id_snapshot")),
        sa.PrimaryKeyConstraint("account_id", "application_id", name=op.f("pk_seen")),
    )


def downgrade() -> None:
    op.drop_table("waiver")
    op.drop_table("seen")
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.drop_index("ix_remark_application")

    op.drop_table("remark")
    op.drop_table("snapshot")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_mail")
        batch_op.drop_index("ix_message_account")

    op.drop_table("message")
    with op.batch_alter_table("internal_note", schema=None) as batch_op:
        batch_op.drop_index("ix_internal_note_application")

    op.drop_table("internal_note")
    op.drop_table("duplicate_answer")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_application")

    op.drop_table("attachment")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_application_open_project",
            sqlite_where=sa.text("status NOT IN ('not_recommended', 'rejected', 'withdrawn') AND project_key <> ''"),
            postgresql_where=sa.text(
                "status NOT IN ('not_recommended', 'rejected', 'withdrawn') AND project_key <> ''"
            ),
        )
        batch_op.drop_index("ix_application_queue")
        batch_op.drop_index("ix_application_project_key")
        batch_op.drop_index("ix_application_place")
        batch_op.drop_index(batch_op.f("ix_application_project_id"))
        batch_op.drop_index(batch_op.f("ix_application_enterprise_id"))
        batch_op.drop_index("ix_application_call_unit")
        batch_op.drop_index(batch_op.f("ix_application_assignee_id"))

    op.drop_table("application")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_number_key"))

    op.drop_table("publication")
    with op.batch_alter_table("one_time_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_token_account_id"))

    op.drop_table("one_time_token")
    op.drop_table("name_match")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_account_id"))

    op.drop_table("login_session")
    op.drop_table("call_form")
    op.drop_table("call_extension")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_role"))
        batch_op.drop_index(batch_op.f("ix_account_enterprise_id"))

    op.drop_table("account")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_opens_at"))

    op.drop_table("call")
    op.drop_table("throttle")
    op.drop_table("phrase")
