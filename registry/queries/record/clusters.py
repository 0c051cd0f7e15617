"""Projects of a window of the map in groups: what a record of a million projects sends instead of all its points."""

from __future__ import annotations

from typing import Any

import numpy as np

from registry.queries.catalogue.columns import NOT_STATED, TIERS
from registry.queries.catalogue.selection import Selection
from registry.queries.record.points import PLACES

TILE = 256
CELL = 66
"""Pixels of a cell, as in `static/clusters.js`: a window of 1366 × 768 has 252 of them."""
MOST = 400
"""Groups of an answer; where a window has more, the next coarser cells are taken, so that it stays small."""


def clusters(selection: Selection, zoom: int) -> dict[str, Any]:
    """Columns of the groups of a selection, whose box is the window, in cells that are fixed to the world.

    Shape: {"zoom" of the cells, "count", "without", "lon", "lat": means in 1e-5 degrees, "tiers": a list of counts for
    each tier, "n": the number in the code of a project that stands alone, else 0}.
    """
    catalogue = selection.catalogue
    chosen = selection.projects[catalogue.located[selection.projects]]
    lon, lat = catalogue.lon[chosen], catalogue.lat[chosen]
    leading = catalogue.leading(selection.filters.as_of)[chosen]
    tier = np.where(leading == NOT_STATED, 0, catalogue.title_tier[leading])
    cells = TILE * 2**zoom / CELL
    column = ((lon / 360 + 0.5) * cells).astype(np.int64)
    row = ((0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)) * cells).astype(np.int64)
    while True:
        groups, group = np.unique(column << 32 | row, return_inverse=True)
        if len(groups) <= MOST or zoom == 0:
            break
        column, row, zoom = column >> 1, row >> 1, zoom - 1
    sizes = np.bincount(group, minlength=len(groups))
    tiers = np.bincount(group * len(TIERS) + tier, minlength=len(groups) * len(TIERS)).reshape(-1, len(TIERS))
    alone = np.bincount(group, weights=catalogue.numbers[chosen], minlength=len(groups))
    return {
        "zoom": zoom,
        "count": len(chosen),
        "without": len(selection.projects) - len(chosen),
        "lon": np.rint(np.bincount(group, weights=lon) / sizes * PLACES).astype(np.int64).tolist(),
        "lat": np.rint(np.bincount(group, weights=lat) / sizes * PLACES).astype(np.int64).tolist(),
        "tiers": dict(zip(TIERS, tiers.T.tolist(), strict=True)),
        "n": np.where(sizes == 1, alone, 0).astype(np.int64).tolist(),
    }
