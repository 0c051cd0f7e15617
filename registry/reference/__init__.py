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

from registry.kpi_definitions import KpiDefinition
from registry.terms import Direction, KpiKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class IndustryRow:
    """GB/T 4754-2017 division; its sector is the city's to say."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class CriterionRow:
    """认定条件 that a new call starts with; `kind` is a value of `application_form.CriterionKind`."""

    code: str
    text: str
    text_en: str
    kind: str
    threshold: Decimal | None
    unit: str
    kpi: str
    evidence: bool


@dataclass(frozen=True, kw_only=True)
class HonorKind:
    """A kind of honour that enterprises have; `aliases` are its other names in lists."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]


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
def criteria() -> tuple[CriterionRow, ...]:
    """The criteria that are usual for smart workshops, in their order."""
    return tuple(
        CriterionRow(
            code=row["code"],
            text=row["text"],
            text_en=row["text_en"],
            kind=row["kind"],
            threshold=_decimal(row["threshold"]),
            unit=row["unit"],
            kpi=row["kpi"],
            evidence=row["evidence"] == "1",
        )
        for row in _rows("criteria.csv")
    )


@cache
def criteria_in_english() -> dict[str, str]:
    """Chinese text of a shipped criterion → English: calls hold the text, whichever version of the rules it is from."""
    return {row.text: row.text_en for row in criteria()}


@cache
def kpis() -> tuple[KpiDefinition, ...]:
    """KPI definitions that a new database starts with; those in force are `kpi_definitions.kpis`."""
    return tuple(
        KpiDefinition(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            unit=row["unit"],
            usual_unit=row["usual_unit"],
            kind=KpiKind(row["kind"]),
            direction=Direction(row["direction"]) if row["direction"] else None,
            numerator=row["numerator"] or None,
            denominator=row["denominator"] or None,
            hard_min=Decimal(row["hard_min"]),
            min_open=row["min_open"] == "1",
            hard_max=_decimal(row["hard_max"]),
            warn_below=_decimal(row["warn_below"]),
            warn_above=_decimal(row["warn_above"]),
            list_column=row["list_column"],
            in_template=row["in_template"] == "1",
            in_new_calls=row["in_new_calls"] == "1",
            in_batch_files=row["in_batch_files"] == "1",
            public_alone=row["public_alone"] == "1",
        )
        for row in _rows("kpis.csv")
    )


def kpis_by_code() -> dict[str, KpiDefinition]:
    """The same by code, for programs that work without a database."""
    return {definition.code: definition for definition in kpis()}


@cache
def honors() -> tuple[HonorKind, ...]:
    """Known kinds of honours, in display order; a list may bring others."""
    return tuple(
        HonorKind(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        )
        for row in _rows("honors.csv")
    )
