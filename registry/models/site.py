"""Notices of maintenance, shown on top of every page."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime


class MaintenanceNotice(Base):
    """A line on top of every page from one day to another, e.g. that the site rests for an evening."""

    __tablename__ = "maintenance_notice"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("text <> ''", name="text_given"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
