"""The two collections of `/ogc`: what they are, how far they reach, their links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from geo.polygons import counterclockwise, meets
from registry.i18n import _, language
from registry.queries.open import features
from registry.queries.open.features import Asked
from registry.views.web.addresses import site_url
from registry.views.web.runtime import catalogue, runtime, session
from registry.views.web.sources import origin

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
Pairs = tuple[tuple[str, str], ...]


def link(rel: str, kind: str, href: str, title: str) -> dict[str, str]:
    """One link; its address is a complete one, since QGIS and GDAL take no other."""
    return {"rel": rel, "type": kind, "title": title, "href": href}


def with_query(address: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address with these parameters."""
    query = urlencode(list(pairs), safe=",:")
    return f"{address}?{query}" if query else address


def changed(pairs: Pairs, **values: str) -> list[tuple[str, str]]:
    """The parameters with these in place of what they were."""
    return [pair for pair in pairs if pair[0] not in values] + list(values.items())


def site_title() -> str:
    """The name of the site."""
    return runtime().site.told(language()).name


def title_of(collection: str) -> str:
    """What a person calls the collection."""
    return {"projects": _("智能制造示范项目"), "divisions": _("行政区划")}[collection]


def address_of(collection: str) -> str:
    """The address of its description."""
    return site_url(f"ogc.{collection}", lang=None)


def projects() -> dict[str, Any]:
    """The description of `projects`."""
    whole = features.whole_collection(session(), catalogue())
    return _described(
        "projects",
        _("有有效认定的项目，一个项目一个要素；其他范围请用 /projects.geojson。"),
        site_url("ogc.project_items", lang=None),
        features.extent(whole, runtime().city.boundary.bounds),
        features.period(whole),
    )


def divisions() -> dict[str, Any]:
    """The description of `divisions`."""
    bounds = list(runtime().city.boundary.bounds)
    description = _("辖市区界线，经过概括。")
    return _described("divisions", description, site_url("ogc.division_items", lang=None), bounds, None)


def _described(
    name: str, description: str, items: str, box: list[float], days: tuple[date, date] | None
) -> dict[str, Any]:
    stated = origin()
    links = [
        link("self", JSON, address_of(name), title_of(name)),
        link("alternate", HTML, f"{address_of(name)}?f=html", _("网页")),
        link("items", GEOJSON, items, _("要素")),
    ]
    if stated.licence_url:
        links.append(link("license", HTML, stated.licence_url, stated.licence))
    # A day of the city, from its first moment to its last.
    interval = [f"{days[0]}T00:00:00+08:00", f"{days[1]}T23:59:59+08:00"] if days else [None, None]
    return {
        "id": name,
        "title": title_of(name),
        "description": description,
        "attribution": stated.attribution,
        "itemType": "feature",
        "crs": [CRS],
        "extent": {
            "spatial": {"bbox": [box], "crs": CRS},
            "temporal": {"interval": [interval], "trs": GREGORIAN},
        },
        "links": links,
    }


def item_links(collection: str, address: str) -> list[dict[str, str]]:
    """Links of one feature."""
    return [
        link("self", GEOJSON, address, _("本页")),
        link("alternate", HTML, f"{address}?f=html", _("网页")),
        link("collection", JSON, address_of(collection), title_of(collection)),
    ]


def division_features(asked: Asked) -> list[dict[str, Any]]:
    """The divisions that are asked for, all pages. They have no time, so every `datetime` holds for them."""
    codes = dict(asked.values).get("code")
    boundary, stated = runtime().city.boundary, origin()
    found = []
    for item in boundary.collection["features"]:
        properties = item["properties"]
        if codes and properties["adcode"] not in codes:
            continue
        if asked.bbox is not None and not meets(item["geometry"], asked.bbox.parts):
            continue
        found.append(
            {
                "type": "Feature",
                "id": properties["adcode"],
                "geometry": counterclockwise(item["geometry"]),
                "properties": {
                    "code": properties["adcode"],
                    "name": properties["name"],
                    "name_en": properties["name_en"],
                    "area_km2": properties["area_km2"],
                    "attribution": f"{stated.boundaries} {stated.approval}".strip(),
                },
            }
        )
    return found


def division_title(feature: dict[str, Any]) -> str:
    """The name of a division in the language of the request."""
    return str(feature["properties"]["name_en" if language() == "en" else "name"])
