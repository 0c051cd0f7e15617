"""Reference data of every city as typed rows, read once from the files beside this module.

What belongs to one city stands in its folder (`registry.reference.city`). The files are the state of a
fresh installation; the database holds what is in force (`flask init` copies missing rows and never
overwrites an edit).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from registry.terms import Direction, KpiKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class IndustryRow:
    """GB/T 4754-2017 division; its sector is the city's to say."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class KpiDefinition:
    """指标: unit ('' = declared with the value), kind, direction, limits and warnings.

    `hard_min` is excluded when `min_open`; warnings concern the derived value in %, the amount
    itself for amounts. `column` is the name in lists.
    """

    code: str
    name: str
    name_en: str
    unit: str
    kind: KpiKind
    direction: Direction | None
    numerator: str | None
    denominator: str | None
    hard_min: Decimal
    min_open: bool
    hard_max: Decimal | None
    warn_below: Decimal | None
    warn_above: Decimal | None
    column: str
    in_template: bool
    in_new_calls: bool
    in_batch_files: bool

    def label(self, language: str = "zh") -> str:
        """Name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@cache
def phrases() -> tuple[str, ...]:
    """Sentences that the remark library starts with."""
    return tuple(row["text"] for row in _rows("phrases.csv"))


@cache
def industries() -> tuple[IndustryRow, ...]:
    """The 31 manufacturing divisions."""
    return tuple(
        IndustryRow(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
        )
        for row in _rows("industries.csv")
    )


@cache
def kpis() -> tuple[KpiDefinition, ...]:
    """KPI definitions in the order of forms and tables."""
    return tuple(
        KpiDefinition(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            unit=row["unit"],
            kind=KpiKind(row["kind"]),
            direction=Direction(row["direction"]) if row["direction"] else None,
            numerator=row["numerator"] or None,
            denominator=row["denominator"] or None,
            hard_min=Decimal(row["hard_min"]),
            min_open=row["min_open"] == "1",
            hard_max=_decimal(row["hard_max"]),
            warn_below=_decimal(row["warn_below"]),
            warn_above=_decimal(row["warn_above"]),
            column=row["column"],
            in_template=row["in_template"] == "1",
            in_new_calls=row["in_new_calls"] == "1",
            in_batch_files=row["in_batch_files"] == "1",
        )
        for row in _rows("kpis.csv")
    )


@cache
def _kpis_by_code() -> dict[str, KpiDefinition]:
    return {definition.code: definition for definition in kpis()}


def kpi(code: str) -> KpiDefinition:
    """The definition of one KPI; KeyError for an unknown code."""
    return _kpis_by_code()[code]
