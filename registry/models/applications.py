"""Calls and applications: what may be applied for, what was asked for, and who said what about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.models.accounts import Account
from registry.models.people import Enterprise
from registry.models.reference import Category, one_of
from registry.purposes import CallPurpose
from registry.terms import ApplicationStatus, AttachmentKind, CallRule, CallState


class Call(Base):
    """申报通知: category, year, window and document. Its rules are `CallForm` rows, one a version."""

    __tablename__ = "call"
    __table_args__ = (
        one_of("state", CallState),
        one_of("purpose", CallPurpose),
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("year BETWEEN 2010 AND 2100", name="year_range"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(60), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=CallState.DRAFT.value)
    purpose: Mapped[str] = mapped_column(
        String(16), default=CallPurpose.TITLE.value, server_default=CallPurpose.TITLE.value
    )
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    category: Mapped[Category] = relationship()
    forms: Mapped[list[CallForm]] = relationship(order_by="CallForm.number", cascade="all, delete-orphan")
    extensions: Mapped[list[CallExtension]] = relationship(cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}

    @property
    def form(self) -> CallForm:
        """The version of the rules in force."""
        return self.forms[-1]


class CallForm(Base):
    """One version of a call's rules (`application_form.Rules` as JSON); never changed once it is used."""

    __tablename__ = "call_form"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    number: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallExtension(Base):
    """A later deadline of one reporting unit, with its reason."""

    __tablename__ = "call_extension"
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"), primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))


class Waiver(Base):
    """A rule of a call that does not hold for one enterprise, granted by an officer with a reason."""

    __tablename__ = "waiver"
    __table_args__ = (one_of("rule", CallRule), UniqueConstraint("call_id", "enterprise_id", "rule"))
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    rule: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(400))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


_OPEN = "status NOT IN ('not_recommended', 'rejected', 'withdrawn')"
RANK_INDEX = "uq_application_rank"
RANKED = "rank IS NOT NULL AND status <> 'withdrawn'"
"""A unit's letter names a rank once. A withdrawn application gives its rank back, a refused one keeps it:
the refusal can be undone."""


class Application(Base):
    """申报: one enterprise's declaration in one call.

    `answers` are the texts as typed, by field name of `application_form`; `lon`, `lat` the place that was
    last submitted, in WGS-84 degrees. `version` is the optimistic lock of autosave and of every officer.
    `status` is written by `services.review` alone; `return_to` is the step that a returned application
    goes back to, `open_fields` what may be changed meanwhile (NULL = everything), `due_on` the last day
    for it. `previous_status` is what an undo restores; `typed_by` is who typed last, since a return.
    `replaced` holds what stood in the public record before the decision, to be given back when that is undone: the
    yearly figures of a filed report, the facts of a recognised project.
    `criteria` is the officers' sheet (`yes`, `no` by code), `criteria_reasons` why one is not met.
    """

    __tablename__ = "application"
    __table_args__ = (
        one_of("status", ApplicationStatus),
        CheckConstraint("status = 'draft' OR status = 'withdrawn' OR number IS NOT NULL", name="number_once_submitted"),
        CheckConstraint("(status = 'returned') = (return_to IS NOT NULL)", name="returned_from_a_step"),
        CheckConstraint("due_on IS NULL OR status = 'returned'", name="due_while_returned"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "(decided_at IS NOT NULL) = "
            "(status IN ('recognised', 'forwarded', 'filed', 'not_recommended', 'rejected', 'withdrawn'))",
            name="decided_when_final",
        ),
        CheckConstraint(
            "status NOT IN ('submitted', 'recommended', 'checking', 'proposed', 'filed', 'noticed') "
            "OR unit_code IS NOT NULL",
            name="unit_once_submitted",
        ),
        CheckConstraint("(status = 'recognised') = (recognition_id IS NOT NULL)", name="recognised_has_title"),
        Index(
            "uq_application_open_project",
            "call_id",
            "enterprise_id",
            "project_key",
            unique=True,
            sqlite_where=text(f"{_OPEN} AND project_key <> ''"),
            postgresql_where=text(f"{_OPEN} AND project_key <> ''"),
        ),
        Index(
            RANK_INDEX,
            "call_id",
            "unit_code",
            "rank",
            unique=True,
            sqlite_where=text(RANKED),
            postgresql_where=text(RANKED),
        ),
        # The officers' queue is counted, searched and sorted from this index alone: a row itself, with
        # its answers, fills most of a page.
        Index(
            "ix_application_queue",
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
        ),
        Index("ix_application_due", "due_on", "unit_code", "status"),
        Index("ix_application_place", "lon", "lat"),
        Index("ix_application_project_key", "project_key"),
        Index("ix_application_call_unit", "call_id", "unit_code", "status", "return_to", "rank"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(16), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    call_form_id: Mapped[int] = mapped_column(ForeignKey("call_form.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    project_name: Mapped[str] = mapped_column(String(200), default="")
    project_key: Mapped[str] = mapped_column(String(200), default="")
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"))
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(16), default=ApplicationStatus.DRAFT.value)
    previous_status: Mapped[str | None] = mapped_column(String(16))
    return_to: Mapped[str | None] = mapped_column(String(16))
    open_fields: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    due_on: Mapped[date | None]
    step_since: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    rank: Mapped[int | None]
    letter_number: Mapped[str] = mapped_column(String(60), default="")
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    criteria_reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recognition_id: Mapped[int | None] = mapped_column(ForeignKey("recognition.id"))
    replaced: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    call: Mapped[Call] = relationship()
    call_form: Mapped[CallForm] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id", back_populates="application")
    snapshots: Mapped[list[Snapshot]] = relationship(order_by="Snapshot.number")
    remarks: Mapped[list[Remark]] = relationship(order_by="Remark.id")
    notes: Mapped[list[InternalNote]] = relationship(order_by="InternalNote.id")
    __mapper_args__ = {"version_id_col": version}


class Snapshot(Base):
    """What was submitted: frozen (a trigger refuses changes), with the check code that paper bears."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("application_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    check_code: Mapped[str] = mapped_column(String(24))
    submitted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Remark(Base):
    """A reviewer's sentence about one field of a snapshot, written with a return."""

    __tablename__ = "remark"
    __table_args__ = (Index("ix_remark_application", "application_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"))
    field: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(1000))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[Account] = relationship()


class InternalNote(Base):
    """A note among officers; never shown to the applicant."""

    __tablename__ = "internal_note"
    __table_args__ = (Index("ix_internal_note_application", "application_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[Account] = relationship()


class Attachment(Base):
    """附件: the file itself lies under a generated name in DATA_DIR/files; the row keeps the given name."""

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("kind", AttachmentKind),
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_attachment_application", "application_id", "kind", "removed_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[str] = mapped_column(String(24))
    filename: Mapped[str] = mapped_column(String(255))
    caption: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(80), unique=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    application: Mapped[Application] = relationship(back_populates="attachments")


class ReleasedPhoto(Base):
    """A photo that the public sees with this caption: one of an application that an officer released, or the file of
    a change request in force. `alt` says what it shows to those who cannot see it; without one the caption does.

    A row is a release, its deletion the withdrawal; the file stays where it was sent.
    """

    __tablename__ = "released_photo"
    __table_args__ = (
        CheckConstraint("caption <> ''", name="captioned"),
        CheckConstraint("(attachment_id IS NULL) <> (request_id IS NULL)", name="one_source"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), unique=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    caption: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str] = mapped_column(String(200), default="", server_default="")
    released_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Seen(Base):
    """The snapshot that an officer saw last, for the differences since then."""

    __tablename__ = "seen"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DuplicateAnswer(Base):
    """An officer's answer to "is this the same?", so that it is not asked again."""

    __tablename__ = "duplicate_answer"
    __table_args__ = (UniqueConstraint("application_id", "other"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    other: Mapped[str] = mapped_column(String(40))
    is_same: Mapped[bool]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Phrase(Base):
    """A sentence of the remark library."""

    __tablename__ = "phrase"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(400), unique=True)
    position: Mapped[int]
