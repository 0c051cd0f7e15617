"""Reference rows: the city, its divisions, reporting units, towns and categories; industries, KPI definitions.

They are data, loaded by `flask init` from `registry/reference/` and the city's folder, so that a new
category or a wrong guess is an edit and not a release.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base
from registry.terms import (
    Direction,
    KpiKind,
    ProjectType,
    RecognitionMode,
    Sector,
    Term,
    Tier,
    TotalKind,
)


def one_of(column: str, terms: type[Term]) -> CheckConstraint:
    """CHECK that a column holds a value of an enum (NULL passes)."""
    values = ", ".join(f"'{term.value}'" for term in terms)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


class Division(Base):
    """行政区划: a county-level division with its six-digit code; ended ones stay, with validity."""

    __tablename__ = "division"
    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[int | None]
    valid_to: Mapped[int | None]
    successor: Mapped[str | None] = mapped_column(String(6))


class InstalledCity(Base):
    """Whose registry this database is (one row): a folder of another city must not be put on it."""

    __tablename__ = "installed_city"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    code_prefix: Mapped[str] = mapped_column(String(6))
    division_prefix: Mapped[str] = mapped_column(String(4))


class ReportingUnit(Base):
    """板块: who recommends. Not the polygon a project lies in: a development zone has none of its own."""

    __tablename__ = "reporting_unit"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    has_polygon: Mapped[bool]
    position: Mapped[int]


class UnitAlias(Base):
    """Another name of a 板块, as lists write it; `name_key` is its comparison key (`registry.names`)."""

    __tablename__ = "unit_alias"
    name_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"), index=True)
    position: Mapped[int]


class Town(Base):
    """镇(街道) that decides the unit of what lies in it."""

    __tablename__ = "town"
    name_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"), index=True)


class Industry(Base):
    """GB/T 4754-2017 manufacturing division (two digits) and the bureau's sector it belongs to."""

    __tablename__ = "industry"
    __table_args__ = (one_of("sector", Sector),)
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(160))
    sector: Mapped[str] = mapped_column(String(16), index=True)


class Category(Base):
    """认定类别 with validity years and successor; `rank` orders the ladder, NULL stands outside it.

    `valid_years` is how long a title of it lasts, NULL for ever; only a document ends one.
    """

    __tablename__ = "category"
    __table_args__ = (
        one_of("tier", Tier),
        one_of("type", ProjectType),
        one_of("mode", RecognitionMode),
        CheckConstraint("valid_years IS NULL OR valid_years BETWEEN 1 AND 50", name="valid_years_range"),
    )
    code: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    tier: Mapped[str] = mapped_column(String(12))
    type: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int | None]
    valid_from: Mapped[int | None]
    valid_to: Mapped[int | None]
    successor: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    mode: Mapped[str] = mapped_column(String(16), default=RecognitionMode.AWARDED.value)
    valid_years: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int]


class Kpi(Base):
    """指标: the definition that forms, checks and aggregation follow (`kpi_definitions` names each part)."""

    __tablename__ = "kpi"
    __table_args__ = (one_of("kind", KpiKind), one_of("direction", Direction))
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(40))
    usual_unit: Mapped[str] = mapped_column(String(40), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(12))
    direction: Mapped[str | None] = mapped_column(String(8))
    numerator: Mapped[str | None] = mapped_column(String(40))
    denominator: Mapped[str | None] = mapped_column(String(40))
    hard_min: Mapped[Decimal] = mapped_column(Numeric(18, 6, asdecimal=True))
    min_open: Mapped[bool]
    hard_max: Mapped[Decimal | None] = mapped_column(Numeric(18, 6, asdecimal=True))
    warn_below: Mapped[Decimal | None] = mapped_column(Numeric(18, 6, asdecimal=True))
    warn_above: Mapped[Decimal | None] = mapped_column(Numeric(18, 6, asdecimal=True))
    list_column: Mapped[str] = mapped_column(String(40))
    in_template: Mapped[bool]
    in_new_calls: Mapped[bool]
    in_batch_files: Mapped[bool]
    public_alone: Mapped[bool]
    position: Mapped[int]


class PublishedTotal(Base):
    """公布数: a figure that a public document states, for reconciliation and trend.

    `as_of` is a day (cumulative) or a batch year (new); `categories` are codes joined by `;`, '' is the whole
    tier. `rank_note` says how the city stands in the province; it needs the document that says so.
    """

    __tablename__ = "published_total"
    __table_args__ = (
        one_of("kind", TotalKind),
        one_of("tier", Tier),
        CheckConstraint("figure >= 0", name="figure_counts"),
        CheckConstraint("rank_note = '' OR document <> ''", name="rank_has_source"),
        UniqueConstraint("as_of", "kind", "tier", "categories"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    tier: Mapped[str] = mapped_column(String(12))
    categories: Mapped[str] = mapped_column(String(400), default="")
    figure: Mapped[int]
    unit: Mapped[str] = mapped_column(String(8), default="")
    document: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    rank_note: Mapped[str] = mapped_column(String(200), default="")
