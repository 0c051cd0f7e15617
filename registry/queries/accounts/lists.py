"""The code lists that administrators edit: units with their other names, towns, categories."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Category, ReportingUnit, Town
from registry.queries.catalogue.code_lists import load_code_lists
from registry.wording import Message, Named


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit; `seen` is a digest of its values, which its form sends back, so that nobody overwrites what he has not
    seen."""

    code: str
    name: str
    name_en: str
    division: Named
    has_polygon: bool
    aliases: tuple[str, ...]

    @property
    def title(self) -> Named:
        """The name in either language."""
        return Named(self.name, self.name_en)

    @property
    def seen(self) -> str:
        """The digest of the values that the page shows."""
        return seen_of((self.name, self.name_en, *self.aliases))


@dataclass(frozen=True, kw_only=True)
class TownRow:
    """A town and the unit that it belongs to."""

    name: str
    unit: Named


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category; `seen` as for units."""

    code: str
    name: str
    name_en: str
    tier: str
    type: str
    valid_from: int | None
    valid_to: int | None
    valid_years: int | None
    note: str

    @property
    def title(self) -> Named:
        """The name in either language."""
        return Named(self.name, self.name_en)

    @property
    def seen(self) -> str:
        """The digest of the values that the page shows."""
        return seen_of((self.name, self.name_en, self.valid_from, self.valid_to, self.valid_years, self.note))


def seen_of(values: tuple[object, ...]) -> str:
    """A short digest of some values: it changes as soon as one of them does."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def unit_rows(session: Session) -> list[UnitRow]:
    """All units in display order."""
    lists = load_code_lists(session)
    names = {code: Named(item.name, item.name_en) for code, item in lists.divisions.items()}
    return [
        UnitRow(
            code=unit.code,
            name=unit.name,
            name_en=unit.name_en,
            division=names.get(unit.division, Named(unit.division, "")),
            has_polygon=unit.has_polygon,
            aliases=unit.aliases,
        )
        for unit in lists.units.values()
    ]


def unit_row(session: Session, code: str) -> UnitRow:
    """One unit. Raises NotFound."""
    found = next((row for row in unit_rows(session) if row.code == code), None)
    if found is None:
        raise NotFound(Message("没有这个板块。"))
    return found


def town_rows(session: Session) -> list[TownRow]:
    """All towns by unit and name."""
    rows = select(Town.name, ReportingUnit.name.label("unit"), ReportingUnit.name_en).join(ReportingUnit)
    ordered = rows.order_by(ReportingUnit.position, Town.name)
    return [TownRow(name=row.name, unit=Named(row.unit, row.name_en)) for row in session.execute(ordered)]


def category_rows(session: Session) -> list[CategoryRow]:
    """All categories in display order."""
    return [_category(row) for row in session.scalars(select(Category).order_by(Category.position, Category.code))]


def category_row(session: Session, code: str) -> CategoryRow:
    """One category. Raises NotFound."""
    found = next((row for row in category_rows(session) if row.code == code), None)
    if found is None:
        raise NotFound(Message("没有这个类别。"))
    return found


def _category(row: Category) -> CategoryRow:
    return CategoryRow(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        tier=row.tier,
        type=row.type,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        valid_years=row.valid_years,
        note=row.note,
    )
