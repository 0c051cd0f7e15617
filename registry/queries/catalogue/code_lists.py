"""Code lists as the database holds them, in display order: what filters accept and pages name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from registry.db import Base, city_of
from registry.kpi_definitions import KpiDefinition
from registry.models import Category, Division, Industry, Kpi, MaintenanceNotice, ReportingUnit, UnitAlias
from registry.reference.city import City
from registry.terms import Direction, KpiKind


@dataclass(frozen=True)
class Item:
    """One row of a code list."""

    code: str
    name: str
    name_en: str

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name


@dataclass(frozen=True, kw_only=True)
class Maintenance:
    """A line on top of every page, from the first to the last day."""

    id: int
    text: str
    text_en: str
    first_day: date
    last_day: date

    def label(self, language: str = "zh") -> str:
        """The line in `zh` or `en`; Chinese where nobody wrote English."""
        return self.text_en if language == "en" and self.text_en else self.text


@dataclass(frozen=True)
class UnitItem(Item):
    """A reporting unit; `division` is the code of the polygon it lies in, `aliases` are its other names."""

    division: str
    has_polygon: bool
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The first of its other names, which people use in a sentence."""
        return self.aliases[0] if self.aliases else self.name


@dataclass(frozen=True)
class CategoryItem(Item):
    """A recognition category."""

    tier: str
    type: str
    rank: int | None
    valid_from: int | None
    valid_to: int | None
    successor: str | None


@dataclass(frozen=True)
class IndustryItem(Item):
    """A manufacturing division and its sector."""

    sector: str


@dataclass(frozen=True)
class CodeLists:
    """All lists, each a mapping of code to item in display order, and the city they are for."""

    city: City
    units: dict[str, UnitItem]
    divisions: dict[str, Item]
    categories: dict[str, CategoryItem]
    industries: dict[str, IndustryItem]
    kpis: dict[str, KpiDefinition]
    maintenance: tuple[Maintenance, ...] = ()

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        """(Chinese, English) by code, of each list that is a dimension."""
        kinds: Mapping[str, Mapping[str, Item]] = {
            "units": self.units,
            "divisions": self.divisions,
            "categories": self.categories,
            "industries": self.industries,
        }
        return {
            kind: {code: (each.name, each.name_en) for code, each in items.items()} for kind, items in kinds.items()
        }

    @property
    def zones(self) -> list[UnitItem]:
        """The reporting units that have no polygon of their own."""
        return [unit for unit in self.units.values() if not unit.has_polygon]

    @property
    def graded(self) -> KpiDefinition | None:
        """The KPI that is stated as a grade; its counts are a distribution."""
        return next((item for item in self.kpis.values() if item.kind == KpiKind.ORDINAL), None)

    @property
    def grades(self) -> list[str]:
        """The grades that its definition allows, ascending."""
        item = self.graded
        if item is None or item.hard_max is None:
            return []
        return [str(grade) for grade in range(int(item.hard_min), int(item.hard_max) + 1)]


def load_code_lists(session: Session) -> CodeLists:
    """Read the lists (six small queries). Ended divisions are left out."""
    units = select(
        ReportingUnit.code,
        ReportingUnit.name,
        ReportingUnit.name_en,
        ReportingUnit.division_code,
        ReportingUnit.has_polygon,
        UnitAlias.name,
    ).outerjoin(UnitAlias, UnitAlias.unit_code == ReportingUnit.code)
    in_order = units.order_by(ReportingUnit.position, ReportingUnit.code, UnitAlias.position, UnitAlias.name_key)
    divisions = select(*_columns(Division, Item)).where(Division.valid_to.is_(None)).order_by(Division.code)
    categories = select(*_columns(Category, CategoryItem)).order_by(Category.position, Category.code)
    industries = select(*_columns(Industry, IndustryItem)).order_by(Industry.code)
    notices = select(*_columns(MaintenanceNotice, Maintenance))
    notices = notices.order_by(MaintenanceNotice.first_day, MaintenanceNotice.id)
    return CodeLists(
        city=city_of(session),
        units=_with_aliases(session.execute(in_order)),
        divisions={row[0]: Item(*row) for row in session.execute(divisions)},
        categories={row[0]: CategoryItem(*row) for row in session.execute(categories)},
        industries={row[0]: IndustryItem(*row) for row in session.execute(industries)},
        kpis=load_kpi_definitions(session),
        # They stand on every page, so they are read with what every page needs.
        maintenance=tuple(Maintenance(**row._mapping) for row in session.execute(notices)),
    )


def _columns(table: type[Base], kind: type[Any]) -> list[ColumnElement[Any]]:
    """The columns of a table that the fields of a class are called after."""
    return [table.__table__.c[field.name] for field in fields(kind)]


def load_kpi_definitions(session: Session) -> dict[str, KpiDefinition]:
    """The KPI definitions in force by code (one query)."""
    statement = select(*_columns(Kpi, KpiDefinition)).order_by(Kpi.position)
    return {
        row.code: KpiDefinition(
            **{
                **row._mapping,
                "kind": KpiKind(row.kind),
                "direction": Direction(row.direction) if row.direction else None,
            }
        )
        for row in session.execute(statement)
    }


def _with_aliases(rows: Iterable[Row[Any]]) -> dict[str, UnitItem]:
    """Units from rows that repeat a unit for each of its other names."""
    units: dict[str, UnitItem] = {}
    for row in rows:
        *fields, alias = tuple(row)
        unit = units.setdefault(fields[0], UnitItem(*fields))
        if alias is not None:
            units[unit.code] = replace(unit, aliases=(*unit.aliases, alias))
    return units
