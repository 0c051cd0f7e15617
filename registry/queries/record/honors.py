"""Honours of enterprises as the public sees them: of one enterprise, as a list, and counted by kind and year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from registry import reference
from registry.models import Enterprise, EnterpriseHonor
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.description import honor_label
from registry.queries.catalogue.filters import Reader
from registry.queries.record.called import called
from registry.terms import HonorLevel

PER_PAGE = 50
NAMES = ("kind", "level", "year", "q", "page")
LONGEST = 60


def is_named_in(kind: str, language: str) -> bool:
    """Whether the kind has a name in this language."""
    return language != "en" or any(known.name == kind for known in reference.honors())


@dataclass(frozen=True)
class Honor:
    """One honour of an enterprise."""

    kind: str
    year: int | None
    document_number: str
    level: str | None = None

    def label(self, language: str = "zh") -> str:
        """Level, kind and year in words, e.g. 国家级专精特新小巨人 2021."""
        level = HonorLevel(self.level).label(language) if self.level else ""
        between = " " if language == "en" and level else ""
        # The stars of 星级上云 are written in front of it: 五星级上云.
        kind = honor_label(self.kind, language)
        if language != "en" and level.endswith("星级") and kind.startswith("星级"):
            level, kind = level.removesuffix("星级") + "星级", kind.removeprefix("星级")
        return f"{level}{between}{kind}" + (f" {self.year}" if self.year else "")


@dataclass(frozen=True, kw_only=True)
class HonorFilters:
    """What the list of honours is asked for; '' and None are not asked."""

    kind: str = ""
    level: str = ""
    year: int | None = None
    q: str = ""
    page: int = 1

    def but(self, **changes: Any) -> HonorFilters:
        """The same with changes, from the first page on."""
        return replace(self, **({"page": 1} | changes))

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        values = (("kind", self.kind), ("level", self.level), ("year", self.year), ("q", self.q))
        found = [(name, str(value)) for name, value in values if value]
        return [*found, ("page", str(self.page))] if self.page > 1 else found


@dataclass(frozen=True, kw_only=True)
class HonorRow:
    """One row of the list; `is_public` says that the enterprise has a page."""

    enterprise_id: int
    enterprise: str
    is_public: bool
    honor: Honor


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """A kind with its honours by year (None: not stated), in all, and the enterprises that have it."""

    kind: str
    by_year: Mapping[int | None, int]
    honors: int
    enterprises: int

    def of(self, year: int | None) -> int:
        """How many of a year."""
        return self.by_year.get(year, 0)


@dataclass(frozen=True, kw_only=True)
class HonorPage:
    """A page of the list and the counts above it, which leave kind and year open."""

    filters: HonorFilters
    rows: tuple[HonorRow, ...]
    total: int
    pages: int
    kinds: tuple[KindCount, ...]
    years: tuple[int | None, ...]
    enterprises: int


def parse_honors(given: Mapping[str, Sequence[str]]) -> HonorFilters:
    """The filters of an address; raises BadParameter with the name of the malformed one."""
    reader = Reader(given)
    return HonorFilters(
        kind=reader.text("kind", LONGEST),
        level=reader.one_of("level", [level.value for level in HonorLevel], ""),
        year=reader.integer("year", 1900, 2100, 0) or None,
        q=reader.text("q", LONGEST),
        page=reader.integer("page", 1, 100_000, 1),
    )


_HONORS = (
    select(EnterpriseHonor.kind, EnterpriseHonor.year, EnterpriseHonor.document_number, EnterpriseHonor.level)
    .where(EnterpriseHonor.enterprise_id == bindparam("id"))
    .order_by(EnterpriseHonor.year.desc().nulls_last(), EnterpriseHonor.kind, EnterpriseHonor.id)
)


def honors_of(session: Session, enterprise_id: int | None) -> tuple[Honor, ...]:
    """Honours of an enterprise, newest first."""
    if enterprise_id is None:
        return ()
    return tuple(Honor(*found) for found in session.execute(_HONORS, {"id": enterprise_id}))


def honor_page(session: Session, catalogue: Catalogue, filters: HonorFilters) -> HonorPage:
    """The page of these filters (four queries whatever its length)."""
    kinds, years = honor_counts(session, filters)
    chosen = _where(filters)
    total = session.scalar(_joined(select(func.count())).where(*chosen)) or 0
    pages = max(1, math.ceil(total / PER_PAGE))
    table = EnterpriseHonor
    statement = (
        _joined(select(Enterprise.id, Enterprise.name, table.kind, table.year, table.document_number, table.level))
        .where(*chosen)
        .order_by(table.year.desc().nulls_last(), table.kind, Enterprise.name_key, table.id)
        .limit(PER_PAGE)
        .offset((filters.page - 1) * PER_PAGE)
    )
    public = set(catalogue.enterprise_ids.tolist())
    rows = tuple(
        HonorRow(enterprise_id=key, enterprise=name, is_public=key in public, honor=Honor(*rest))
        for key, name, *rest in session.execute(statement)
    )
    enterprises = session.scalar(_joined(select(func.count(table.enterprise_id.distinct()))).where(*chosen)) or 0
    return HonorPage(
        filters=filters, rows=rows, total=total, pages=pages, kinds=kinds, years=years, enterprises=enterprises
    )


def honor_counts(session: Session, filters: HonorFilters) -> tuple[tuple[KindCount, ...], tuple[int | None, ...]]:
    """(kinds in display order, years ascending with the unknown one last) under level and text."""
    table = EnterpriseHonor
    chosen = _where(filters.but(kind="", year=None))
    holders: dict[str, int] = {}
    counted: dict[str, dict[int | None, int]] = {}
    by_kind = _joined(select(table.kind, func.count(table.enterprise_id.distinct())))
    for kind, count in session.execute(by_kind.where(*chosen).group_by(table.kind)):
        holders[kind] = count
    by_year = _joined(select(table.kind, table.year, func.count()))
    for kind, year, count in session.execute(by_year.where(*chosen).group_by(table.kind, table.year)):
        counted.setdefault(kind, {})[year] = count
    order = {known.name: place for place, known in enumerate(reference.honors())}
    kinds = tuple(
        KindCount(kind=kind, by_year=years_of, honors=sum(years_of.values()), enterprises=holders.get(kind, 0))
        for kind, years_of in sorted(counted.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
    )
    years = {year for years_of in counted.values() for year in years_of}
    return kinds, tuple(sorted(years, key=lambda year: (year is None, year or 0)))


def _joined(statement: Any) -> Any:
    return statement.select_from(EnterpriseHonor).join(Enterprise, Enterprise.id == EnterpriseHonor.enterprise_id)


def _where(filters: HonorFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.kind:
        found.append(EnterpriseHonor.kind == filters.kind)
    if filters.level:
        found.append(EnterpriseHonor.level == filters.level)
    if filters.year is not None:
        found.append(EnterpriseHonor.year == filters.year)
    if filters.q:
        found.append(called(filters.q))
    return found
