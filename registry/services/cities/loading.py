"""A city's folder into the database: rows that are missing, and whose registry it is."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from registry import reference
from registry.db import Base, city_of
from registry.errors import OperatorError
from registry.models import (
    Category,
    Counter,
    Division,
    Industry,
    InstalledCity,
    Kpi,
    Phrase,
    Project,
    PublishedTotal,
    ReportingUnit,
    Town,
    UnitAlias,
)
from registry.names import name_key
from registry.reference.city import City
from registry.terms import Sector
from registry.wording import Message

COUNTERS = ("project_code", "revision")


def load_reference_rows(connection: Connection) -> int:
    """Insert missing reference rows and counters; rows the bureau has edited stay. Returns rows added.

    Raises OperatorError when the database belongs to another city than the configured folder.
    """
    city = city_of(connection)
    added = _name_city(connection, city)
    for table, rows in _by_key(city):
        key = next(iter(table.primary_key.columns))
        present = set(connection.scalars(select(key)))
        missing = [row for row in rows if row[key.name] not in present]
        if missing:
            # A successor stands below the row that names it, so the last row goes in first.
            connection.execute(table.insert(), missing[::-1])
            added += len(missing)
    for table, rows in _to_begin_with(city):
        if rows and connection.scalar(select(next(iter(table.columns))).limit(1)) is None:
            connection.execute(table.insert(), rows)
            added += len(rows)
    return added


def require_same_city(connection: Connection) -> None:
    """Raise OperatorError when the database belongs to another city than the configured folder."""
    facts = city_of(connection).facts
    held = connection.execute(select(_table(InstalledCity))).first()
    if held is not None and (held.code_prefix, held.division_prefix) != (facts.code_prefix, facts.division_prefix):
        raise OperatorError(
            Message(
                "数据库是%(held)s的登记（项目编号 %(held_prefix)s-，区划 %(held_division)s），"
                "REGISTRY_CITY_DIR 所指的城市目录是%(city)s的（%(prefix)s-，%(division)s）："
                "请改用那个城市的目录，或给这个城市另用一个数据库。",
                held=held.name,
                held_prefix=held.code_prefix,
                held_division=held.division_prefix,
                city=facts,
                prefix=facts.code_prefix,
                division=facts.division_prefix,
            )
        )


def _name_city(connection: Connection, city: City) -> int:
    """Say whose registry this is, once. Returns 1 when it was not yet said."""
    require_same_city(connection)
    table, facts = _table(InstalledCity), city.facts
    if connection.scalar(select(table.c.id)) is not None:
        return 0
    other = connection.scalar(select(Project.code).where(Project.code.not_like(f"{facts.code_prefix}-%")).limit(1))
    if other is not None:
        raise OperatorError(
            Message(
                "数据库中已有项目 %(code)s，城市目录%(city)s的编号以 %(prefix)s- 开头："
                "请改用那个城市的目录，或给这个城市另用一个数据库。",
                code=other,
                city=facts,
                prefix=facts.code_prefix,
            )
        )
    row = {"id": 1, "name": facts.name, "code_prefix": facts.code_prefix, "division_prefix": facts.division_prefix}
    connection.execute(table.insert(), row)
    return 1


def _by_key(city: City) -> list[tuple[Table, list[dict[str, Any]]]]:
    """Tables whose rows are known by a code: a missing one is added, an edited one stays."""
    divisions = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "successor": row.successor,
        }
        for row in city.divisions
    ]
    units = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "division_code": row.division,
            "has_polygon": row.has_polygon,
            "position": position,
        }
        for position, row in enumerate(city.units, 1)
    ]
    industries = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "sector": city.sectors.get(row.code, Sector.OTHER).value,
        }
        for row in reference.industries()
    ]
    categories = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "tier": row.tier.value,
            "type": row.type.value,
            "rank": row.rank,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "successor": row.successor,
            "mode": row.mode.value,
            "note": row.note,
            "position": position,
        }
        for position, row in enumerate(city.categories, 1)
    ]
    kpis = [
        {
            **{field.name: getattr(row, field.name) for field in fields(row)},
            "kind": row.kind.value,
            "direction": row.direction.value if row.direction else None,
            "position": position,
        }
        for position, row in enumerate(reference.kpis(), 1)
    ]
    counters: list[dict[str, Any]] = [{"name": name, "value": 0} for name in COUNTERS]
    return [
        # Counters come first, because triggers of the other tables update them.
        (_table(Counter), counters),
        (_table(Division), divisions),
        (_table(ReportingUnit), units),
        (_table(Industry), industries),
        (_table(Category), categories),
        (_table(Kpi), kpis),
    ]


def _to_begin_with(city: City) -> list[tuple[Table, list[dict[str, Any]]]]:
    """Tables that are filled once: what the bureau has taken out of them does not come back."""
    aliases = [
        {"name_key": name_key(name), "name": name, "unit_code": row.code, "position": position}
        for row in city.units
        for position, name in enumerate(row.aliases, 1)
    ]
    towns = [{"name_key": name_key(row.name), "name": row.name, "unit_code": row.unit} for row in city.towns]
    phrases = [{"text": text, "position": position} for position, text in enumerate(reference.phrases(), 1)]
    totals = [
        {
            "as_of": row.as_of,
            "kind": row.kind,
            "tier": row.tier.value,
            "categories": ";".join(row.categories),
            "figure": row.figure,
            "unit": row.unit,
            "document": row.document,
            "note": row.note,
            "rank_note": row.rank_note,
        }
        for row in city.published_totals
    ]
    return [
        (_table(UnitAlias), aliases),
        (_table(Town), towns),
        (_table(Phrase), phrases),
        (_table(PublishedTotal), totals),
    ]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
