"""Projects of a tile of the map in groups: what a record of a million projects sends instead of all its points."""

from __future__ import annotations

from typing import Any

import numpy as np

from registry.queries.catalogue.columns import TIERS
from registry.queries.catalogue.selection import Selection
from registry.queries.catalogue.tiles import Tile
from registry.queries.record.points import PLACES


def clusters(selection: Selection, tile: Tile) -> dict[str, Any]:
    """Columns of the groups of a selection in the cells of a tile, which are fixed to the world: a group has the same
    numbers whoever asks for it.

    Shape: {"count" of located projects in the tile, "without" coordinates in the selection, "cell": 0 to 255 row by
    row, "lon", "lat": means in 1e-5 degrees, "west", "south", "east", "north": how far the projects reach from there,
    "tiers": a list of counts for each tier, "n": the number in the code of a project that stands alone, else 0}.
    """
    catalogue = selection.catalogue
    is_chosen = np.zeros(len(catalogue.ids), dtype=bool)
    is_chosen[selection.projects] = True
    chosen, cell = catalogue.tiles.inside(tile)
    kept = is_chosen[chosen]
    chosen, cell = chosen[kept], cell[kept]
    x = np.rint(catalogue.lon[chosen] * PLACES).astype(np.int64)
    y = np.rint(catalogue.lat[chosen] * PLACES).astype(np.int64)
    tier = np.maximum(catalogue.tiers_of(chosen, selection.filters.as_of), 0)
    # A cell is one run of the order, so that each group is a slice.
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    sizes = np.diff(first, append=len(cell))
    lon, lat = (np.rint(_each(np.add, column, first) / sizes).astype(np.int64) for column in (x, y))
    return {
        "count": len(chosen),
        "without": len(selection.projects) - int(np.count_nonzero(catalogue.located & is_chosen)),
        "cell": cell[first].tolist(),
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "west": (lon - _each(np.minimum, x, first)).tolist(),
        "south": (lat - _each(np.minimum, y, first)).tolist(),
        "east": (_each(np.maximum, x, first) - lon).tolist(),
        "north": (_each(np.maximum, y, first) - lat).tolist(),
        "tiers": {name: _each(np.add, tier == place, first).tolist() for place, name in enumerate(TIERS)},
        "n": np.where(sizes == 1, catalogue.numbers[chosen[first]], 0).tolist(),
    }


def _each(ufunc: np.ufunc, values: np.ndarray[Any, Any], first: np.ndarray[Any, Any]) -> Any:
    """What the function makes of each slice."""
    return ufunc.reduceat(values.astype(np.int64), first) if len(first) else values.astype(np.int64)
