"""All points of a selection in a few bytes each, and the words for the few that are on screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import NOT_STATED, TIERS, TYPES, Catalogue, Ints
from registry.queries.catalogue.selection import Selection
from registry.queries.record.rows import ProjectRow, load_brief

PLACES = 100_000
"""Coordinates travel as integers of 1e-5 degrees (about a metre)."""
MAX_LABELS = 100
DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", dtype=np.uint8)
"""The 64 digits in which coordinates travel."""
STEPS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000)


def points(selection: Selection) -> dict[str, Any]:
    """Columns of the located projects in code order: `n` (digits of the code) is the difference to the one
    before, `t` tier and `k` type are one digit each, `x` and `y` are packed distances from `west` and `south`.

    Shape: {"count", "without", "west", "south", "x": str, "y": str, "n": [int], "t": str, "k": str}.
    """
    catalogue = selection.catalogue
    chosen = selection.projects[catalogue.located[selection.projects]]
    x = np.rint(catalogue.lon[chosen] * PLACES).astype(np.int64)
    y = np.rint(catalogue.lat[chosen] * PLACES).astype(np.int64)
    order = np.argsort(catalogue.numbers[chosen])
    chosen, x, y = chosen[order], x[order], y[order]
    west, south = (int(x.min()), int(y.min())) if len(x) else (0, 0)
    tier = np.maximum(catalogue.tiers_of(chosen, selection.filters.as_of), 0)
    return {
        "count": len(chosen),
        "without": len(selection.projects) - len(chosen),
        "west": west,
        "south": south,
        "x": packed(x - west),
        "y": packed(y - south),
        "n": np.diff(catalogue.numbers[chosen], prepend=0).tolist(),
        "t": "".join(map(str, tier.tolist())),
        "k": "".join(map(str, catalogue.type[chosen].tolist())),
        "tiers": TIERS,
        "types": TYPES,
    }


def packed(values: Ints) -> str:
    """Numbers from 0 in base 64: the highest digit of all, then the next of all, down to the units.

    High digits of neighbours are alike, so this form compresses to two thirds of plain numbers.
    """
    places = max(1, (int(values.max(initial=0)).bit_length() + 5) // 6)
    return "".join(DIGITS[(values >> (6 * place)) & 63].tobytes().decode() for place in reversed(range(places)))


def labelled(session: Session, catalogue: Catalogue, numbers: list[int]) -> list[ProjectRow]:
    """Rows of the public projects with these code numbers, in code order."""
    places = np.flatnonzero(np.isin(catalogue.numbers, numbers))
    return load_brief(session, catalogue, places)


def division_counts(selection: Selection) -> dict[str, tuple[int, int]]:
    """For each division: projects that lie in it, and how many of them a unit without a polygon reports."""
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
