"""The data set described for catalogues: schema.org on the page of sources, DCAT at `/catalog.jsonld`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Blueprint, Response, g

from registry.application_form.window import beijing_day
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.open.operations import GEOJSON, GEOPACKAGE, JSON, XLSX
from registry.views.web.addresses import site_url
from registry.views.web.delivery import shared
from registry.views.web.runtime import catalogue, policy, runtime
from registry.views.web.shelf import Body
from registry.views.web.sources import origin

blueprint = Blueprint("catalog", __name__)
DISTRIBUTIONS = (
    ("files.projects_csv", "text/csv", "CSV"),
    ("files.projects_xlsx", XLSX, "Excel"),
    ("files.projects_geojson", GEOJSON, "GeoJSON"),
    ("files.projects_gpkg", GEOPACKAGE, "GeoPackage"),
    ("api.projects", JSON, "JSON"),
    ("ogc.landing", JSON, "OGC API – Features"),
)
"""Address, media type and name of each form in which the whole record can be had."""
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@blueprint.get("/catalog.jsonld")
@policy(Permission.PUBLIC_READ)
def catalog() -> Response:
    """The catalogue with its one data set; its context stands in it, so nothing else has to be asked for."""
    g.known_parameters = []
    return shared(None, lambda: Body(orjson.dumps(_dcat()), "application/ld+json"))


def dataset() -> dict[str, Any]:
    """The data set in the words of schema.org, for the page of sources."""
    site, terms = runtime().site.told(language()), origin()
    south_west, north_east = _bounds()
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _title(),
        "description": _description(),
        "url": site_url("public.about", lang=None),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": site.owner or site.name},
        "dateModified": data_day(),
        "spatialCoverage": {
            "@type": "Place",
            "name": runtime().city.facts.label(language()),
            "geo": {"@type": "GeoShape", "box": f"{south_west[0]} {south_west[1]} {north_east[0]} {north_east[1]}"},
        },
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": site_url(endpoint, lang=None)}
            for endpoint, kind, _name in DISTRIBUTIONS
        ],
    }
    if terms.licence_url or terms.licence:
        found["license"] = terms.licence_url or terms.licence
    return found


def _dcat() -> dict[str, Any]:
    site, terms, home = runtime().site.told(language()), origin(), site_url("home.map_page", lang=None)
    publisher = {"@type": "foaf:Agent", "foaf:name": site.owner or site.name}
    (south, west), (north, east) = _bounds()
    box = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    rights = {"dct:license": {"@id": terms.licence_url}} if terms.licence_url else {}
    if terms.licence:
        rights["dct:rights"] = terms.licence  # type: ignore[assignment]
    described = {
        "@id": site_url("public.about", lang=None),
        "@type": "dcat:Dataset",
        "dct:title": _title(),
        "dct:description": _description(),
        "dct:publisher": publisher,
        "dct:modified": {"@type": "xsd:date", "@value": data_day()},
        "dct:language": "zh",
        "dct:spatial": {"@type": "dct:Location", "dcat:bbox": box},
        "dcat:landingPage": {"@id": site_url("public.projects", lang=None)},
        **rights,
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": name,
                "dcat:mediaType": kind,
                "dcat:accessURL": {"@id": site_url(endpoint, lang=None)},
                **rights,
            }
            for endpoint, kind, name in DISTRIBUTIONS
        ],
    }
    return {
        "@context": CONTEXT,
        "@id": site_url("catalog.catalog", lang=None),
        "@type": "dcat:Catalog",
        "dct:title": site.name,
        "dct:publisher": publisher,
        "foaf:homepage": {"@id": home},
        "dcat:dataset": [described],
    }


def _title() -> str:
    return _("%(city)s智能制造试点示范项目", city=runtime().city.facts.label(language()))


def _description() -> str:
    return _("市级、省级和国家级智能制造试点示范项目：位置、历次认定、公布文号、状态和相对变化的改造成效。")


def data_day() -> str:
    """The day on which the public record changed last."""
    newest = int(catalogue().updated.max(initial=0))
    return beijing_day(datetime.fromtimestamp(newest, UTC)).isoformat()


def _bounds() -> tuple[tuple[float, float], tuple[float, float]]:
    """(south, west), (north, east) of the city in degrees."""
    west, south, east, north = (round(float(each), 4) for each in runtime().city.boundary.bounds)
    return (south, west), (north, east)
