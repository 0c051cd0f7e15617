"""Projects, their titles and the documents that gave them, and their KPI reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Scaled, UtcDateTime
from registry.models.people import Enterprise
from registry.models.reference import one_of
from registry.terms import (
    Basis,
    CoordinateOrigin,
    DocumentKind,
    Precision,
    ProjectType,
    RecognitionStatus,
    ReportKind,
    Stage,
)


class Project(Base):
    """项目: the durable thing at a place (workshop, factory, park, zone, supplier), with a permanent code.

    `lon`, `lat` are WGS-84 degrees, converted once; the typed pair and its system are kept beside
    them. `division_code` is where the point lies (NULL only if unknown), `unit_code` who reports it.
    `ended_on` says since when it is no longer there; its titles stay until a document ends them.
    """

    __tablename__ = "project"
    __table_args__ = (
        one_of("type", ProjectType),
        one_of("precision", Precision),
        one_of("typed_system", CoordinateOrigin),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="lon_with_lat"),
        CheckConstraint("(lon IS NULL) = (typed_system IS NULL)", name="coordinates_have_system"),
        CheckConstraint(
            "lon IS NULL OR (lon BETWEEN 70 AND 140 AND lat BETWEEN 0 AND 60)",
            name="lon_lat_range",
        ),
        CheckConstraint(
            "lon IS NOT NULL OR precision IN ('district', 'none', 'town')",
            name="precision_needs_point",
        ),
        CheckConstraint(
            "enterprise_id IS NOT NULL OR type IN ('park', 'zone')",
            name="enterprise_unless_area",
        ),
        CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name="not_merged_into_itself",
        ),
        Index("ix_project_lon_lat", "lon", "lat"),
        UniqueConstraint("enterprise_id", "name_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    type: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    name_short: Mapped[str] = mapped_column(String(60), default="")
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"), index=True)
    division_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    town: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
    industry_class: Mapped[str] = mapped_column(String(5), default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    typed_lon: Mapped[float | None]
    typed_lat: Mapped[float | None]
    typed_system: Mapped[str | None] = mapped_column(String(8))
    precision: Mapped[str] = mapped_column(String(10), default=Precision.NONE.value)
    near_line: Mapped[bool] = mapped_column(default=False)
    products: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    ended_on: Mapped[date | None]
    ended_cause: Mapped[str] = mapped_column(String(12), default="", server_default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    enterprise: Mapped[Enterprise | None] = relationship()
    former_names: Mapped[list[ProjectName]] = relationship(order_by="ProjectName.id", cascade="all, delete-orphan")
    recognitions: Mapped[list[Recognition]] = relationship(back_populates="project", order_by="Recognition.id")
    __mapper_args__ = {"version_id_col": version}


class ProjectName(Base):
    """曾用名 of a project; `until` is the last day it was borne, when known."""

    __tablename__ = "project_name"
    __table_args__ = (UniqueConstraint("project_id", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    until: Mapped[date | None]


class ProjectSearch(Base):
    """Folded search text of a project: names, awarded and former names, enterprise, products, town, code,
    pinyin and initials, one per line. `name_order` and `enterprise_order` are the names as they are put in order:
    by pinyin. Written only by `services.record.search_index`."""

    __tablename__ = "project_search"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    name_order: Mapped[str] = mapped_column(Text, default="", server_default="")
    enterprise_order: Mapped[str] = mapped_column(Text, default="", server_default="")


class Document(Base):
    """公布文件. One row per 文号; `number_key` ignores 第 and leading zeros."""

    __tablename__ = "document"
    __table_args__ = (one_of("kind", DocumentKind),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200), default="")
    organ: Mapped[str] = mapped_column(String(100), default="")
    announced_on: Mapped[date | None] = mapped_column(index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recognition(Base):
    """认定: one title of one project. It exists only through a document.

    `announced_on` is the day of the document, NULL where the document merely cites an older title.
    `ended_on` and `ending_document_id` say when and by what a title was revoked or expired; `cool_down_years`
    is the waiting time that the revocation itself brings, NULL where the call says how long.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        one_of("status", RecognitionStatus),
        one_of("stage", Stage),
        CheckConstraint("year IS NULL OR year BETWEEN 2010 AND 2100", name="year_range"),
        CheckConstraint("(status = 'valid') = (ended_on IS NULL)", name="ended_unless_valid"),
        CheckConstraint(
            "status <> 'revoked' OR ending_document_id IS NOT NULL",
            name="revoked_by_document",
        ),
        CheckConstraint(
            "ended_on IS NULL OR announced_on IS NULL OR ended_on >= announced_on",
            name="ends_after_start",
        ),
        Index(
            "uq_recognition_title",
            "project_id",
            "category_code",
            text("coalesce(year, 0)"),
            text("coalesce(stage, '')"),
            unique=True,
        ),
        Index(
            "ix_recognition_category_year",
            "category_code",
            "year",
            "status",
            "project_id",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    year: Mapped[int | None]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    announced_on: Mapped[date | None] = mapped_column(index=True)
    name_awarded: Mapped[str] = mapped_column(String(200))
    enterprise_awarded: Mapped[str] = mapped_column(String(200), default="")
    stage: Mapped[str | None] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(10), default=RecognitionStatus.VALID.value)
    ended_on: Mapped[date | None]
    ending_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    ending_reason: Mapped[str] = mapped_column(String(400), default="")
    ending_cause: Mapped[str] = mapped_column(String(12), default="", server_default="")
    cool_down_years: Mapped[int | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    project: Mapped[Project] = relationship(back_populates="recognitions")
    document: Mapped[Document] = relationship(foreign_keys=[document_id])
    __mapper_args__ = {"version_id_col": version}


class KpiReport(Base):
    """One set of KPI values: of a recognition (batch figures) or of a year (trends), declared or verified."""

    __tablename__ = "kpi_report"
    __table_args__ = (
        one_of("kind", ReportKind),
        one_of("basis", Basis),
        CheckConstraint(
            "(kind = 'recognition') = (recognition_id IS NOT NULL)",
            name="recognition_report",
        ),
        CheckConstraint(
            "baseline_year IS NULL OR baseline_year BETWEEN 2000 AND 2100",
            name="baseline_year_range",
        ),
        CheckConstraint(
            "report_year IS NULL OR report_year BETWEEN 2000 AND 2100",
            name="report_year_range",
        ),
        CheckConstraint(
            "baseline_year IS NULL OR report_year IS NULL OR baseline_year <= report_year",
            name="years",
        ),
        UniqueConstraint("recognition_id", "basis"),
        Index(
            "uq_kpi_report_yearly",
            "project_id",
            "report_year",
            "basis",
            unique=True,
            sqlite_where=text("kind = 'yearly'"),
            postgresql_where=text("kind = 'yearly'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    recognition_id: Mapped[int | None] = mapped_column(ForeignKey("recognition.id"))
    kind: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(10))
    baseline_year: Mapped[int | None]
    report_year: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    values: Mapped[list[KpiValue]] = relationship(cascade="all, delete-orphan", order_by="KpiValue.kpi_code")


class KpiValue(Base):
    """The inputs of one KPI; shares, changes and means are derived by `indicators`, never typed.

    change: `baseline` → `current` in one measure; share: `current` / `baseline` hold numerator and
    denominator; amount, count, level, ordinal: `current`. Units are those of the definition, or
    `measure` where it is declared. `comparable` is `indicators.comparable` at the time of writing.
    """

    __tablename__ = "kpi_value"
    __table_args__ = (Index("ix_kpi_value_code", "kpi_code", "comparable", "report_id"),)
    report_id: Mapped[int] = mapped_column(ForeignKey("kpi_report.id", ondelete="CASCADE"), primary_key=True)
    kpi_code: Mapped[str] = mapped_column(ForeignKey("kpi.code"), primary_key=True)
    baseline: Mapped[Decimal | None] = mapped_column(Scaled)
    current: Mapped[Decimal | None] = mapped_column(Scaled)
    measure: Mapped[str] = mapped_column(String(60), default="")
    comparable: Mapped[bool]
