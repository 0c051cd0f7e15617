"""Reference data as typed rows, read once from the files beside this module.

The files are the state of a fresh installation; the database holds what is in force (`flask init`
copies missing rows and never overwrites an edit).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from registry.terms import (
    Direction,
    KpiKind,
    ProjectType,
    RecognitionMode,
    Sector,
    Tier,
)

FOLDER = Path(__file__).parent
DEMO_BATCH = FOLDER / "demo" / "batch2020.csv"


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """板块 with the names by which lists call it."""

    code: str
    name: str
    name_en: str
    division: str
    has_polygon: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DivisionRow:
    """行政区划 with its years of validity and successor."""

    code: str
    name: str
    name_en: str
    valid_from: int | None
    valid_to: int | None
    successor: str | None


@dataclass(frozen=True, kw_only=True)
class IndustryRow:
    """GB/T 4754-2017 division and the bureau's sector."""

    code: str
    name: str
    name_en: str
    sector: Sector


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """认定类别."""

    code: str
    name: str
    name_en: str
    tier: Tier
    type: ProjectType
    rank: int | None
    valid_from: int | None
    valid_to: int | None
    successor: str | None
    mode: RecognitionMode
    note: str


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


@dataclass(frozen=True, kw_only=True)
class PublishedTotal:
    """A figure that a public document states; `categories` empty means the whole tier."""

    as_of: str
    kind: str
    tier: Tier
    categories: tuple[str, ...]
    figure: int
    unit: str
    document: str
    note: str


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _year(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@cache
def units() -> tuple[UnitRow, ...]:
    """The seven reporting units in display order."""
    return tuple(
        UnitRow(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            division=row["division"],
            has_polygon=row["has_polygon"] == "1",
            aliases=tuple(row["aliases"].split(";")),
        )
        for row in _rows("units.csv")
    )


@cache
def divisions() -> tuple[DivisionRow, ...]:
    """County-level divisions, ended ones included."""
    return tuple(
        DivisionRow(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            valid_from=_year(row["valid_from"]),
            valid_to=_year(row["valid_to"]),
            successor=row["successor"] or None,
        )
        for row in _rows("divisions.csv")
    )


@cache
def phrases() -> tuple[str, ...]:
    """Sentences that the remark library starts with."""
    return tuple(row["text"] for row in _rows("phrases.csv"))


@cache
def towns() -> dict[str, str]:
    """Town or subdistrict → reporting unit, where the town decides (常州经开区)."""
    return {row["name"]: row["unit"] for row in _rows("towns.csv")}


@cache
def industries() -> tuple[IndustryRow, ...]:
    """The 31 manufacturing divisions."""
    return tuple(
        IndustryRow(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            sector=Sector(row["sector"]),
        )
        for row in _rows("industries.csv")
    )


@cache
def categories() -> tuple[CategoryRow, ...]:
    """Recognition categories in display order."""
    return tuple(
        CategoryRow(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            tier=Tier(row["tier"]),
            type=ProjectType(row["type"]),
            rank=_year(row["rank"]),
            valid_from=_year(row["valid_from"]),
            valid_to=_year(row["valid_to"]),
            successor=row["successor"] or None,
            mode=RecognitionMode(row["mode"]),
            note=row["note"],
        )
        for row in _rows("categories.csv")
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


@cache
def published_totals() -> tuple[PublishedTotal, ...]:
    """Figures that public documents state, for reconciliation."""
    return tuple(
        PublishedTotal(
            as_of=row["as_of"],
            kind=row["kind"],
            tier=Tier(row["tier"]),
            categories=tuple(code for code in row["category"].split(";") if code),
            figure=int(row["figure"]),
            unit=row["unit"],
            document=row["document"],
            note=row["note"],
        )
        for row in _rows("published_totals.csv")
    )
