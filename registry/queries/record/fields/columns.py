"""The flat shape: one value a column, `kpis` unfolded. csv, GeoPackage, OGC and the dictionary read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record import values
from registry.queries.record.fields.field import Field, Kind, Links, Surface, Value
from registry.queries.record.fields.figures import KPIS
from registry.queries.record.fields.table import FIELDS
from registry.queries.record.kpis import is_public
from registry.queries.record.rows import ProjectRow
from registry.terms import KpiKind

KPI_PREFIX = "kpi_"
RATES = (KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL)
_FLAT = {Kind.TEXTS, Kind.ENTERPRISE, Kind.TITLES, Kind.PHOTOS}
"""Kinds that become a text in one cell."""


@dataclass(frozen=True)
class Column:
    """One column of a flat table: a field, or one KPI of `kpis`."""

    name: str
    zh: str
    en: str
    kind: Kind
    says_zh: str
    says_en: str
    nullable: bool
    unit: str
    read: Value
    where: tuple[Surface, ...]

    def header(self, language: str = "zh") -> str:
        """Its header for a person."""
        return self.en if language == "en" else self.zh

    def says(self, language: str = "zh") -> str:
        """What it means."""
        return self.says_en if language == "en" else self.says_zh


def public_kpis(lists: CodeLists) -> list[str]:
    """KPI codes that have a column in files."""
    return [code for code in lists.kpis if is_public(code)]


def flat_columns(lists: CodeLists, surface: Surface | None = None) -> list[Column]:
    """The columns of a flat surface, or of all of them."""
    found: list[Column] = []
    for field in FIELDS:
        if surface is None or surface in field.where:
            found += [_kpi(lists, field, code) for code in public_kpis(lists)] if field.name == KPIS else [_flat(field)]
    return found


def _flat(field: Field) -> Column:
    kind = Kind.TEXT if field.kind in _FLAT else field.kind
    # What becomes a text is empty where there is nothing; a code, a number and a day are null.
    nullable = field.nullable and kind != Kind.TEXT
    read = field.flat or field.value
    return Column(
        field.name, field.zh, field.en, kind, field.says_zh, field.says_en, nullable, field.unit, read, field.where
    )


def _kpi(lists: CodeLists, field: Field, code: str) -> Column:
    definition = lists.kpis[code]
    change = definition.kind == KpiKind.CHANGE
    zh = definition.name + ("变化" if change else "")
    en = definition.name_en + (", change" if change else "")
    kind = Kind.INTEGER if definition.kind in values.WHOLE else Kind.NUMBER
    unit = "%" if definition.kind in RATES else definition.unit
    if change:
        says = (
            "相对变化，负数为下降；没有可比数值时为空",
            "Relative change, negative is a fall; null without a comparable value",
        )
    else:
        says = ("没有数值时为空", "Null without a value")
    return Column(KPI_PREFIX + code, zh, en, kind, *says, True, unit, partial(_value, code), field.where)


def _value(code: str, row: ProjectRow, lists: CodeLists, links: Links) -> Any:
    return values.kpi_item(row.kpis[code])["value"] if code in row.kpis else None
