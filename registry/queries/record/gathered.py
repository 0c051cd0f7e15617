"""The located projects of a selection for a small picture: single points, and groups (`Heap`) of close ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Project
from registry.queries.catalogue.columns import TIERS
from registry.queries.catalogue.selection import Selection

CELLS = 12
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


def gathered(session: Session, selection: Selection) -> Gathered:
    """Projects in a grid of `CELLS` cells across the city (one query)."""
    catalogue = selection.catalogue
    chosen = selection.projects[catalogue.located[selection.projects]]
    if not len(chosen):
        return Gathered(heaps=(), alone=(), single=(), count=0)
    lon, lat = catalogue.lon[chosen], catalogue.lat[chosen]
    # A cell is as high as it is wide on the ground, near enough.
    west, south = float(np.nanmin(catalogue.lon)), float(np.nanmin(catalogue.lat))
    step = max(float(np.nanmax(catalogue.lon)) - west, 1e-6) / CELLS
    cell = np.floor((lon - west) / step) * 10_000 + np.floor((lat - south) / (step * 0.85))
    _keys, place, counts = np.unique(cell, return_inverse=True, return_counts=True)
    middle_lon = np.bincount(place, weights=lon) / counts
    middle_lat = np.bincount(place, weights=lat) / counts
    heaps = tuple(
        Heap(lon=float(middle_lon[at]), lat=float(middle_lat[at]), count=int(counts[at]))
        for at in np.flatnonzero(counts > 1)
    )
    wanted = chosen if len(chosen) <= MOST_SINGLE else chosen[counts[place] == 1][:MOST_SINGLE]
    ids = [int(each) for each in catalogue.ids[wanted]]
    found = session.execute(select(Project.id, Project.code, Project.name).where(Project.id.in_(ids)))
    named = {row.id: {"code": row.code, "name": row.name} for row in found}
    tiers = np.maximum(catalogue.tiers_of(wanted, selection.filters.as_of), 0).tolist()
    places = zip(
        wanted.tolist(), ids, tiers, catalogue.lon[wanted].tolist(), catalogue.lat[wanted].tolist(), strict=True
    )
    marks = {position: Mark(lon=x, lat=y, tier=TIERS[tier], **named[key]) for position, key, tier, x, y in places}
    lonely = set(chosen[counts[place] == 1].tolist())
    single = tuple(marks.values()) if len(chosen) <= MOST_SINGLE else ()
    return Gathered(
        heaps=heaps,
        alone=tuple(mark for position, mark in marks.items() if position in lonely),
        single=single,
        count=len(chosen),
    )
