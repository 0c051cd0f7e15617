"""The collection `projects`: which projects a request selects, in an order from which programs read the right types.

A parameter is equality on the value that the answer shows, because GDAL hands on conditions of that meaning and does
not filter again. The site's own filters mean one of a project's titles and are another thing (`catalogue.filters`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Project
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.columns import NOT_STATED, TIERS, UNKNOWN_DAY, Bools, Catalogue, Ints
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.loading import placed
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.catalogue.tables import read_columns
from registry.queries.open.boxes import Box
from registry.queries.record import fields
from registry.queries.record.rows import ProjectRow, iterate_rows
from registry.terms import Precision


@dataclass(frozen=True)
class Asked:
    """What a request wants of the collection. `values`: property → the values of which any will do."""

    limit: int
    offset: int = 0
    bbox: Box | None = None
    days: tuple[date, date] | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Property:
    """A property that may be asked for: its codes, and which of them each project shows (-1: none)."""

    codes: Callable[[CodeLists], list[str]]
    shown: Callable[[Session, Whole], Ints]
    is_number: bool = False


@dataclass(frozen=True, eq=False)
class Whole:
    """The whole collection in its order: positions of the projects, and of the leading title of each."""

    selection: Selection
    projects: Ints
    leading: Ints
    reports: Ints

    @property
    def catalogue(self) -> Catalogue:
        """The record that it is read off."""
        return self.selection.catalogue

    @property
    def announced(self) -> Ints:
        """The day of each leading title, 0 where it is not known."""
        return self.catalogue.title_announced[self.leading]


def _of_project(name: str) -> Property:
    dimension = BY_NAME[name]
    return Property(
        lambda lists: list(dimension.words(lists)) if dimension.words else [],
        lambda session, whole: dimension.column(whole.catalogue, None)[whole.projects],
    )


def _levels(lists: CodeLists) -> list[str]:
    return [str(rank) for rank in sorted({item.rank for item in lists.categories.values() if item.rank is not None})]


def _level(session: Session, whole: Whole) -> Ints:
    """Where the level of each stands among all levels."""
    rank = whole.catalogue.title_rank[whole.leading]
    places = {int(level): place for place, level in enumerate(_levels(whole.catalogue.lists))}
    return np.array([places.get(int(value), NOT_STATED) for value in rank], dtype=np.int64)


def _precision(session: Session, whole: Whole) -> Ints:
    """How exactly the place of each is known: the only one of these that is no column in memory (one query)."""

    def read() -> Ints:
        codes = {precision.value: place for place, precision in enumerate(Precision)}
        table = read_columns(session, select(Project.id, Project.precision), ids=int, codes=codes)
        return placed(whole.catalogue, table["ids"], table["codes"], NOT_STATED)

    return whole.catalogue.once("precision", read)[whole.projects]


PROPERTIES: dict[str, Property] = {
    "type": _of_project("type"),
    "tier": Property(lambda lists: TIERS, lambda session, whole: whole.catalogue.title_tier[whole.leading]),
    "category": Property(
        lambda lists: list(lists.categories), lambda session, whole: whole.catalogue.title_category[whole.leading]
    ),
    "level": Property(_levels, _level, is_number=True),
    "unit": _of_project("unit"),
    "division": _of_project("division"),
    "industry": _of_project("industry"),
    "sector": _of_project("sector"),
    "year": Property(
        lambda lists: [], lambda session, whole: whole.catalogue.title_year[whole.leading], is_number=True
    ),
    "precision": Property(lambda lists: [precision.value for precision in Precision], _precision),
}
"""In the order of the parameters. The codes of `year` are all years."""


def whole_collection(session: Session, catalogue: Catalogue) -> Whole:
    """All projects with a valid title: located ones first, then those with most figures, then by code.

    Programs decide the types of columns by the first ten or twenty features: without a geometry among them there
    is no map, and a number that is null in all of them becomes a text.
    """
    return catalogue.once("collection", lambda: _whole(session, catalogue))


def _whole(session: Session, catalogue: Catalogue) -> Whole:
    selection = select_projects(session, catalogue, Filters())
    projects, latest = selection.projects, selection.latest
    columns = catalogue_columns(session, catalogue)
    known = np.zeros(len(projects), dtype=np.int64)
    for code in fields.public_kpis(catalogue.lists):
        known += columns[code].known(latest)
    order = np.lexsort((catalogue.numbers[projects], -known, ~catalogue.located[projects]))
    projects = projects[order]
    return Whole(selection, projects, catalogue.leading()[projects], latest[order])


def chosen(session: Session, whole: Whole, asked: Asked) -> Ints:
    """Places in the collection of what the request selects, in its order, all pages."""
    catalogue, mask = whole.catalogue, np.ones(len(whole.projects), dtype=bool)
    if asked.bbox is not None:
        mask &= asked.bbox.holds(catalogue.lon[whole.projects], catalogue.lat[whole.projects])
    if asked.days is not None:
        first, last = (day.toordinal() for day in asked.days)
        days = whole.announced
        mask &= ((days >= first) & (days <= last)) | (days == UNKNOWN_DAY)
    for name, values in asked.values:
        mask &= _equal(session, whole, name, values)
    return np.flatnonzero(mask)


def _equal(session: Session, whole: Whole, name: str, values: tuple[str, ...]) -> Bools:
    found = PROPERTIES[name]
    codes = found.codes(whole.catalogue.lists)
    wanted = [codes.index(value) for value in values] if codes else [int(value) for value in values]
    return np.isin(found.shown(session, whole), wanted)


def rows_of(session: Session, whole: Whole, places: Ints) -> Iterator[ProjectRow]:
    """The rows at these places of the collection."""
    return iterate_rows(session, whole.catalogue, whole.projects[places], whole.reports[places])


def place_of(whole: Whole, code: str) -> Ints:
    """The place of one project in the collection; empty where it is not in it."""
    position = whole.catalogue.position_of(code)
    return np.flatnonzero(whole.projects == (NOT_STATED if position is None else position))


def extent(whole: Whole, bounds: tuple[float, float, float, float]) -> list[float]:
    """The box that holds every located project and the city's own bounds."""
    west, south, east, north = bounds
    lon = np.append(whole.catalogue.lon[whole.projects], (west, east))
    lat = np.append(whole.catalogue.lat[whole.projects], (south, north))
    return [float(side) for side in (np.nanmin(lon), np.nanmin(lat), np.nanmax(lon), np.nanmax(lat))]


def period(whole: Whole) -> tuple[date, date] | None:
    """First and last day of announcement; None where none is known."""
    days = whole.announced[whole.announced != UNKNOWN_DAY]
    return (date.fromordinal(int(days.min())), date.fromordinal(int(days.max()))) if len(days) else None


def feature(row: ProjectRow, lists: CodeLists, columns: list[fields.Field], links: fields.Links) -> dict[str, Any]:
    """One Feature with flat properties: no list and no object, which GDAL would make a text of JSON."""
    properties = {column.name: column.value(row, lists, links) for column in columns}
    return {"type": "Feature", "id": row.code, "geometry": fields.point(row), "properties": properties}
