"""The located projects of a selection for a small picture: single points, and groups (`Heap`) of close ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Project
from registry.queries.catalogue.columns import NOT_STATED, TIERS
from registry.queries.catalogue.selection import Selection

MOST_SINGLE = 1_000
"""More single marks make a page heavy; beyond, heaps have to do."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One project: where it is, its highest tier, its code and name."""

    lon: float
    lat: float
    tier: str
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Heap:
    """Projects close to each other: their middle and how many."""

    lon: float
    lat: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The same projects twice: from afar (`heaps` and `alone`), and one by one (`single`, empty where too many)."""

    heaps: tuple[Heap, ...]
    alone: tuple[Mark, ...]
    single: tuple[Mark, ...]
    count: int


def gathered(session: Session, selection: Selection, cells: int = 12) -> Gathered:
    """Projects in a grid of so many cells across the selection (one query)."""
    catalogue = selection.catalogue
    chosen = selection.projects[catalogue.located[selection.projects]]
    if not len(chosen):
        return Gathered(heaps=(), alone=(), single=(), count=0)
    lon, lat = catalogue.lon[chosen], catalogue.lat[chosen]
    # A cell is as high as it is wide on the ground, near enough.
    west, south = float(catalogue.lon[catalogue.located].min()), float(catalogue.lat[catalogue.located].min())
    step = max(float(catalogue.lon[catalogue.located].max()) - west, 1e-6) / cells
    cell = np.floor((lon - west) / step).astype(np.int64) * 10_000 + np.floor((lat - south) / (step * 0.85)).astype(
        np.int64
    )
    _keys, place, counts = np.unique(cell, return_inverse=True, return_counts=True)
    middle_lon = np.bincount(place, weights=lon) / counts
    middle_lat = np.bincount(place, weights=lat) / counts
    heaps = tuple(
        Heap(lon=float(middle_lon[at]), lat=float(middle_lat[at]), count=int(counts[at]))
        for at in np.flatnonzero(counts > 1)
    )
    wanted = chosen if len(chosen) <= MOST_SINGLE else chosen[counts[place] == 1][:MOST_SINGLE]
    ids = [int(each) for each in catalogue.ids[wanted]]
    names = {
        row.id: row
        for row in session.execute(select(Project.id, Project.code, Project.name).where(Project.id.in_(ids)))
    }
    leading = catalogue.leading(selection.filters.as_of)
    marks = {}
    for position, key in zip(wanted.tolist(), ids, strict=True):
        title = int(leading[position])
        tier = TIERS[0] if title == NOT_STATED else TIERS[int(catalogue.title_tier[title])]
        row = names[key]
        marks[position] = Mark(
            lon=float(catalogue.lon[position]),
            lat=float(catalogue.lat[position]),
            tier=tier,
            code=row.code,
            name=row.name,
        )
    lonely = set(chosen[counts[place] == 1].tolist())
    single = tuple(marks.values()) if len(chosen) <= MOST_SINGLE else ()
    return Gathered(
        heaps=heaps,
        alone=tuple(mark for position, mark in marks.items() if position in lonely),
        single=single,
        count=len(chosen),
    )
