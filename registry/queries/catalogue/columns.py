"""The published catalogue: every public title and its project as columns in memory.

One catalogue serves map, table, files, statistics and API, so they cannot disagree. Shapes: P projects
in code order, R titles grouped by project, in the order of their ids. Numbers only; names and texts stay
in the database and are read for the rows that are shown. `queries/catalogue/loading` fills the columns and
`queries/catalogue/current` keeps them up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from registry.kinds import EnterpriseSize, Ownership
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.counting import distinct
from registry.queries.catalogue.nearby import SpatialOrder
from registry.queries.catalogue.tiles import TileOrder
from registry.terms import ProjectType, RecognitionStatus, Sector, Tier

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Made = TypeVar("Made")

TIERS = [tier.value for tier in Tier]
TYPES = [kind.value for kind in ProjectType]
STATUSES = [status.value for status in RecognitionStatus]
SECTORS = [sector.value for sector in Sector]
SIZES = [size.value for size in EnterpriseSize]
OWNERSHIPS = [ownership.value for ownership in Ownership]
NOT_STATED = -1
UNKNOWN_DAY = 0
"""`announced` of a title whose day is not known: it counts at every date (it is older than its citation)."""
NEVER = 10_000_000


@dataclass(frozen=True)
class Honors:
    """Which enterprises hold which kinds of honour: pairs of an enterprise id and the place of a kind in `kinds`."""

    kinds: tuple[str, ...] = ()
    enterprise: tuple[int, ...] = ()
    kind: tuple[int, ...] = ()

    def holders(self, kinds: tuple[str, ...]) -> Ints:
        """Ids of the enterprises that hold one of these kinds; of all that hold any for none."""
        wanted = {place for place, kind in enumerate(self.kinds) if not kinds or kind in kinds}
        pairs = zip(self.enterprise, self.kind, strict=True)
        return np.array([holder for holder, kind in pairs if kind in wanted], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Columns of one state of the public record. Codes are positions in the code lists; -1 is NULL."""

    revision: int
    lists: CodeLists
    ids: Ints
    numbers: Ints  # the digits of the permanent code, ascending
    type: Ints
    unit: Ints
    division: Ints
    industry: Ints
    sector: Ints
    enterprise: Ints  # enterprise id
    size: Ints  # of the enterprise, and so is ownership
    ownership: Ints
    lon: Floats
    lat: Floats
    updated: Ints  # seconds since 1970
    is_demo: Ints  # 1 or 0
    start: Ints  # P + 1 offsets into the columns of titles
    title_ids: Ints
    title_category: Ints
    title_year: Ints  # -1 unknown
    title_announced: Ints  # proleptic day
    title_status: Ints
    title_ended: Ints  # proleptic day, NEVER while valid
    honors: Honors = Honors()
    mark: int = 0  # what no other state of this revision bears

    def take_over(self, old: Catalogue) -> None:
        """What was derived in an earlier state, with the same code lists, from columns that both share."""
        for name, columns in _DERIVED.items():
            if name in old.__dict__ and all(getattr(self, column) is getattr(old, column) for column in columns):
                self.__dict__[name] = old.__dict__[name]

    @cached_property
    def selections(self) -> LRUCache[Hashable, Any]:
        """The newest selections of this state (`selection.select_projects`)."""
        return LRUCache(32)

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def once(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """What follows from this state alone: made when it is first asked for, and kept with it."""
        if what not in self._made:
            self._made[what] = make()
        return cast(Made, self._made[what])

    @cached_property
    def demo(self) -> bool:
        """Whether demo data is among the records."""
        return bool(self.is_demo.any())

    @cached_property
    def title_project(self) -> Ints:
        """For each title the position of its project."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.start))

    @cached_property
    def title_tier(self) -> Ints:
        """For each title the position of its tier in `TIERS`."""
        tiers = [TIERS.index(item.tier) for item in self.lists.categories.values()]
        return np.array(tiers, dtype=np.int64)[self.title_category]

    @cached_property
    def title_rank(self) -> Ints:
        """For each title the rank of its category, -1 for none."""
        ranks = [NOT_STATED if item.rank is None else item.rank for item in self.lists.categories.values()]
        return np.array(ranks, dtype=np.int64)[self.title_category]

    @cached_property
    def nearby(self) -> SpatialOrder:
        """The located projects in a spatial order."""
        return SpatialOrder.of(self.lon, self.lat)

    @cached_property
    def tiles(self) -> TileOrder:
        """The located projects in the order of the map's tiles."""
        return TileOrder.of(self.lon, self.lat)

    @cached_property
    def _by_id(self) -> Ints:
        return np.argsort(self.ids, kind="stable")

    def positions_of(self, ids: Collection[int]) -> Ints:
        """Positions of the public projects among these ids, in code order."""
        return np.sort(self._held(np.array(sorted(set(ids)), dtype=np.int64)))

    def among(self, ids: Ints) -> Bools:
        """Which projects have one of these ids, some of which may belong to none."""
        mask = np.zeros(len(self.ids), dtype=bool)
        mask[self._held(ids)] = True
        return mask

    def _held(self, wanted: Ints) -> Ints:
        places = np.searchsorted(self.ids, wanted, sorter=self._by_id)
        inside = places < len(self.ids)
        nearest = self._by_id[places[inside]]
        found: Ints = nearest[self.ids[nearest] == wanted[inside]]
        return found

    def position_of(self, code: str) -> int | None:
        """Position of the public project with the digits of this code, or None. The letters before them stand in
        the row alone, which is to be compared."""
        digits = code.rpartition("-")[2]
        if not (digits.isascii() and digits.isdigit() and len(digits) < 18):
            return None
        place = int(np.searchsorted(self.numbers, int(digits)))
        return place if place < len(self.numbers) and self.numbers[place] == int(digits) else None

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

    def honored(self, kinds: tuple[str, ...] = ()) -> Bools:
        """Projects whose enterprise holds one of these kinds of honour (any, without kinds)."""
        found: Bools = np.isin(self.enterprise, self.honors.holders(kinds)) & (self.enterprise != NOT_STATED)
        return found

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
    def _precedence(self) -> Ints:
        """For each title a number that is greater the further in front it stands, whatever its status: by tier,
        rank (blank last), latest announcement, then category code. At most 44 bits."""
        codes = list(self.lists.categories)
        place = {code: position for position, code in enumerate(sorted(codes, reverse=True))}
        category = np.array([place[code] for code in codes], dtype=np.int64)[self.title_category]
        return ((self.title_tier * 1024 + self.title_rank + 1) * 2**20 + self.title_announced) * 1024 + category

    @cached_property
    def standing(self) -> Ints:
        """Leading title of each project as of now."""
        return self._leading(None)

    def leading(self, as_of: date | None = None) -> Ints:
        """Position of each project's leading title: valid first, then tier, rank (blank last), latest
        announcement, category code. -1 where no title was announced by the day."""
        return self.standing if as_of is None else self._leading(as_of)

    def tier_at(self, day: date) -> NDArray[np.int8]:
        """Tier of each project's leading title on a day, -1 where none was announced; kept, a byte a project, so
        ask for few days (the ends of years)."""
        return self.once(("tier", day), lambda: self.tiers_of(np.arange(len(self.ids)), day).astype(np.int8))

    def tiers_of(self, projects: Ints, as_of: date | None) -> Ints:
        """Tier of the leading title of each of these projects on a day (None: now), -1 where none was announced."""
        leading = self.leading(as_of)[projects]
        return np.where(leading == NOT_STATED, NOT_STATED, self.title_tier[leading])

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
        valid = status == STATUSES.index(RecognitionStatus.VALID)
        return self.foremost(self._precedence + valid * 2**50, status != NOT_STATED)

    def latest(self, titles: Bools) -> Ints:
        """For every project the position of its latest title among `titles` (by day, then id), or -1."""
        return self.foremost(self.title_announced * 2**40 + np.arange(len(titles)), titles)

    def foremost(self, precedence: Ints, among: Bools) -> Ints:
        """For every project the position of the title with the greatest precedence (≥ 0) among some titles, the
        first one of equals, or -1. Linear, where sorting a million titles would take ten times as long."""
        if not len(self.ids):
            return np.empty(0, dtype=np.int64)
        precedence = np.where(among, precedence, NOT_STATED)
        greatest = np.maximum.reduceat(precedence, self.start[:-1])
        chosen = np.flatnonzero(precedence == greatest[self.title_project])
        found = np.empty(len(self.ids), dtype=np.int64)
        # Written from the last to the first: of equals the first one stays.
        found[self.title_project[chosen[::-1]]] = chosen[::-1]
        return np.where(greatest == NOT_STATED, NOT_STATED, found)


_DERIVED = {
    "demo": ("is_demo",),
    "title_project": ("start",),
    "title_tier": ("title_category",),
    "title_rank": ("title_category",),
    "nearby": ("lon", "lat"),
    "tiles": ("lon", "lat"),
    "_by_id": ("ids",),
    "enterprise_ids": ("enterprise",),
    "enterprise_place": ("enterprise",),
    "years": ("title_year",),
    "year_place": ("title_year",),
    "_precedence": ("title_category", "title_announced"),
    "standing": ("start", "title_category", "title_announced", "title_status"),
}
"""What is derived once for a state, and the columns that it follows from."""
