"""Public notices of what is to be decided, objections to them, and the calendar of working days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.models.reference import one_of
from registry.notices import Channel, Finding, NoticeKind, NoticeState, NoticeUnit, ObjectionState, ObjectorKind


class Notice(Base):
    """公示: a list that everybody may object to, prepared by one person and opened by another.

    `days`, `unit` and `count_first` are the rule of the call that holds for it. The days and the text exist from its
    opening on; a note may move the last day, which never comes earlier. `show_scores`: its lines say what the experts
    gave, frozen at the opening.
    """

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", NoticeKind),
        one_of("state", NoticeState),
        one_of("unit", NoticeUnit),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state IN ('open', 'withdrawn')) = (confirmed_by IS NOT NULL)", name="opened_by_somebody"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (first_day IS NULL) AND (first_day IS NULL) = (last_day IS NULL) "
            "AND (first_day IS NULL) = (opened_at IS NULL)",
            name="opened_has_days",
        ),
        CheckConstraint("first_day IS NULL OR first_day <= last_day", name="days_in_order"),
        CheckConstraint("(state IN ('withdrawn', 'cancelled')) = (reason <> '')", name="ended_with_reason"),
        CheckConstraint("days > 0", name="days_positive"),
        Index("ix_notice_state", "state", "last_day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    remark: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    organ: Mapped[str] = mapped_column(String(100))
    contact: Mapped[dict[str, str]] = mapped_column(JSON)
    days: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    count_first: Mapped[bool]
    show_scores: Mapped[bool] = mapped_column(default=False, server_default=false())
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.PREPARED.value)
    reason: Mapped[str] = mapped_column(String(400), default="")
    prepared_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    items: Mapped[list[NoticeItem]] = relationship(order_by="NoticeItem.position", back_populates="notice")
    __mapper_args__ = {"version_id_col": version}


class NoticeItem(Base):
    """One line of a notice, frozen at its opening.

    `live` until it leaves the list or its notice ends otherwise than by time; an application has one live line at
    most. `override` says why a red mark does not keep it out; `left_at` is when it left an open notice, whose page
    keeps the line. `outcome`: what a re-evaluation is to come to.
    """

    __tablename__ = "notice_item"
    __table_args__ = (
        UniqueConstraint("notice_id", "position"),
        CheckConstraint("left_at IS NULL OR NOT live", name="left_is_not_live"),
        Index(
            "uq_notice_item_live",
            "application_id",
            unique=True,
            sqlite_where=text("live AND application_id IS NOT NULL"),
            postgresql_where=text("live AND application_id IS NOT NULL"),
        ),
        Index("ix_notice_item_application", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200), default="")
    enterprise: Mapped[str] = mapped_column(String(200), default="")
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"))
    override: Mapped[str] = mapped_column(String(400), default="")
    outcome: Mapped[str | None] = mapped_column(String(12))
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    live: Mapped[bool] = mapped_column(default=True)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notice: Mapped[Notice] = relationship(back_populates="items")


class NoticeNote(Base):
    """更正说明 of an open notice; append-only. `last_day`: the later last day that it announces."""

    __tablename__ = "notice_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    last_day: Mapped[date | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarYear(Base):
    """A year whose free days were entered and confirmed; the operator at the command line has no account."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """A day on which offices do not do what the weekday says."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]


class Objection(Base):
    """异议 to one line of a notice. `identity` is encrypted and erased some years after the end.

    Only the hash of the code that opens the answer is stored; `inquiry` is what the enterprise was asked, in an
    officer's words.
    """

    __tablename__ = "objection"
    __table_args__ = (
        one_of("kind", ObjectorKind),
        one_of("channel", Channel),
        one_of("state", ObjectionState),
        one_of("finding", Finding),
        CheckConstraint("(state = 'decided') = (finding IS NOT NULL)", name="decided_with_finding"),
        CheckConstraint("state NOT IN ('refused', 'decided') OR reply <> ''", name="answered"),
        CheckConstraint("(state IN ('refused', 'decided')) = (closed_at IS NOT NULL)", name="closed_when_over"),
        Index("ix_objection_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    notice_item_id: Mapped[int] = mapped_column(ForeignKey("notice_item.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))
    facts: Mapped[str] = mapped_column(Text)
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=ObjectionState.RECEIVED.value)
    inquiry: Mapped[str] = mapped_column(String(1000), default="")
    finding: Mapped[str | None] = mapped_column(String(12))
    finding_text: Mapped[str] = mapped_column(String(1000), default="")
    reply: Mapped[str] = mapped_column(String(1000), default="")
    token_hash: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    files: Mapped[list[ObjectionFile]] = relationship(order_by="ObjectionFile.id")
    __mapper_args__ = {"version_id_col": version}


class ObjectionFile(Base):
    """What an objector sent along: it may say who he is, and is shown to those who may know."""

    __tablename__ = "objection_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    storage_name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
