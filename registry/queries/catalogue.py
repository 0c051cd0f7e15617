"""The published catalogue: every public title and its project as columns in memory.

One catalogue serves map, table, files, statistics and API, so they cannot disagree. It is keyed by
`counter.revision`, which the database itself moves with every public change; a request reads the
revision (one query) and gets the catalogue of exactly that state, on every worker.

Shapes: P projects in code order, R titles grouped by project. Integers only; names and texts stay in
the database and are read for the rows that are shown. About 120 bytes a project.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Counter, Enterprise, Project, Recognition
from registry.queries.code_lists import CodeLists, load_code_lists
from registry.queries.counting import distinct
from registry.queries.tables import or_nan, read_columns
from registry.terms import ProjectType, RecognitionStatus, Sector, Tier

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

TIERS = [tier.value for tier in Tier]
TYPES = [kind.value for kind in ProjectType]
STATUSES = [status.value for status in RecognitionStatus]
SECTORS = [sector.value for sector in Sector]
NOT_STATED = -1
UNKNOWN_DAY = 0
"""`announced` of a title whose day is not known: it counts at every date (it is older than its citation)."""
NEVER = 10_000_000


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Columns of one state of the public record. Codes are positions in the code lists; -1 is NULL."""

    revision: int
    demo: bool  # demo data is among the records
    lists: CodeLists
    ids: Ints
    numbers: Ints  # the digits of the permanent code
    type: Ints
    unit: Ints
    division: Ints
    industry: Ints
    sector: Ints
    enterprise: Ints  # enterprise id
    lon: Floats
    lat: Floats
    name_order: Ints
    enterprise_order: Ints
    updated: Ints  # seconds since 1970
    start: Ints  # P + 1 offsets into the columns of titles
    title_ids: Ints
    title_project: Ints  # position of the project
    title_category: Ints
    title_tier: Ints
    title_rank: Ints
    title_year: Ints  # -1 unknown
    title_announced: Ints  # proleptic day
    title_status: Ints
    title_ended: Ints  # proleptic day, NEVER while valid

    @property
    def located(self) -> Bools:
        """Which projects have coordinates."""
        return ~np.isnan(self.lon)

    @cached_property
    def enterprise_ids(self) -> Ints:
        """Ids of the enterprises that hold projects, ascending."""
        return distinct(self.enterprise[self.enterprise != NOT_STATED], int(self.enterprise.max(initial=0)) + 1)

    @cached_property
    def enterprise_place(self) -> Ints:
        """For each project the position of its enterprise in `enterprise_ids`, or -1."""
        places = np.searchsorted(self.enterprise_ids, self.enterprise)
        return np.where(self.enterprise == NOT_STATED, NOT_STATED, places)

    @cached_property
    def years(self) -> list[int]:
        """The years of titles that are stated, ascending."""
        stated = self.title_year[self.title_year != NOT_STATED]
        return [int(year) for year in distinct(stated, int(stated.max(initial=0)) + 1)]

    @cached_property
    def year_place(self) -> Ints:
        """For each title the position of its year in `years`, or -1."""
        places = np.searchsorted(np.array(self.years, dtype=np.int64), self.title_year)
        return np.where(self.title_year == NOT_STATED, NOT_STATED, places)

    @cached_property
    def _category_order(self) -> Ints:
        return _order(list(self.lists.categories))

    @cached_property
    def standing(self) -> Ints:
        """Leading title of each project as of now."""
        return self._leading(None)

    def leading(self, as_of: date | None = None) -> Ints:
        """Position of each project's leading title: valid first, then tier, rank (blank last), latest
        announcement, category code. -1 where no title was announced by the day."""
        return self.standing if as_of is None else self._leading(as_of)

    def status_at(self, as_of: date | None) -> Ints:
        """Status of each title on a day (None: now); -1 where it was not yet announced."""
        if as_of is None:
            return self.title_status
        day = as_of.toordinal()
        status = np.where(
            self.title_ended > day,
            STATUSES.index(RecognitionStatus.VALID),
            self.title_status,
        )
        return np.where(self.title_announced <= day, status, NOT_STATED)

    def _leading(self, as_of: date | None) -> Ints:
        status = self.status_at(as_of)
        keys = (
            self._category_order[self.title_category],
            -self.title_announced,
            -self.title_rank,
            -self.title_tier,
            status != STATUSES.index(RecognitionStatus.VALID),
            status == NOT_STATED,
            self.title_project,
        )
        first = np.lexsort(keys)[self.start[:-1]]
        return np.where(status[first] == NOT_STATED, NOT_STATED, first)


