"""The folium shell of the district map: polygons, neighbours, layer order, control.

Folium writes the script once; it holds geometry and no text of a project. Looks come from CSS tokens
at run time (static/map.js), points from an endpoint. Ids are fixed, so the bytes are the same in every
process and the address can carry their hash. Load this module inside a function: folium is slow to import.
"""

from __future__ import annotations

import copy
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import folium
import shapely
from branca.element import MacroElement
from jinja2 import Template
from shapely.geometry import shape

from geo.districts import Districts
from geo.sketch import city_sketch

DISTRICT_DECIMALS = 5
"""1e-5 degrees is about a metre, finer than the generalised lines."""
CONTEXT_DECIMALS = 4
FAR_DECIMALS = 3
NEAR_DEGREES = 0.2
"""Around the city the neighbours keep their lines; further off they are only there for who zooms out."""
FAR_TOLERANCE = 0.03
"""Square root of the area (degrees²) below which a corner of a far line is left out."""


@dataclass(frozen=True)
class MapShell:
    """The container element, the script, and the first digits of its SHA-256."""

    html: str
    script: str
    digest: str


class LocalMap(folium.Map):
    """A map that loads nothing from other hosts: the page links the local files itself."""

    default_js = []
    default_css = []


Labels = tuple[tuple[str, tuple[float, float]], ...]
"""Neighbours by name, each with where its name can be read when the city fills the window (its own middle lies
outside)."""


class Handover(MacroElement):
    """Puts the pieces where our own script finds them."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "window.registryMap = {map: {{ this.names.map }}, districts: {{ this.names.districts }}, "
        "context: {{ this.names.context }}, base: {{ this.names.base or 'null' }}};"
        "{% endmacro %}"
    )

    def __init__(self, **names: str | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Handover"
        self.names = names


@lru_cache(maxsize=4)
def district_map_shell(boundary: Districts, labels: Labels = (), basemap: str = "", attribution: str = "") -> MapShell:
    """The shell, with an XYZ base map when one is configured."""
    west, south, east, north = boundary.bounds
    furthest, closest = city_sketch(boundary).zooms
    shell = LocalMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=10,
        tiles=None,
        control_scale=False,
        zoom_control=False,
        attributionControl=False,
        zoomSnap=0,
        zoomDelta=0.5,
        minZoom=furthest,
        maxZoom=closest,
        prefer_canvas=False,
    )
    base = None
    if basemap:
        base = folium.TileLayer(basemap, attr=attribution or " ", name="底图", max_zoom=18)
        base.add_to(shell)
    context = folium.GeoJson(
        _compact(
            _thinned(boundary.context, (west, south, east, north)), ("name", "name_en"), CONTEXT_DECIMALS, dict(labels)
        ),
        name="context",
        control=False,
    )
    context.add_to(shell)
    districts = folium.GeoJson(
        _compact(boundary.collection, ("adcode", "name", "name_en", "label_point"), DISTRICT_DECIMALS),
        name="districts",
        control=False,
    )
    districts.add_to(shell)
    names = {"map": "map_registry", "context": "geo_json_context", "districts": "geo_json_districts"}
    for element, name in (
        (shell, names["map"]),
        (context, names["context"]),
        (districts, names["districts"]),
    ):
        _fix(element, name)
    if base is not None:
        _fix(base, "tile_layer_base")
    handover = Handover(**names, base="tile_layer_base" if base is not None else None)
    handover.add_to(shell)
    _fix(handover, "handover_registry")
    root: Any = shell.get_root()
    root.render()
    html, script = root.html.render(), _without_view(root.script.render())
    return MapShell(html, script, hashlib.sha256(script.encode()).hexdigest()[:16])


def _without_view(script: str) -> str:
    """The script without a first view: Leaflet then draws once, when the page has fitted the city."""
    script, found = re.subn(r"center: \[[^\]]*\],\s*", "", script)
    if found != 1:
        raise RuntimeError("folium writes the first view in another way")
    return script


def neighbours_later(script: str) -> str:
    """A shell's script whose neighbours come when `context.later()` is called: most of its lines, and none of
    them is needed for the first marker."""
    script, found = re.subn(
        r"geo_json_context_add\((\{.*\})\);",
        r"geo_json_context.later = function () { geo_json_context_add(\1); };",
        script,
    )
    if found != 1:
        raise RuntimeError("folium adds the neighbours in another way")
    return script


def _fix(element: Any, name: str) -> None:
    """Give an element a fixed id: folium's own are random."""
    kind, _, rest = name.rpartition("_")
    element._name, element._id = kind, rest


def _thinned(collection: Any, city: tuple[float, float, float, float]) -> Any:
    """A copy with fewer corners far from the city (west, south, east, north); shared lines stay shared."""
    west, south, east, north = city
    shapes = [shape(feature["geometry"]) for feature in collection["features"]]
    if not shapes:
        return collection
    kept = {
        (lon, lat)
        for simple in shapely.coverage_simplify(shapes, FAR_TOLERANCE)
        for lon, lat in shapely.get_coordinates(simple).tolist()
    }

    def thin(ring: Any) -> Any:
        found = []
        for lon, lat in ring:
            if west - NEAR_DEGREES < lon < east + NEAR_DEGREES and south - NEAR_DEGREES < lat < north + NEAR_DEGREES:
                found.append((lon, lat))
            elif (lon, lat) in kept:
                found.append((round(lon, FAR_DECIMALS), round(lat, FAR_DECIMALS)))
        return found

    features = []
    for feature in collection["features"]:
        polygons = [[thin(ring) for ring in polygon] for polygon in feature["geometry"]["coordinates"]]
        geometry = {**feature["geometry"], "coordinates": polygons}
        features.append({**feature, "geometry": geometry})
    return {**collection, "features": features}


def _compact(
    collection: Any, properties: tuple[str, ...], decimals: int, labels: dict[str, tuple[float, float]] | None = None
) -> Any:
    """A copy with rounded coordinates and only the named properties."""
    found = copy.deepcopy(collection)
    for feature in found["features"]:
        label = (labels or {}).get(feature["properties"]["name"])
        feature["properties"] = {name: feature["properties"][name] for name in properties}
        if label is not None:
            feature["properties"]["label"] = label
        feature["geometry"]["coordinates"] = [
            [[[round(lon, decimals), round(lat, decimals)] for lon, lat in ring] for ring in polygon]
            for polygon in feature["geometry"]["coordinates"]
        ]
    return found
