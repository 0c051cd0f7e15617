"""Polygons as programs exchange them: rings in the order of RFC 7946, and which polygons meet a box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient


def counterclockwise(geometry: dict[str, Any]) -> dict[str, Any]:
    """A MultiPolygon whose outer rings run against the clock and whose holes run with it."""
    parts = shapely.get_parts(shape(geometry))
    return dict(mapping(shapely.multipolygons([orient(part, sign=1.0) for part in parts])))


def meets(geometry: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether a polygon and one of these boxes (west, south, east, north) have a point in common."""
    polygon = shape(geometry)
    return any(polygon.intersects(shapely.box(*box)) for box in boxes)