class Catalogues:
    """Holds the newest catalogue of one database; thread-safe, one build at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Catalogue | None = None

    def current(self, session: Session) -> Catalogue:
        """The catalogue of the state that this session sees (one query unless it changed)."""
        revision = session.scalar(select(Counter.value).where(Counter.name == "revision"))
        newest = self._newest
        if newest is not None and newest.revision == revision:
            return newest
        with self._lock:
            newest = self._newest
            if newest is None or newest.revision != revision:
                newest = load_catalogue(session, revision or 0)
                self._newest = newest
            return newest


def load_catalogue(session: Session, revision: int = 0) -> Catalogue:
    """Read the whole catalogue (seven queries, linear in titles)."""
    lists = load_code_lists(session)
    return _assemble(revision, lists, _projects(session, lists), _titles(session, lists))


def _projects(session: Session, lists: CodeLists) -> dict[str, Any]:
    """Columns of all projects that were not merged into another, in code order."""
    sector = {code: SECTORS.index(item.sector) for code, item in lists.industries.items()}
    statement = (
        select(
            Project.id, Project.code, Project.type, Project.unit_code, Project.division_code, Project.industry_code,
            Project.industry_code, Project.enterprise_id, Project.lon, Project.lat, Project.name, Enterprise.name,
            Project.updated_at, Project.is_demo,
        )
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None))
        .order_by(Project.code)
    )  # fmt: skip
    return read_columns(
        session,
        statement,
        ids=int,
        numbers=lambda code: int(code[3:]),
        type=TYPES.index,
        unit=_places(lists.units).__getitem__,
        division=_places_or_not_stated(lists.divisions),
        industry=_places_or_not_stated(lists.industries),
        sector=lambda code: sector.get(code, NOT_STATED),
        enterprise=_or_not_stated,
        lon=or_nan,
        lat=or_nan,
        name=None,
        enterprise_name=None,
        updated=lambda moment: int(moment.timestamp()),
        demo=int,
    )


def _titles(session: Session, lists: CodeLists) -> dict[str, Ints]:
    """Columns of all titles, in no order."""
    days: dict[date, int] = {}

    def day(value: date) -> int:
        # Few days bear many titles.
        return days.get(value) or days.setdefault(value, value.toordinal())

    statement = select(
        Recognition.id, Recognition.project_id, Recognition.category_code, Recognition.year,
        Recognition.announced_on, Recognition.status, Recognition.ended_on,
    )  # fmt: skip
    return read_columns(
        session,
        statement,
        ids=int,
        project=int,
        category=_places(lists.categories).__getitem__,
        year=_or_not_stated,
        announced=lambda value: day(value) if value else UNKNOWN_DAY,
        status=STATUSES.index,
        ended=lambda value: day(value) if value else NEVER,
    )


def _assemble(revision: int, lists: CodeLists, projects: dict[str, Any], titles: dict[str, Ints]) -> Catalogue:
    """Keep the projects that hold a title, and group the titles by project."""
    known = np.argsort(projects["ids"])
    if not known.size:
        titles = {name: column[:0] for name, column in titles.items()}
    nearest = np.minimum(np.searchsorted(projects["ids"], titles["project"], sorter=known), max(known.size - 1, 0))
    holder = known[nearest]
    # Titles of projects that were merged into others are no longer public.
    held = projects["ids"][holder] == titles["project"]
    titles, holder = {name: column[held] for name, column in titles.items()}, holder[held]
    public = np.zeros(len(projects["ids"]), dtype=bool)
    public[holder] = True
    names = _chosen(projects.pop("name"), public), _chosen(projects.pop("enterprise_name"), public)
    projects = {name: column[public] for name, column in projects.items()}
    position = np.cumsum(public) - 1
    order = np.lexsort((titles["ids"], holder))
    titles, holder = {name: column[order] for name, column in titles.items()}, position[holder[order]]
    items = list(lists.categories.values())
    tier_of = np.array([TIERS.index(item.tier) for item in items] or [0])
    rank_of = np.array([NOT_STATED if item.rank is None else item.rank for item in items] or [0])
    return Catalogue(
        revision=revision,
        demo=bool(projects.pop("demo").any()),
        lists=lists,
        name_order=_order(names[0]),
        enterprise_order=_order(names[1]),
        start=np.searchsorted(holder, np.arange(int(public.sum()) + 1)),
        title_ids=titles["ids"],
        title_project=holder,
        title_category=titles["category"],
        title_tier=tier_of[titles["category"]],
        title_rank=rank_of[titles["category"]],
        title_year=titles["year"],
        title_announced=titles["announced"],
        title_status=titles["status"],
        title_ended=titles["ended"],
        **projects,
    )


def _chosen(texts: list[str | None], mask: Bools) -> list[str]:
    return [text or "" for text in compress(texts, mask)]


def _places(items: dict[str, Any]) -> dict[str, int]:
    """Position of each code in its list."""
    return {code: place for place, code in enumerate(items)}


def _places_or_not_stated(items: dict[str, Any]) -> Callable[[str | None], int]:
    """Position of a code; NOT_STATED for NULL and for divisions that have ended."""
    places = _places(items)
    return lambda code: places.get(code or "", NOT_STATED)


def _or_not_stated(value: int | None) -> int:
    return NOT_STATED if value is None else value


def _order(texts: list[str]) -> Ints:
    """Rank of each text in code point order (equal on every database)."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks
