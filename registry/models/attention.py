"""What needs a hand and when: pauses of a step, reminders that were sent, filters that officers keep."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime


class StepPause(Base):
    """Days on which a step of a call rests, for one reporting unit or for all: they are no handling time."""

    __tablename__ = "step_pause"
    __table_args__ = (
        CheckConstraint("status IN ('submitted', 'recommended', 'checking', 'proposed')", name="status_held"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    text: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reminder(Base):
    """A reminder that an account was sent, so that it is sent once: `subject` names what it was about, `day`
    the day that it was about."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("account_id", "kind", "subject", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedFilter(Base):
    """A view of the queue that an officer keeps under a name; `query` is that of its address."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(1000))
