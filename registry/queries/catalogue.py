"""The published catalogue: every public title and its project as columns in memory.

One catalogue serves map, table, files, statistics and API, so they cannot disagree. It is keyed by
`counter.revision`, which the database itself moves with every public change; a request reads the
revision (one query) and gets the catalogue of exactly that state, on every worker.

Shapes: P projects in code order, R titles grouped by project. Integers only; names and texts stay in
the database and are read for the rows that are shown. About 120 bytes a project.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from registry.models import Counter, Enterprise, Project, Recognition
from registry.queries.code_lists import CodeLists, load_code_lists
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
    updated: Floats
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
    """Read the whole catalogue (about nine queries, linear in titles)."""
    lists = load_code_lists(session)
    titles = session.execute(_titles()).all()
    published = sorted({row.project_id for row in titles})
    projects = [row for row in session.execute(_projects()) if row.id in set(published)] if titles else []
    return _columns(revision, lists, projects, titles)


def _projects() -> Any:
    return (
        select(
            Project.id, Project.code, Project.type, Project.unit_code, Project.division_code, Project.industry_code,
            Project.enterprise_id, Project.lon, Project.lat, Project.name, Enterprise.name.label("enterprise_name"),
            Project.updated_at, Project.is_demo,
        )
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None))
        .order_by(Project.code)
    )  # fmt: skip


def _titles() -> Any:
    return (
        select(
            Recognition.id, Recognition.project_id, Recognition.category_code, Recognition.year,
            Recognition.announced_on, Recognition.status, Recognition.ended_on,
        )
        .join(Project, Project.id == Recognition.project_id)
        .where(Project.merged_into_id.is_(None))
        .order_by(Project.code, Recognition.id)
    )  # fmt: skip


def _columns(
    revision: int,
    lists: CodeLists,
    projects: Sequence[Row[Any]],
    titles: Sequence[Row[Any]],
) -> Catalogue:
    position = {row.id: index for index, row in enumerate(projects)}
    units, divisions = _positions(lists.units), _positions(lists.divisions)
    categories, industries = _positions(lists.categories), _positions(lists.industries)
    sector = {code: SECTORS.index(item.sector) for code, item in lists.industries.items()}
    category_items = list(lists.categories.values())
    title_category = _ints(categories[row.category_code] for row in titles)
    tier_of = np.array([TIERS.index(item.tier) for item in category_items] or [0])
    rank_of = np.array([NOT_STATED if item.rank is None else item.rank for item in category_items] or [0])
    title_project = _ints(position[row.project_id] for row in titles)
    return Catalogue(
        revision=revision,
        demo=any(row.is_demo for row in projects),
        lists=lists,
        ids=_ints(row.id for row in projects),
        numbers=_ints(int(row.code[3:]) for row in projects),
        type=_ints(TYPES.index(row.type) for row in projects),
        unit=_ints(units[row.unit_code] for row in projects),
        division=_ints(divisions.get(row.division_code, NOT_STATED) for row in projects),
        industry=_ints(industries.get(row.industry_code, NOT_STATED) for row in projects),
        sector=_ints(sector.get(row.industry_code, NOT_STATED) for row in projects),
        enterprise=_ints(row.enterprise_id or NOT_STATED for row in projects),
        lon=np.array(
            [np.nan if row.lon is None else row.lon for row in projects],
            dtype=np.float64,
        ),
        lat=np.array(
            [np.nan if row.lat is None else row.lat for row in projects],
            dtype=np.float64,
        ),
        name_order=_order([row.name for row in projects]),
        enterprise_order=_order([row.enterprise_name or "" for row in projects]),
        updated=np.array([row.updated_at.timestamp() for row in projects], dtype=np.float64),
        start=np.searchsorted(title_project, np.arange(len(projects) + 1)),
        title_ids=_ints(row.id for row in titles),
        title_project=title_project,
        title_category=title_category,
        title_tier=tier_of[title_category],
        title_rank=rank_of[title_category],
        title_year=_ints(row.year or NOT_STATED for row in titles),
        title_announced=_ints(row.announced_on.toordinal() if row.announced_on else UNKNOWN_DAY for row in titles),
        title_status=_ints(STATUSES.index(row.status) for row in titles),
        title_ended=_ints(row.ended_on.toordinal() if row.ended_on else NEVER for row in titles),
    )


def _positions(items: dict[str, Any]) -> dict[str | None, int]:
    return {code: index for index, code in enumerate(items)}


def _ints(values: Any) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _order(texts: list[str]) -> Ints:
    """Rank of each text in code point order (equal on every database)."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks
