"""The later life of the public record: requests to change it, titles entered in error, readers' reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.changes import ChangeKind, ChangeState, Origin, ReportState, ReportTopic
from registry.db import Base, UtcDateTime
from registry.models.reference import one_of

OPEN = "state IN ('submitted', 'agreed', 'decided', 'returned')"
"""A request that nobody has decided yet."""


class ChangeRequest(Base):
    """变更申请 or 更正: what shall become of an enterprise, a project or some titles.

    `before` holds what was on record when it was sent, `wanted` what is asked for, both by the field names of
    its row in `changes/rows`. The public record follows with `in_force` alone. `subject` names what it is about, so
    that one request of a kind at a time is open for it. Whoever entered it never takes the last step.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        one_of("kind", ChangeKind),
        one_of("origin", Origin),
        one_of("state", ChangeState),
        CheckConstraint(
            "state <> 'in_force' OR coalesce(second_by, decided_by, unit_by) <> entered_by", name="four_eyes"
        ),
        CheckConstraint("second_by IS NULL OR second_by <> coalesce(decided_by, 0)", name="second_person"),
        CheckConstraint("(state = 'in_force') = (applied_at IS NOT NULL)", name="applied_when_in_force"),
        CheckConstraint("state NOT IN ('returned', 'refused') OR answer <> ''", name="answered"),
        CheckConstraint("effective_on IS NOT NULL OR state IN ('draft', 'withdrawn')", name="dated"),
        Index(
            "uq_change_request_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_change_request_queue", "state", "unit_code", "id"),
        Index("ix_change_request_project", "project_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    origin: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(40))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(1000))
    effective_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(String(1000), default="")
    filename: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(80), default="")
    storage_name: Mapped[str] = mapped_column(String(80), default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    step_since: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ChangeJournal(Base):
    """What a merger or a split did, row by row, so that it can be undone until one of the rows changes again."""

    __tablename__ = "change_journal"
    request_id: Mapped[int] = mapped_column(
        ForeignKey("change_request.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kept: Mapped[dict[str, Any]] = mapped_column(JSON)


class VoidTitle(Base):
    """作废: a title that was entered in error, as it stood, out of the way of every count and every list.

    It left the table of titles, so no reader of titles can meet it and the right title may take its place.
    `content` holds its columns and its KPI reports.
    """

    __tablename__ = "void_title"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(1000))
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormerCode(Base):
    """A unified code that an enterprise bore, or that one merged into it did; it still finds the enterprise."""

    __tablename__ = "former_code"
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"), index=True)
    until: Mapped[date | None]


class ErrorReport(Base):
    """信息有误: what a reader says is wrong with a public project, and the answer.

    Only the hash of the code that opens the answer is stored. `contact` is erased 180 days after the answer.
    """

    __tablename__ = "error_report"
    __table_args__ = (
        one_of("state", ReportState),
        one_of("topic", ReportTopic),
        CheckConstraint("(state = 'received') = (answered_at IS NULL)", name="answered_when_closed"),
        Index("ix_error_report_queue", "state", "unit_code", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"))
    topic: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200), default="")
    token_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default=ReportState.RECEIVED.value)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
