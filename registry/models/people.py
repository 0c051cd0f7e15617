"""Enterprises: who holds projects, under which names, with which honours."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.kinds import EnterpriseSize, Ownership
from registry.models.reference import one_of
from registry.terms import HonorLevel


class Enterprise(Base):
    """企业. Old list rows have no code: `uscc` NULL, unverified, never merged automatically.

    One that was merged into another keeps its row for its address alone: names and code went with it.
    `chain_leader` names the chain of industry that it leads, '' for none. `size` and `ownership` are NULL where no
    list has said them.
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        one_of("size", EnterpriseSize),
        one_of("ownership", Ownership),
        CheckConstraint("uscc IS NULL OR length(uscc) = 18", name="uscc_length"),
        CheckConstraint("NOT verified OR uscc IS NOT NULL", name="verified_has_uscc"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    verified: Mapped[bool] = mapped_column(default=False)
    size: Mapped[str | None] = mapped_column(String(8))
    ownership: Mapped[str | None] = mapped_column(String(8))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    chain_leader: Mapped[str] = mapped_column(String(60), default="", server_default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    former_names: Mapped[list[EnterpriseName]] = relationship(
        order_by="EnterpriseName.id", cascade="all, delete-orphan"
    )
    honors: Mapped[list[EnterpriseHonor]] = relationship(order_by="EnterpriseHonor.id", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class EnterpriseName(Base):
    """曾用名 of an enterprise; `until` is the last day it was borne, when known."""

    __tablename__ = "enterprise_name"
    __table_args__ = (UniqueConstraint("enterprise_id", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    until: Mapped[date | None]


class EnterpriseHonor(Base):
    """Neighbouring honours (专精特新小巨人, 单项冠军, 首台套 …): imported, counted and shown, no workflow.

    `kind` is the name of the honour; `level` who gave it or its stars, NULL where the list does not say.
    """

    __tablename__ = "enterprise_honor"
    __table_args__ = (
        one_of("level", HonorLevel),
        Index(
            "uq_enterprise_honor",
            "enterprise_id",
            "kind",
            text("coalesce(level, '')"),
            text("coalesce(year, 0)"),
            unique=True,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60), index=True)
    level: Mapped[str | None] = mapped_column(String(12))
    year: Mapped[int | None]
    document_number: Mapped[str] = mapped_column(String(60), default="")
