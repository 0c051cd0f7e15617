"""评审: the pool of experts, panels of a call, what each expert said about each application, what the chair decided."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Scaled, UtcDateTime
from registry.evaluation.terms import (
    AssignmentOrigin,
    AssignmentState,
    ConflictSource,
    Decision,
    PanelState,
    ScoreMethod,
)
from registry.models.accounts import Account
from registry.models.applications import Application, Call
from registry.models.people import Enterprise
from registry.models.reference import one_of


class Expert(Base):
    """专家: an account of that role in the pool. `employer_key` and `employer_uscc` find the own enterprise."""

    __tablename__ = "expert"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    employer: Mapped[str] = mapped_column(String(200))
    employer_key: Mapped[str] = mapped_column(String(200), index=True)
    employer_uscc: Mapped[str] = mapped_column(String(18), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    languages: Mapped[str] = mapped_column(String(100), default="")
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    account: Mapped[Account] = relationship()
    fields: Mapped[list[ExpertField]] = relationship(order_by="ExpertField.industry_code", cascade="all, delete-orphan")
    conflicts: Mapped[list[ExpertConflict]] = relationship(cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class ExpertField(Base):
    """An industry in which an expert is at home."""

    __tablename__ = "expert_field"
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.account_id", ondelete="CASCADE"), primary_key=True)
    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"), primary_key=True)


class ExpertConflict(Base):
    """An enterprise that an expert must not judge, and from whom this is known."""

    __tablename__ = "expert_conflict"
    __table_args__ = (one_of("source", ConflictSource),)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.account_id", ondelete="CASCADE"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True, index=True)
    source: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(400))
    noted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enterprise: Mapped[Enterprise] = relationship()


class Panel(Base):
    """评审组 of a call. `draws` counts the draws; `record` holds each of them with everything that it followed from.

    `chair_id` is an expert; without one the city's officers decide.
    """

    __tablename__ = "panel"
    __table_args__ = (
        one_of("state", PanelState),
        CheckConstraint("per_application > 0", name="somebody_scores"),
        CheckConstraint("state = 'draft' OR draws > 0", name="drawn_before_scoring"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("expert.account_id"))
    per_application: Mapped[int]
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=PanelState.DRAFT.value)
    seed: Mapped[str] = mapped_column(String(64), default="")
    draws: Mapped[int] = mapped_column(default=0)
    record: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    call: Mapped[Call] = relationship()
    __mapper_args__ = {"version_id_col": version}


LIVE = "uq_panel_item_live"


class PanelItem(Base):
    """An application in a panel; it is live in one panel at a time."""

    __tablename__ = "panel_item"
    __table_args__ = (
        Index(LIVE, "application_id", unique=True, sqlite_where=text("live"), postgresql_where=text("live")),
    )
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    live: Mapped[bool] = mapped_column(default=True)
    panel: Mapped[Panel] = relationship()
    application: Mapped[Application] = relationship()


class Assignment(Base):
    """One application at one expert. `sheet` holds the texts as typed, by the names of their controls.

    `cleared_at`: when the expert said that there is no conflict. A submitted sheet counts for the version of the
    application that it was submitted for (`snapshot_id`) and for no later one.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("origin", AssignmentOrigin),
        one_of("state", AssignmentState),
        CheckConstraint("(state = 'submitted') = (total IS NOT NULL)", name="total_once_submitted"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="moment_once_submitted"),
        CheckConstraint("(state = 'submitted') = (snapshot_id IS NOT NULL)", name="version_once_submitted"),
        UniqueConstraint("panel_id", "application_id", "expert_id"),
        Index("ix_assignment_expert", "expert_id", "state"),
        Index("ix_assignment_application", "application_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.account_id"))
    origin: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(10), default=AssignmentState.ASSIGNED.value)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sheet: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    total: Mapped[Decimal | None] = mapped_column(Scaled)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    panel: Mapped[Panel] = relationship()
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()
    __mapper_args__ = {"version_id_col": version}


class PanelResult(Base):
    """What the chair said about an application, and its figures once the panel is closed.

    `basis` names the sheets that the decision was made on: it stands while they are the ones that count.
    """

    __tablename__ = "panel_result"
    __table_args__ = (
        one_of("decision", Decision),
        one_of("method", ScoreMethod),
        CheckConstraint("(decision = 'set') = (decided_points IS NOT NULL)", name="points_when_set"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
    )
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, index=True)
    method: Mapped[str | None] = mapped_column(String(10))
    n: Mapped[int | None]
    score: Mapped[Decimal | None] = mapped_column(Scaled)
    low: Mapped[Decimal | None] = mapped_column(Scaled)
    high: Mapped[Decimal | None] = mapped_column(Scaled)
    rank: Mapped[int | None]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_points: Mapped[Decimal | None] = mapped_column(Scaled)
    place: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    basis: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
