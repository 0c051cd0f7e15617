"""From filters to projects: the one selection behind page, map, table, files, statistics and API.

A project is selected when ONE of its titles satisfies tier, category, year, status (and `as_of`)
together and the project satisfies the rest; it is then shown whole.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from registry.names import fold
from registry.queries.catalogue.columns import NOT_STATED, STATUSES, TIERS, Bools, Catalogue, Ints
from registry.queries.catalogue.counting import among, distinct, distinct_by
from registry.queries.catalogue.current import catalogue_columns, catalogue_texts
from registry.queries.catalogue.dimensions import BY_NAME, DIMENSIONS, NONE, TITLE_DIMENSIONS, Dimension
from registry.queries.catalogue.filters import LADDER, Filters
from registry.queries.catalogue.kpi_columns import KpiColumn
from registry.terms import RecognitionStatus, Tier

LARGEST_KEPT = 100_000
"""Titles up to which a state of the record keeps its newest selections: each has a few numbers for every title."""
_lock = threading.Lock()


def text_hits(session: Session, catalogue: Catalogue, q: str) -> Ints | None:
    """Ids of projects whose search text contains every term, sorted; None when there is no text.

    Terms are folded like the stored text. No query, except for the first one in a state of the record.
    """
    terms = fold(q).split()
    return catalogue_texts(session, catalogue).ids_with(terms) if terms else None


def holders(catalogue: Catalogue, tier: Tier, day: date | None) -> Bools:
    """Projects that hold a valid title of this tier on a day (None: now)."""
    valid = catalogue.status_at(day) == STATUSES.index(RecognitionStatus.VALID.value)
    holds = np.zeros(len(catalogue.ids), dtype=bool)
    holds[catalogue.title_project[valid & (catalogue.title_tier == TIERS.index(tier.value))]] = True
    return holds


@dataclass(frozen=True)
class Selection:
    """The selected titles and projects of one catalogue, as masks over its columns."""

    catalogue: Catalogue
    filters: Filters
    hits: Ints | None = None
    columns: Mapping[str, KpiColumn] | None = None
    made: dict[object, Bools] = field(default_factory=dict, compare=False, repr=False)
    """Masks by what they follow from: selections with other filters that `replace` makes of this one share them."""

    def but(self, **changes: object) -> Selection:
        """The selection of the same filters with `changes`; text hits and columns stay what they are."""
        filters = self.filters.but(**changes)
        return self if filters == self.filters else replace(self, filters=filters)

    @cached_property
    def masks(self) -> dict[str, Bools]:
        """One mask per dimension that restricts, over titles or over projects."""
        masks = {}
        for dimension in DIMENSIONS:
            chosen = getattr(self.filters, dimension.name)
            if chosen:
                key = dimension.name, chosen, self.filters.as_of if dimension.of_day else None
                if key not in self.made:
                    self.made[key] = self._mask(dimension, chosen)
                masks[dimension.name] = self.made[key]
        return masks

    def _mask(self, dimension: Dimension, chosen: tuple[str, ...]) -> Bools:
        codes = dimension.codes(self.catalogue)
        places = {code: place for place, code in enumerate(codes)} | {NONE: NOT_STATED}
        column = dimension.column(self.catalogue, self.filters.as_of)
        return among(column, len(codes), [places[code] for code in chosen if code in places])

    @cached_property
    def fixed(self) -> Bools:
        """Projects that satisfy text, box, ladder and honours, whatever titles are asked for."""
        ladder = self.filters.ladder
        key = self.filters.bbox, self.filters.honor, ladder, self.filters.as_of if ladder else None
        if key not in self.made:
            self.made[key] = self._fixed()
        return self.made[key]

    def _fixed(self) -> Bools:
        columns, mask = self.catalogue, np.ones(len(self.catalogue.ids), dtype=bool)
        if self.hits is not None:
            mask &= columns.among(self.hits)
        if self.filters.bbox is not None:
            west, south, east, north = self.filters.bbox
            with np.errstate(invalid="ignore"):
                mask &= (columns.lon >= west) & (columns.lon <= east) & (columns.lat >= south) & (columns.lat <= north)
        if self.filters.ladder:
            mask &= self._on_ladder()
        if self.filters.honor:
            mask &= self._honored()
        return mask

    def _honored(self) -> Bools:
        """Projects whose enterprise holds one of the chosen honours; `none` are those that hold no honour at all."""
        kinds = tuple(kind for kind in self.filters.honor if kind != NONE)
        found = self.catalogue.honored(kinds) if kinds else np.zeros(len(self.catalogue.ids), dtype=bool)
        return found | ~self.catalogue.honored() if NONE in self.filters.honor else found

    def _on_ladder(self) -> Bools:
        """Projects that hold a valid title of each tier which one of the chosen values names."""
        holds = {tier: holders(self.catalogue, tier, self.filters.as_of) for tier in Tier}
        chosen = [np.logical_and.reduce([holds[tier] for tier in LADDER[value]]) for value in self.filters.ladder]
        found: Bools = np.logical_or.reduce(chosen)
        return found

    @cached_property
    def scope(self) -> Bools:
        """Titles that satisfy all title dimensions and stand in a project that satisfies the rest."""
        titles, projects = np.ones(len(self.catalogue.title_ids), dtype=bool), self.fixed
        for name, mask in self.masks.items():
            if name in TITLE_DIMENSIONS:
                titles &= mask
            else:
                projects = projects & mask
        if self.filters.year_from is not None:
            titles &= self.catalogue.title_year >= self.filters.year_from
        if self.filters.year_to is not None:
            titles &= (self.catalogue.title_year <= self.filters.year_to) & (self.catalogue.title_year != NOT_STATED)
        if self.filters.as_of is not None:
            titles &= self.catalogue.title_announced <= self.filters.as_of.toordinal()
        titles &= projects[self.catalogue.title_project]
        return self._reporting(titles) if self.filters.reads_reports else titles

    def _reporting(self, titles: Bools) -> Bools:
        """Keep the projects whose latest title in scope carries a comparable value of every KPI in `has`, and
        one of the grades in `grade`."""
        assert self.columns is not None
        latest, graded = self.catalogue.latest(titles), self.catalogue.lists.graded
        kept = latest >= 0
        for code in self.filters.has:
            kept[kept] = self.columns[code].known(latest[kept])
        if self.filters.grade and graded is not None:
            column = self.columns[graded.code]
            kept[kept] = column.known(latest[kept])
            kept[kept] = np.isin(column.grades(column.row[latest[kept]]), [int(grade) for grade in self.filters.grade])
        kept_titles: Bools = titles & kept[self.catalogue.title_project]
        return kept_titles

    @cached_property
    def titles(self) -> Ints:
        """Positions of the titles in scope."""
        return np.flatnonzero(self.scope)

    @cached_property
    def projects(self) -> Ints:
        """Positions of the selected projects, in code order."""
        return distinct(self.catalogue.title_project[self.titles], len(self.catalogue.ids))

    @cached_property
    def titles_held(self) -> Ints:
        """How many titles in scope each selected project holds."""
        return np.bincount(self.catalogue.title_project[self.titles], minlength=len(self.catalogue.ids))[self.projects]

    @cached_property
    def enterprises(self) -> Ints:
        """Ids of the enterprises of the selected projects, ascending."""
        held = self.catalogue.enterprise_place[self.projects]
        ids = self.catalogue.enterprise_ids
        return ids[distinct(held[held != NOT_STATED], len(ids))]

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many titles, projects and enterprises."""
        return len(self.titles), len(self.projects), len(self.enterprises)

    @cached_property
    def latest(self) -> Ints:
        """For each selected project the position of its latest title in scope (whose report counts)."""
        return self.catalogue.latest(self.scope)[self.projects]

    def reports(self, projects: Ints) -> Ints:
        """The same of some of the selected projects, in their order."""
        return self.latest[np.searchsorted(self.projects, projects)]

    @property
    def on_map(self) -> int:
        """How many selected projects have coordinates."""
        return int(self.catalogue.located[self.projects].sum())

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """For each dimension and value: how many projects the list has when only this value is chosen there."""
        return {dimension.name: self.facet(dimension.name) for dimension in DIMENSIONS}

    def facet(self, name: str) -> dict[str, int]:
        """Counts of one dimension; `none` counts what is not stated."""
        dimension = BY_NAME[name]
        codes, column = dimension.codes(self.catalogue), dimension.column(self.catalogue, self.filters.as_of)
        # What is not stated has position -1: the place after the codes.
        size, named = len(codes) + 1, [*codes, NONE] if dimension.may_be_unstated else codes
        if self.filters.reads_reports and name in TITLE_DIMENSIONS:
            # The latest title in scope changes with the value, and with it the report that is looked into.
            return {code: len(self.but(**{name: (code,)}).projects) for code in named}
        # Where nothing is chosen there, leaving it out leaves the scope as it is.
        is_free, owner = name not in self.masks, self.catalogue.title_project
        titles = self.but(**{name: ()}).titles
        if name in TITLE_DIMENSIONS:
            counts = distinct_by(owner[titles], len(self.catalogue.ids), column[titles], size)
        else:
            projects = self.projects if is_free else distinct(owner[titles], len(self.catalogue.ids))
            counts = np.roll(np.bincount(column[projects] + 1, minlength=size), -1)
        return {code: int(counts[index]) for index, code in enumerate(named)}


def select_projects(session: Session, catalogue: Catalogue, filters: Filters) -> Selection:
    """The selection of these filters (no query: search texts and KPI columns are read once for each state
    of the record when `q`, or `has` or `grade`, asks for them).

    One without text is kept with its catalogue: the pages of a list, its map and its statistics share their counts.
    """
    wanted = filters.selection
    with _lock:
        found: Selection | None = catalogue.selections.get(wanted)
    if found is None:
        columns = catalogue_columns(session, catalogue) if filters.reads_reports else None
        found = Selection(catalogue, wanted, text_hits(session, catalogue, filters.q), columns)
        if found.hits is None and len(catalogue.title_ids) <= LARGEST_KEPT:
            with _lock:
                catalogue.selections[wanted] = found
    return found
