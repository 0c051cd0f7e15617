"""`/api/v1`: the public record for programs. Same selection, same field table, same statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson
from flask import Blueprint, Response, url_for

from registry.permissions import Permission
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.filters import Filters, parse
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.open.operations import OPERATIONS
from registry.queries.open.parameters import LISTED, ONE, PROJECTS, STATISTICS
from registry.queries.record import fields
from registry.queries.record import pages as project_page
from registry.queries.record.listing import EnterpriseRow, list_page
from registry.queries.statistics.grouping import group_figures
from registry.queries.statistics.scope import Group, statistics
from registry.queries.statistics.workbook import unit_of_figure
from registry.terms import KpiKind
from registry.views.web.addresses import site_url
from registry.views.web.delivery import shared
from registry.views.web.runtime import catalogue, filters, policy, runtime, session
from registry.views.web.shelf import Body
from registry.views.web.sources import row_links

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


def _answer(wanted: Filters | None, make: Callable[[], Any], mimetype: str = "application/json") -> Response:
    """JSON that is equal for every asker, kept until the public record changes."""
    return shared(wanted, lambda: Body(orjson.dumps(make()), mimetype))


def _page(endpoint: str, wanted: Filters, total: int, items: list[Any]) -> dict[str, Any]:
    """The list shape of the contract: total, page, per_page, items, links."""
    pages = max(1, math.ceil(total / wanted.per_page))
    numbers = {"first": 1, "prev": wanted.page - 1, "self": wanted.page, "next": wanted.page + 1, "last": pages}
    links = {name: _url(endpoint, wanted, number) for name, number in numbers.items() if 1 <= number <= pages}
    links.setdefault("self", _url(endpoint, wanted, wanted.page))
    return {"total": total, "page": wanted.page, "per_page": wanted.per_page, "items": items, "links": links}


def _url(endpoint: str, wanted: Filters, number: int) -> str:
    query = wanted.query(page=number)
    return site_url(endpoint, lang=None) + (f"?{query}" if query else "")


def _linked(response: Response, endpoint: str, wanted: Filters, total: int) -> Response:
    """RFC 8288 links beside those in the body."""
    links = _page(endpoint, wanted, total, [])["links"]
    response.headers["Link"] = ", ".join(f'<{href}>; rel="{name}"' for name, href in links.items() if name != "self")
    return response


@blueprint.get("/projects")
@policy(Permission.PUBLIC_READ)
def projects() -> Response:
    """The selection, paged; `rows` decides what one item is."""
    wanted = filters(strict=True, known=PROJECTS)
    selection = select_projects(session(), catalogue(), wanted)
    total = _size(selection, wanted)
    return _linked(_answer(wanted, lambda: _listed(wanted)), "api.projects", wanted, total)


def _size(selection: Selection, wanted: Filters) -> int:
    sizes = {"projects": selection.projects, "recognitions": selection.titles, "enterprises": selection.enterprises}
    return len(sizes[wanted.rows])


def _listed(wanted: Filters) -> dict[str, Any]:
    selection = select_projects(session(), catalogue(), wanted)
    items = [_item(row) for row in list_page(session(), selection, wanted).rows]
    return _page("api.projects", wanted, _size(selection, wanted), items)


def _item(row: Any) -> dict[str, Any]:
    if isinstance(row, EnterpriseRow):
        return {"id": row.id, "name": row.name, "projects": row.projects, "recognitions": row.titles}
    return fields.item(row, catalogue().lists, row_links())


@blueprint.get("/projects/<code>")
@policy(Permission.PUBLIC_READ)
def project(code: str) -> Response:
    """One project; a merged one answers 301 to where it went."""
    filters(strict=True, known=ONE)
    row, successor = project_page.find_project(session(), catalogue(), code)
    if row is None:
        location = url_for("api.project", code=successor, lang=None)
        return Response(status=301, headers={"Location": location})
    return _answer(None, lambda: fields.item(row, catalogue().lists, row_links()))


@blueprint.get("/statistics")
@policy(Permission.PUBLIC_READ)
def statistics_json() -> Response:
    """The statistics of a scope."""
    wanted = filters(strict=True, known=STATISTICS)

    def make() -> dict[str, Any]:
        found = statistics(session(), catalogue(), wanted)
        body: dict[str, Any] = {
            "scope": dict(_scope(wanted)),
            "recognitions": found.recognitions,
            "projects": found.projects,
            "enterprises": found.enterprises,
            "kpis": {code: _figure(code, figure, found.maturity) for code, figure in found.kpis.items()},
        }
        for name, groups in found.by.items():
            body[f"by_{name}"] = [_group(group, wanted.lang) for group in groups]
        measure = catalogue_columns(session(), catalogue()).get(wanted.measure)
        if measure is not None:
            selection = select_projects(session(), catalogue(), wanted)
            for name, groups in found.by.items():
                figures = group_figures(selection, name, groups, measure, wanted.method)
                for item, figure in zip(body[f"by_{name}"], figures, strict=True):
                    item["measure"] = _measure(measure.kind, figure)
        return body

    return _answer(wanted, make)


def _group(group: Group, lang: str) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.label(lang),
        "recognitions": group.recognitions,
        "projects": group.projects,
        "enterprises": group.enterprises,
    }


def _measure(kind: KpiKind, figure: Figure) -> dict[str, Any]:
    """The figure of one group."""
    return {"value": _number(kind, figure), "n": figure.n, "of": figure.of, "reason": figure.reason}


def _number(kind: KpiKind, figure: Figure) -> float | None:
    if figure.value is None:
        return None
    return int(figure.value) if kind == KpiKind.COUNT else float(figure.value)


def _scope(wanted: Filters) -> dict[str, Any]:
    """The conditions in force, defaults included."""
    scope: dict[str, Any] = {}
    for name, value in wanted.but(page=1, per_page=Filters().per_page, sort=Filters().sort).pairs():
        if isinstance(getattr(wanted, name), tuple) and name != "bbox":
            scope.setdefault(name, []).append(value)
        else:
            scope[name] = value
    return {"status": list(wanted.status), "method": wanted.method} | scope


def _figure(code: str, figure: Figure, maturity: dict[int, int]) -> dict[str, Any]:
    kind = catalogue().lists.kpis[code].kind
    found: dict[str, Any] = {
        "method": figure.method,
        "value": _number(kind, figure),
        "unit": unit_of_figure(catalogue().lists.kpis[code]),
        "n": figure.n,
        "of": figure.of,
        "reason": figure.reason,
    }
    if kind == KpiKind.ORDINAL:
        found["distribution"] = {str(grade): count for grade, count in maturity.items()}
    return found


def _list(endpoint: str, items: list[dict[str, Any]]) -> Response:
    """A code list in the shape of all lists; `page` and `per_page` work as everywhere."""
    wanted = filters(strict=True, known=LISTED)
    return _linked(_answer(wanted, lambda: _part(endpoint, items, wanted)), endpoint, wanted, len(items))


def _part(endpoint: str, items: list[dict[str, Any]], wanted: Filters) -> dict[str, Any]:
    start = (wanted.page - 1) * wanted.per_page
    return _page(endpoint, wanted, len(items), items[start : start + wanted.per_page])


@blueprint.get("/units")
@policy(Permission.PUBLIC_READ)
def units() -> Response:
    """The reporting units; a zone has no polygon of its own."""
    return _list("api.units", unit_items())


def unit_items() -> list[dict[str, Any]]:
    """Its items."""
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "name_en": unit.name_en,
            "division": unit.division,
            "has_polygon": unit.has_polygon,
        }
        for unit in catalogue().lists.units.values()
    ]


@blueprint.get("/categories")
@policy(Permission.PUBLIC_READ)
def categories() -> Response:
    """The recognition categories with validity and successor."""
    return _list("api.categories", category_items())


def category_items() -> list[dict[str, Any]]:
    """Its items."""
    return [
        {
            "code": item.code,
            "name": item.name,
            "name_en": item.name_en,
            "tier": item.tier,
            "type": item.type,
            "rank": item.rank,
            "valid_from": item.valid_from,
            "valid_to": item.valid_to,
            "successor": item.successor,
        }
        for item in catalogue().lists.categories.values()
    ]


@blueprint.get("/divisions")
@policy(Permission.PUBLIC_READ)
def divisions() -> Response:
    """The district polygons as GeoJSON with their provenance."""
    filters(strict=True, known=ONE)
    boundary = runtime().city.boundary
    features = [
        {
            "type": "Feature",
            "id": feature["properties"]["adcode"],
            "geometry": feature["geometry"],
            "properties": {
                "code": feature["properties"]["adcode"],
                "name": feature["properties"]["name"],
                "name_en": feature["properties"]["name_en"],
                "area_km2": feature["properties"]["area_km2"],
            },
        }
        for feature in boundary.collection["features"]
    ]
    body = {
        "type": "FeatureCollection",
        "source": boundary.provenance.source,
        "approval_number": boundary.provenance.approval_number,
        "features": features,
    }
    return _answer(None, lambda: body, "application/geo+json")


def first_code() -> str:
    """The code of a public project, for examples; a made-up one while there is none."""
    numbers = catalogue().numbers
    return f"{catalogue().lists.city.facts.code_prefix}-{int(numbers[0]) if len(numbers) else 1:06d}"


def example_answers() -> dict[str, Any]:
    """Real answers for the description, by path, each to the query of its operation."""
    found: dict[str, Any] = {}
    for operation in OPERATIONS:
        make = _EXAMPLES.get(operation.path)
        if make is not None:
            found[operation.path] = make(parse(parse_qs(operation.example), catalogue().lists))
    if len(catalogue().ids):
        row, _successor = project_page.find_project(session(), catalogue(), first_code())
        if row is not None:
            found["/api/v1/projects/{code}"] = fields.item(row, catalogue().lists, row_links())
    return found


_EXAMPLES: dict[str, Callable[[Filters], Any]] = {
    "/api/v1/projects": lambda wanted: _listed(wanted),
    "/api/v1/units": lambda wanted: _part("api.units", unit_items(), wanted),
    "/api/v1/categories": lambda wanted: _part("api.categories", category_items(), wanted),
}
