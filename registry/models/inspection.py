"""Site inspections of a call: what was drawn, the visits with their teams, sheets and photos."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.application_form.inspection import Conclusion, PickOrigin, VisitState
from registry.db import Base, UtcDateTime
from registry.models.accounts import Account
from registry.models.applications import Application
from registry.models.reference import one_of

OPEN = "state IN ('planned', 'visited')"
"""A visit that is still to be signed; an application has at most one."""


class InspectionDraw(Base):
    """One draw by lot: `pool` are the application numbers by unit, so that anybody can draw again from `seed`."""

    __tablename__ = "inspection_draw"
    __table_args__ = (CheckConstraint("share BETWEEN 1 AND 100", name="share_range"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    share: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    pool: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    picked: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    drawn_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InspectionPick(Base):
    """What a draw or an officer said about one application: `is_picked` false was in the pool and not drawn.

    An addition names its reason; one that a draw had left out keeps that draw.
    """

    __tablename__ = "inspection_pick"
    __table_args__ = (
        one_of("origin", PickOrigin),
        CheckConstraint("origin <> 'added' OR reason <> ''", name="added_for_a_reason"),
        CheckConstraint("origin <> 'drawn' OR draw_id IS NOT NULL", name="drawn_in_a_draw"),
    )
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_draw.id"), index=True)
    is_picked: Mapped[bool]
    origin: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(400), default="")
    picked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Inspection(Base):
    """One visit. `answers` are the texts of its sheet by field name, `touched` who wrote each of them when.

    `conclusion`, `fix_by` and `verified` (the inputs that hold, by KPI) are written by the signature, together
    with it; `services.inspection.visits.move` is the only writer of `state`.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        one_of("state", VisitState),
        one_of("conclusion", Conclusion),
        UniqueConstraint("application_id", "number"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
        CheckConstraint("(state = 'signed') = (conclusion IS NOT NULL)", name="concluded_when_signed"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by_somebody"),
        CheckConstraint("conclusion <> 'fix' OR fix_by IS NOT NULL", name="fix_has_a_day"),
        Index(
            "uq_inspection_open",
            "application_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    planned_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=VisitState.PLANNED.value)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    touched: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    verified: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    conclusion: Mapped[str | None] = mapped_column(String(8))
    fix_by: Mapped[date | None]
    cancelled_for: Mapped[str] = mapped_column(String(400), default="")
    planned_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    application: Mapped[Application] = relationship()
    members: Mapped[list[InspectionMember]] = relationship(
        order_by="(InspectionMember.is_lead.desc(), InspectionMember.account_id)", cascade="all, delete-orphan"
    )
    photos: Mapped[list[InspectionPhoto]] = relationship(order_by="InspectionPhoto.id")
    __mapper_args__ = {"version_id_col": version}


class InspectionMember(Base):
    """A person of the team of a visit; one of them leads it and signs."""

    __tablename__ = "inspection_member"
    __table_args__ = (
        Index(
            "uq_inspection_member_lead",
            "inspection_id",
            unique=True,
            sqlite_where=text("is_lead"),
            postgresql_where=text("is_lead"),
        ),
    )
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)
    account: Mapped[Account] = relationship()


class InspectionPhoto(Base):
    """A photo that the team took. `key` is the name that the device gave it, `sha256` that of the bytes it sent,
    so that a photo that is sent again is known again. No attachment: those go to the applicant."""

    __tablename__ = "inspection_photo"
    __table_args__ = (
        UniqueConstraint("inspection_id", "key"),
        UniqueConstraint("inspection_id", "sha256"),
        CheckConstraint("size > 0", name="size_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    key: Mapped[str] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))
    caption: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    storage_name: Mapped[str] = mapped_column(String(80), unique=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
