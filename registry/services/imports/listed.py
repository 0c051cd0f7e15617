"""What a row of a list of titles says, once it has been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from registry.services.imports.findings import RowFinding
from registry.services.imports.kpis.row_reader import KpiSet
from registry.services.imports.sheets.code_lists import CategoryItem, UnitItem
from registry.values.places import Point


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """The names that a row states: known even where the rest of the row waits for an answer."""

    enterprise: str
    enterprise_key: str
    former: str
    uscc: str | None
    name: str
    name_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedTitle:
    """A row that can be taken: one title as the list states it. Empty texts and None mean not stated; `year` is 0
    where an own file gives back a title whose year is not known.
    """

    row: int
    enterprise: str
    enterprise_key: str
    former: str
    uscc: str | None
    name: str
    name_key: str
    category: CategoryItem
    year: int
    document: str
    document_key: str
    announced_on: date | None
    unit: UnitItem
    town: str
    address: str
    point: Point | None
    industry: str | None
    industry_class: str
    remark: str
    kpis: KpiSet = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowReading:
    """What a row says: a title, or why there is none (a refusal among the findings, a question, an answer `skip`)."""

    title: ListedTitle | None
    named: Named | None
    findings: list[RowFinding]
    waiting: bool = False
    skipped: bool = False
