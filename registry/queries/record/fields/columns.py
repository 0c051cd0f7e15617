"""The flat shape: one value a column, `kpis` unfolded. csv, GeoPackage, OGC and the dictionary read it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record import values
from registry.queries.record.fields.field import Field, Kind, Links, Surface
from registry.queries.record.fields.figures import KPIS
from registry.queries.record.fields.table import FIELDS
from registry.queries.record.kpis import is_public
from registry.queries.record.rows import ProjectRow
from registry.terms import PERCENTAGES, KpiKind

KPI_PREFIX = "kpi_"
_FLAT = {Kind.TEXTS, Kind.ENTERPRISE, Kind.TITLES, Kind.PHOTOS}
"""Kinds that become a text in one cell."""


def public_kpis(lists: CodeLists) -> list[str]:
    """KPI codes that have a column in files."""
    return [code for code in lists.kpis if is_public(code)]


def flat_columns(lists: CodeLists, surface: Surface | None = None) -> list[Field]:
    """The columns of a flat surface, or of all of them: fields whose value stands in one cell."""
    found: list[Field] = []
    for field in FIELDS:
        if surface is None or surface in field.where:
            found += [_kpi(lists, field, code) for code in public_kpis(lists)] if field.name == KPIS else [_flat(field)]
    return found


def _flat(field: Field) -> Field:
    kind = Kind.TEXT if field.kind in _FLAT else field.kind
    # What becomes a text is empty where there is nothing; a code, a number and a day are null.
    nullable = field.nullable and kind != Kind.TEXT
    return replace(field, kind=kind, nullable=nullable, value=field.flat or field.value)


def _kpi(lists: CodeLists, field: Field, code: str) -> Field:
    definition = lists.kpis[code]
    change = definition.kind == KpiKind.CHANGE
    says = ("没有数值时为空", "Null without a value")
    if change:
        says = (
            "相对变化，负数为下降；没有可比数值时为空",
            "Relative change, negative is a fall; null without a comparable value",
        )
    return replace(
        field,
        name=KPI_PREFIX + code,
        zh=definition.name + ("变化" if change else ""),
        en=definition.name_en + (", change" if change else ""),
        kind=Kind.INTEGER if definition.kind in values.WHOLE else Kind.NUMBER,
        says_zh=says[0],
        says_en=says[1],
        nullable=True,
        unit="%" if definition.kind in PERCENTAGES else definition.unit,
        value=partial(_value, code),
    )


def _value(code: str, row: ProjectRow, lists: CodeLists, links: Links) -> Any:
    return values.kpi_item(row.kpis[code])["value"] if code in row.kpis else None
