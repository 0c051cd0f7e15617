"""`/ogc`: OGC API – Features 1.0.1 with the collections `projects` and `divisions`. QGIS and GDAL open it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Blueprint, Response, g, render_template, request

from registry.errors import NotFound
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.open import features
from registry.queries.open.asking import DIVISIONS, ITEMS, VIEW, read_asked, read_divisions, read_view
from registry.queries.open.features import Asked
from registry.queries.record import fields
from registry.queries.record.pages import find_project
from registry.views.open import ogc_collections as collections
from registry.views.open.ogc_collections import GEOJSON, JSON, link
from registry.views.open.ogc_document import MEDIA_TYPE, ogc_document
from registry.views.web.addresses import site_url
from registry.views.web.delivery import VARY, shared, wants_html
from registry.views.web.runtime import catalogue, policy, session
from registry.views.web.shelf import Body
from registry.views.web.sources import row_links
from registry.wording import Message

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")
CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
MOST_SHOWN = 20
"""Features that the page for people names."""
CLASSES = [CONFORMANCE + name for name in ("core", "geojson", "oas30")]


def _given() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


def _pairs() -> tuple[tuple[str, str], ...]:
    """The parameters as given, empty ones left out; with them known, the answer and its links are."""
    return tuple((name, value) for name, value in request.args.items(multi=True) if value)


def _answer(
    form: str, title: str, make: Callable[[], dict[str, Any]], *, kind: str = JSON, negotiates: bool = False
) -> Response:
    """JSON, or a page that says what stands here: where `f=html` asks for it, or a browser does at an address that
    `negotiates`."""
    pairs = _pairs()
    is_page = form == "html" or (not form and negotiates and wants_html(request.environ))
    g.known_parameters = list(pairs)

    def page() -> Body:
        found = make()
        links = [link for part in (found, *found.get("collections", ())) for link in part.get("links", ())]
        values = {
            "links": links,
            "home": site_url("ogc.landing", lang=None),
            "items": [
                (f"{request.script_root}{request.path}/{item['id']}?f=html", item["properties"]["name"])
                for item in found.get("features", ())[:MOST_SHOWN]
            ],
        }
        return Body(render_template("open/ogc.html", title=title, found=found, **values).encode(), "text/html")

    def data() -> Body:
        return Body(orjson.dumps(make()), kind)

    vary = f"Accept, {VARY}" if negotiates else VARY
    return shared((is_page, pairs), page if is_page else data, vary=vary)


@blueprint.get("", strict_slashes=False)
@policy(Permission.PUBLIC_READ)
def landing() -> Response:
    """Where a program begins."""
    form = read_view(_given())

    def make() -> dict[str, Any]:
        return {
            "title": collections.site_title(),
            "description": _("智能制造试点示范项目和行政区划界线，可用 QGIS、GDAL 等直接打开。"),
            "links": [
                link("self", JSON, site_url("ogc.landing", lang=None), _("本页")),
                link("alternate", "text/html", f"{site_url('ogc.landing', lang=None)}?f=html", _("网页")),
                link("service-desc", MEDIA_TYPE, site_url("ogc.api", lang=None), _("接口描述（OpenAPI 3.0）")),
                link("service-doc", "text/html", site_url("open_page.page", lang=None), _("接口说明")),
                link("conformance", JSON, site_url("ogc.conformance", lang=None), _("符合的标准")),
                link("data", JSON, site_url("ogc.listed", lang=None), _("数据集")),
            ],
        }

    return _answer(form, collections.site_title(), make, negotiates=True)


@blueprint.get("/conformance")
@policy(Permission.PUBLIC_READ)
def conformance() -> Response:
    """Which parts of the standard are kept."""
    return _answer(read_view(_given()), _("符合的标准"), lambda: {"conformsTo": CLASSES})


@blueprint.get("/api")
@policy(Permission.PUBLIC_READ)
def api() -> Response:
    """The description in OpenAPI 3.0, from which GDAL learns what it may ask for."""
    form = read_view(_given())
    return _answer(form, _("接口描述（OpenAPI 3.0）"), lambda: ogc_document(catalogue().lists), kind=MEDIA_TYPE)


@blueprint.get("/collections")
@policy(Permission.PUBLIC_READ)
def listed() -> Response:
    """Both collections."""
    form = read_view(_given())

    def make() -> dict[str, Any]:
        return {
            "links": [link("self", JSON, site_url("ogc.listed", lang=None), _("数据集"))],
            "collections": [collections.projects(), collections.divisions()],
        }

    return _answer(form, _("数据集"), make, negotiates=True)


@blueprint.get("/collections/projects")
@policy(Permission.PUBLIC_READ)
def projects() -> Response:
    """What the collection of projects holds."""
    form = read_view(_given())
    return _answer(form, collections.title_of("projects"), collections.projects, negotiates=True)


@blueprint.get("/collections/divisions")
@policy(Permission.PUBLIC_READ)
def divisions() -> Response:
    """What the collection of divisions holds."""
    form = read_view(_given())
    return _answer(form, collections.title_of("divisions"), collections.divisions, negotiates=True)


@blueprint.get("/collections/projects/items")
@policy(Permission.PUBLIC_READ)
def project_items() -> Response:
    """Projects with a valid title, paged."""
    form = read_view(_given(), ITEMS)
    asked = read_asked(_given(), catalogue().lists)

    def make() -> dict[str, Any]:
        whole = features.whole_collection(session(), catalogue())
        found = features.chosen(session(), whole, asked)
        part = found[asked.offset : asked.offset + asked.limit]
        columns = fields.flat_columns(catalogue().lists, fields.Surface.OGC)
        rows = features.rows_of(session(), whole, part)
        made = [features.feature(row, catalogue().lists, columns, row_links()) for row in rows]
        return _items("projects", asked, made, len(found))

    return _answer(form, collections.title_of("projects"), make, kind=GEOJSON)


@blueprint.get("/collections/divisions/items")
@policy(Permission.PUBLIC_READ)
def division_items() -> Response:
    """The polygons of the divisions."""
    form = read_view(_given(), DIVISIONS)
    asked = read_divisions(_given())

    def make() -> dict[str, Any]:
        found = collections.division_features(asked)
        return _items("divisions", asked, found[asked.offset : asked.offset + asked.limit], len(found))

    return _answer(form, collections.title_of("divisions"), make, kind=GEOJSON)


def _items(collection: str, asked: Asked, found: list[dict[str, Any]], matched: int) -> dict[str, Any]:
    """A page of features with its links; `next` repeats every parameter."""
    address = site_url(f"ogc.{'project' if collection == 'projects' else 'division'}_items", lang=None)
    pairs = _pairs()
    links = [
        link("self", GEOJSON, collections.with_query(address, pairs), _("本页")),
        link(
            "alternate", "text/html", collections.with_query(address, collections.changed(pairs, f="html")), _("网页")
        ),
    ]
    for name, title, start in (
        ("next", _("下一页"), asked.offset + asked.limit),
        ("prev", _("上一页"), max(0, asked.offset - asked.limit)),
    ):
        if start < matched if name == "next" else asked.offset > 0:
            there = collections.changed(pairs, limit=str(asked.limit), offset=str(start))
            links.append(link(name, GEOJSON, collections.with_query(address, there), title))
    links.append(link("collection", JSON, collections.address_of(collection), collections.title_of(collection)))
    return {
        "type": "FeatureCollection",
        "timeStamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "numberMatched": matched,
        "numberReturned": len(found),
        "links": links,
        "features": found,
    }


@blueprint.get("/collections/projects/items/<code>")
@policy(Permission.PUBLIC_READ)
def project_item(code: str) -> Response:
    """One project; a merged one answers 301 to where it went."""
    form = read_view(_given(), VIEW)
    row, successor = find_project(session(), catalogue(), code)
    if row is None and successor is not None:
        return Response(status=301, headers={"Location": site_url("ogc.project_item", code=successor)})
    whole = features.whole_collection(session(), catalogue())
    place = features.place_of(whole, code)
    if not len(place):
        raise NotFound(Message("数据集中没有编号为 %(code)s 的项目：它没有有效认定。", code=code[:20]))

    def make() -> dict[str, Any]:
        columns = fields.flat_columns(catalogue().lists, fields.Surface.OGC)
        [row] = features.rows_of(session(), whole, place)
        made = features.feature(row, catalogue().lists, columns, row_links())
        return made | {"links": collections.item_links("projects", site_url("ogc.project_item", code=code, lang=None))}

    return _answer(form, code, make, kind=GEOJSON)


@blueprint.get("/collections/divisions/items/<division>")
@policy(Permission.PUBLIC_READ)
def division_item(division: str) -> Response:
    """One division."""
    form = read_view(_given(), VIEW)
    found = collections.division_features(Asked(limit=1, values=(("code", (division,)),)))
    if not found:
        raise NotFound(Message("没有代码为 %(code)s 的行政区划。", code=division[:20]))
    address = site_url("ogc.division_item", division=division, lang=None)
    links = collections.item_links("divisions", address)
    return _answer(form, collections.division_title(found[0]), lambda: found[0] | {"links": links}, kind=GEOJSON)
