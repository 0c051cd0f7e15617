"""Projects in the order of the map's tiles, so that a tile is one slice however many projects there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLOSEST = 17
"""Zoom of the smallest tiles, of about 300 m at the equator."""
DEPTH = 4
"""Halvings of a tile's side: 16 × 16 cells."""
CELLS = 4**DEPTH

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tile:
    """A square of the world (Web Mercator), numbered as base maps are: 2^zoom columns from the west, rows from the
    north."""

    zoom: int
    column: int
    row: int

    @property
    def is_in_world(self) -> bool:
        """Whether there is such a tile."""
        return self.zoom <= CLOSEST and max(self.column, self.row) < 2**self.zoom


@dataclass(frozen=True, eq=False)
class TileOrder:
    """Positions of located projects along a Z-shaped curve through the smallest cells: each tile of each zoom is one
    piece of it, and so is each cell of a tile."""

    positions: Ints
    cells: Ints  # ascending, one for each of `positions`

    @classmethod
    def of(cls, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> TileOrder:
        """The order of projects with these coordinates; NaN stands for none."""
        located = np.flatnonzero(~np.isnan(lon))
        side = 2 ** (CLOSEST + DEPTH)
        column = (lon[located] / 360 + 0.5) * side
        row = (0.5 - np.arcsinh(np.tan(np.radians(lat[located]))) / (2 * np.pi)) * side
        cells = _spread(np.clip(column, 0, side - 1)) | _spread(np.clip(row, 0, side - 1)) << 1
        # Whatever order a smallest cell has within itself, its groups are the same.
        order = np.argsort(cells)
        return cls(located[order], cells[order])

    def inside(self, tile: Tile) -> tuple[Ints, Ints]:
        """Positions of the projects in a tile, and the cell of each: row by row from its north-western corner,
        cell by cell together."""
        bits = 2 * (CLOSEST + DEPTH - tile.zoom)
        corner = _spread(np.array([tile.column])) | _spread(np.array([tile.row])) << 1
        begin, end = np.searchsorted(self.cells, [corner[0] << bits, (corner[0] + 1) << bits])
        return self.positions[begin:end], _ROW_BY_ROW[self.cells[begin:end] >> (bits - 2 * DEPTH) & (CELLS - 1)]


def _spread(numbers: NDArray[np.generic]) -> Ints:
    """Whole numbers with a gap of one bit between their bits, of which there are at most 21."""
    found = numbers.astype(np.int64)
    for shift, mask in ((16, 0xFFFF0000FFFF), (8, 0xFF00FF00FF00FF), (4, 0xF0F0F0F0F0F0F0F), (2, 0x3333333333333333)):
        found = (found | found << shift) & mask
    return (found | found << 1) & 0x5555555555555555


_SIDE = np.arange(2**DEPTH)
_ROW_BY_ROW = np.empty(CELLS, dtype=np.int64)
_ROW_BY_ROW[_spread(_SIDE)[None, :] | _spread(_SIDE)[:, None] << 1] = np.arange(CELLS).reshape(2**DEPTH, -1)
