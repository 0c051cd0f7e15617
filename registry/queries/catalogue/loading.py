"""Fills the catalogue from the database: whole, or only the projects that changed.

After a change the columns of all other projects are taken over as they are, so the first answer after a
publication costs a few copies in memory instead of reading every title anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ScalarSelect, Select, extract, func, select
from sqlalchemy.orm import Session

from registry.models import Enterprise, EnterpriseHonor, Project, PublicChange, Recognition
from registry.queries.catalogue.code_lists import CodeLists, load_code_lists
from registry.queries.catalogue.columns import (
    NEVER,
    NOT_STATED,
    OWNERSHIPS,
    SECTORS,
    SIZES,
    STATUSES,
    TYPES,
    UNKNOWN_DAY,
    Catalogue,
    Honors,
    Ints,
)
from registry.queries.catalogue.kept import UNKNOWN, State
from registry.queries.catalogue.splice import Splice
from registry.queries.catalogue.tables import read_columns
from registry.queries.catalogue.texts import offsets, ranges

OF_PROJECTS = (
    "ids", "numbers", "type", "unit", "division", "industry", "sector", "enterprise", "size", "ownership", "lon",
    "lat", "updated", "is_demo",
)  # fmt: skip
SPARSE = 4
"""Ids are looked up one by one where they go up to so many times their number."""
HONORS = -1
"""What stands for the honours of enterprises among the changed projects."""
OF_TITLES = ("title_ids", "title_category", "title_year", "title_announced", "title_status", "title_ended")


def load_catalogue(session: Session, state: State = UNKNOWN) -> Catalogue:
    """Read the whole catalogue (eight queries, linear in titles)."""
    return replace(_read(session, load_code_lists(session), state, None), honors=load_honors(session))


def load_honors(session: Session) -> Honors:
    """Who holds which kind of honour (one query)."""
    found = session.execute(select(EnterpriseHonor.enterprise_id, EnterpriseHonor.kind).distinct())
    pairs = sorted((holder, kind) for holder, kind in found)
    kinds = tuple(sorted({kind for _holder, kind in pairs}))
    place = {kind: position for position, kind in enumerate(kinds)}
    return Honors(
        kinds,
        tuple(holder for holder, _kind in pairs),
        tuple(place[kind] for _holder, kind in pairs),
    )


def changed_since(revision: int) -> Select[Any]:
    """Ids of the projects that changed after a revision; 0 stands for all."""
    return select(PublicChange.project_id).where(PublicChange.revision > revision)


def patch_catalogue(session: Session, old: Catalogue, state: State) -> tuple[Catalogue, Splice]:
    """The catalogue of `state`: the old one with the projects that changed since read anew (two queries, one
    more where honours changed), and how its titles follow from the old ones. Columns that hold what they held are
    shared with the old one, and so is what was derived from these alone."""
    part = _read(session, old.lists, state, changed_since(old.revision).scalar_subquery())
    changed = np.fromiter(session.scalars(changed_since(old.revision)), dtype=np.int64)
    gone = np.flatnonzero(np.isin(old.ids, changed, kind="table"))
    at = np.searchsorted(old.numbers, part.numbers)
    projects = Splice.of(len(old.ids), gone, at)
    # A new title goes where its project begins; those of one place keep their order.
    sizes, part_sizes = np.diff(old.start), np.diff(part.start)
    titles = Splice.of(len(old.title_ids), ranges(old.start[gone], sizes[gone]), np.repeat(old.start[at], part_sizes))
    columns = {name: projects.column(getattr(old, name), getattr(part, name)) for name in OF_PROJECTS}
    columns |= {name: titles.column(getattr(old, name), getattr(part, name)) for name in OF_TITLES}
    held = projects.column(sizes, part_sizes)
    columns["start"] = old.start if held is sizes else offsets(held)
    honors = load_honors(session) if HONORS in changed else old.honors
    found = Catalogue(revision=state.revision, mark=state.mark, lists=old.lists, honors=honors, **columns)
    found.take_over(old)
    return found, titles


def _read(session: Session, lists: CodeLists, state: State, only: ScalarSelect[int] | None) -> Catalogue:
    """The catalogue of all projects, or of some of them."""
    projects, titles = _projects(session, lists, only), _titles(session, lists, only)
    order = np.argsort(projects["numbers"], kind="stable")
    projects = {name: column[order] for name, column in projects.items()}
    holder = places_of(projects["ids"], titles.pop("project"))
    # A project without a title is not public, and a title of a project that was merged into another neither.
    public = np.zeros(len(order), dtype=bool)
    public[holder[holder != NOT_STATED]] = True
    order = np.lexsort((titles["title_ids"], holder))
    order = order[holder[order] != NOT_STATED]
    return Catalogue(
        revision=state.revision,
        mark=state.mark,
        lists=lists,
        start=offsets(np.bincount(holder[order], minlength=len(public))[public]),
        **{name: column[public] for name, column in projects.items()},
        **{name: column[order] for name, column in titles.items()},
    )


def _projects(session: Session, lists: CodeLists, only: ScalarSelect[int] | None) -> dict[str, Any]:
    """Columns of all projects that were not merged into another, in no order."""
    # What is not stated takes the last place.
    sectors = np.array([*(SECTORS.index(item.sector) for item in lists.industries.values()), NOT_STATED])
    statement = select(
        Project.id, Project.code, Project.type, Project.unit_code, Project.division_code, Project.industry_code,
        func.coalesce(Project.enterprise_id, NOT_STATED), Enterprise.size, Enterprise.ownership, Project.lon,
        Project.lat,
        # As seconds: making moments of a million texts takes longer than reading them.
        extract("epoch", Project.updated_at), Project.is_demo,
    ).outerjoin(Enterprise, Enterprise.id == Project.enterprise_id).where(Project.merged_into_id.is_(None))  # fmt: skip
    found = read_columns(
        session,
        statement if only is None else statement.where(Project.id.in_(only)),
        ids=int,
        numbers=lambda code: int(code.rpartition("-")[2]),
        type=_places(TYPES),
        unit=_places(lists.units),
        division=_places_or_not_stated(lists.divisions),
        industry=_places_or_not_stated(lists.industries),
        enterprise=int,
        size=_places_or_not_stated(SIZES),
        ownership=_places_or_not_stated(OWNERSHIPS),
        lon=float,
        lat=float,
        updated=int,
        is_demo=int,
    )
    return found | {"sector": sectors[found["industry"]]}


def _titles(session: Session, lists: CodeLists, only: ScalarSelect[int] | None) -> dict[str, Ints]:
    """Columns of all titles and the ids of their projects, in no order."""
    statement = select(
        Recognition.id, Recognition.project_id, Recognition.category_code, func.coalesce(Recognition.year, NOT_STATED),
        Recognition.announced_on, Recognition.status, Recognition.ended_on,
    )  # fmt: skip
    return read_columns(
        session,
        statement if only is None else statement.where(Recognition.project_id.in_(only)),
        title_ids=int,
        project=int,
        title_category=_places(lists.categories),
        title_year=int,
        title_announced=_Days({None: UNKNOWN_DAY}),
        title_status=_places(STATUSES),
        title_ended=_Days({None: NEVER}),
    )


def places_of(ids: Ints, wanted: Ints) -> Ints:
    """Where each wanted id stands in `ids`, or -1."""
    last = int(ids.max(initial=-1))
    if last > SPARSE * (len(ids) + len(wanted)):
        order = np.argsort(ids)
        nearest = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), ids.size - 1)]
        return np.where(ids[nearest] == wanted, nearest, NOT_STATED)
    # Most ids are given, so that a table of all of them is no larger than what is asked.
    places = np.full(last + 2, NOT_STATED, dtype=np.int64)
    places[ids] = np.arange(len(ids))
    return places[np.minimum(wanted, last + 1)]


def placed(catalogue: Catalogue, ids: Ints, values: Ints, otherwise: int) -> Ints:
    """A column of projects from values by project id; `otherwise` for those without one."""
    column = np.full(len(catalogue.ids), otherwise, dtype=np.int64)
    places = places_of(catalogue.ids, ids)
    column[places[places != NOT_STATED]] = values[places != NOT_STATED]
    return column


def _places(items: Iterable[str]) -> dict[str, int]:
    """Position of each code in its list."""
    return {code: place for place, code in enumerate(items)}


def _places_or_not_stated(items: Iterable[str]) -> dict[str, int]:
    """The same; NOT_STATED for NULL and for divisions that have ended."""
    return defaultdict(lambda: NOT_STATED, _places(items))


class _Days(dict[date | str | None, int]):
    """The numbers of days as a database stores them (SQLite as texts). Few days bear many titles."""

    def __missing__(self, day: date | str) -> int:
        self[day] = (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()
        return self[day]
