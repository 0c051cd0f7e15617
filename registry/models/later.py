"""Re-evaluations and yearly reports: which projects have to send one, and the outcome; the ladder of categories."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.models.reference import one_of
from registry.purposes import MappingMode, Outcome


class CallSubject(Base):
    """应报: a project that a re-evaluation or a yearly report asks, frozen when its call is published.

    `recognition_id` is the title that is asked about; it becomes NULL when that title turns out to be void.
    `application_id` is the form that the enterprise began last. `outcome` is what a person said came of it;
    whether a form was sent and checked stands with the form itself.
    """

    __tablename__ = "call_subject"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint("(outcome IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("outcome IS NULL OR outcome <> 'excused' OR reason <> ''", name="excused_for_a_reason"),
        UniqueConstraint("call_id", "project_id"),
        Index("ix_call_subject_project", "project_id", "call_id"),
        Index("ix_call_subject_recognition", "recognition_id"),
        Index("ix_call_subject_application", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    recognition_id: Mapped[int | None] = mapped_column(ForeignKey("recognition.id", ondelete="SET NULL"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    outcome: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ReEvaluation(Base):
    """复核: a title that a document confirmed again, with the year of the re-evaluation. Public."""

    __tablename__ = "re_evaluation"
    __table_args__ = (
        CheckConstraint("outcome IN ('excellent', 'pass')", name="outcome_retains"),
        UniqueConstraint("recognition_id", "year"),
        Index("ix_re_evaluation_document", "document_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    recognition_id: Mapped[int] = mapped_column(ForeignKey("recognition.id", ondelete="CASCADE"))
    year: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CategoryMapping(Base):
    """A row of the ladder: what titles of one category become in a newer one, and by which document.

    `keeps_old`: the old title stays valid beside the new one, as the document says.
    """

    __tablename__ = "category_mapping"
    __table_args__ = (
        one_of("mode", MappingMode),
        CheckConstraint("from_code <> to_code", name="to_another"),
        UniqueConstraint("from_code", "to_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    from_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    to_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    mode: Mapped[str] = mapped_column(String(8))
    keeps_old: Mapped[bool] = mapped_column(default=False)
    document: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
