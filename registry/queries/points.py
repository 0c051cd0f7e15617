"""All points of a selection in a few bytes each, and the words for the few that are on screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from registry.queries.catalogue import NOT_STATED, TIERS, TYPES, Catalogue, Ints
from registry.queries.public import ProjectRow, load_rows
from registry.queries.selection import Selection

PLACES = 100_000
"""Coordinates travel as integers of 1e-5 degrees (about a metre)."""
MAX_LABELS = 100
STEPS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000)


def points(selection: Selection) -> dict[str, Any]:
    """Columns of the located projects, west to east: `x`, `y` and `n` (digits of the code) are
    differences to the one before, `t` tier and `k` type are one digit each.

    Shape: {"count", "without", "x": [int], "y": [int], "n": [int], "t": str, "k": str}.
    """
    catalogue = selection.catalogue
    chosen = selection.projects[catalogue.located[selection.projects]]
    x = np.rint(catalogue.lon[chosen] * PLACES).astype(np.int64)
    y = np.rint(catalogue.lat[chosen] * PLACES).astype(np.int64)
    order = np.lexsort((catalogue.numbers[chosen], y, x))
    chosen, x, y = chosen[order], x[order], y[order]
    leading = catalogue.leading(selection.filters.as_of)[chosen]
    tier = np.where(leading == NOT_STATED, 0, catalogue.title_tier[leading])
    return {
        "count": len(chosen),
        "without": len(selection.projects) - len(chosen),
        "x": _differences(x),
        "y": _differences(y),
        "n": _differences(catalogue.numbers[chosen]),
        "t": "".join(map(str, tier.tolist())),
        "k": "".join(map(str, catalogue.type[chosen].tolist())),
        "tiers": TIERS,
        "types": TYPES,
    }


def _differences(values: Ints) -> list[int]:
    found: list[int] = np.diff(values, prepend=0).tolist()
    return found


def labelled(session: Session, catalogue: Catalogue, numbers: list[int]) -> list[ProjectRow]:
    """Rows of the public projects with these code numbers, in code order."""
    places = np.flatnonzero(np.isin(catalogue.numbers, numbers))
    return load_rows(session, catalogue, places, np.full(len(places), NOT_STATED))


def division_counts(selection: Selection) -> dict[str, tuple[int, int]]:
    """For each division: projects that lie in it, and how many of them 常州经开区 reports."""
    catalogue = selection.catalogue
    divisions, units = list(catalogue.lists.divisions), catalogue.lists.units
    chosen = selection.projects[catalogue.division[selection.projects] != NOT_STATED]
    everything = np.bincount(catalogue.division[chosen], minlength=len(divisions))
    without_polygon = [place for place, unit in enumerate(units.values()) if not unit.has_polygon]
    inside = chosen[np.isin(catalogue.unit[chosen], without_polygon)]
    zone = np.bincount(catalogue.division[inside], minlength=len(divisions))
    return {code: (int(everything[place]), int(zone[place])) for place, code in enumerate(divisions)}


def class_limits(counts: list[int]) -> list[int]:
    """Lower limits of four map classes with round numbers, e.g. 1, 50, 100, 200."""
    top = max(counts, default=0)
    step = max((step for step in STEPS if 4 * step <= top), default=1)
    return [1, step, 2 * step, 4 * step] if step > 1 else [1, 2, 3, 4]
