"""Neighbours of a title: who built a project, which zone it belongs to, what service was given, its story.

They are shown beside the public record and count nowhere in it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.kinds import LinkKind, ServiceKind
from registry.models.reference import one_of


class SupplierProfile(Base):
    """服务机构: what a project of the type supplier offers; `kinds` are codes of `SupplierKind`."""

    __tablename__ = "supplier_profile"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    capabilities: Mapped[str] = mapped_column(Text, default="")


class ProjectLink(Base):
    """A project built by a supplier, or a member of a zone or park (`other_id`), in a span of days."""

    __tablename__ = "project_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("project_id <> other_id", name="not_to_itself"),
        CheckConstraint('"until" IS NULL OR "from" IS NULL OR "until" >= "from"', name="span"),
        Index("uq_project_link", "project_id", "other_id", "kind", unique=True),
        Index("ix_project_link_other", "other_id", "kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[str] = mapped_column(String(12))
    since: Mapped[date | None] = mapped_column("from")
    until: Mapped[date | None]


class ServiceEvent(Base):
    """服务活动: a diagnosis, a matchmaking or a visit, of a supplier, at a project, or both."""

    __tablename__ = "service_event"
    __table_args__ = (
        one_of("kind", ServiceKind),
        CheckConstraint("supplier_id IS NOT NULL OR project_id IS NOT NULL", name="of_somebody"),
        Index("ix_service_event_held", "kind", "held_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    held_on: Mapped[date]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    summary: Mapped[str] = mapped_column(Text)


class ProjectStory(Base):
    """案例: a text about a project, for the public until it is withdrawn."""

    __tablename__ = "project_story"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
