"""The description of `/ogc` in OpenAPI 3.0, a plain dict.

Parameters stand inside of their operation and each collection has a path of its own: from a description with
`{collectionId}`, or in version 3.1, GDAL hands on no condition.
"""

from __future__ import annotations

from typing import Any

from registry.i18n import _, language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.open.asking import DIVISIONS, ITEMS, MOST, VIEW
from registry.queries.open.features import PROPERTIES
from registry.queries.record import fields
from registry.views.open.ogc_schemas import schemas
from registry.views.open.schemas import Schema, reference
from registry.views.web.addresses import site_url
from registry.views.web.sources import origin

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
VERSION = "1.0.0"


def ogc_document(lists: CodeLists) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.0.3",
        "info": _info(),
        "servers": [{"url": site_url("ogc.landing", lang=None)}],
        "paths": _paths(lists),
        "components": {"schemas": schemas(lists)},
    }


def _info() -> dict[str, Any]:
    stated = origin()
    found: dict[str, Any] = {
        "title": _("%(name)s：OGC API – Features", name=stated.source),
        "version": VERSION,
        "description": _(
            "bbox 只限制有坐标的要素，没有坐标的总在其中；datetime 只限制有公布日期的要素。"
            "以属性为名的参数按答案中显示的值相等筛选。"
        ),
    }
    if stated.licence:
        found["license"] = {"name": stated.licence} | ({"url": stated.licence_url} if stated.licence_url else {})
    return found


def _paths(lists: CodeLists) -> dict[str, Any]:
    view = [_parameter(name, lists) for name in VIEW]
    code = _path_parameter("code", _("项目编号"))
    division = _path_parameter("division", _("六位行政区划代码"))
    items = [_parameter(name, lists) for name in ITEMS]
    shapes = [_parameter(name, lists) for name in DIVISIONS]
    moved = {
        "301": {
            "description": _("已合并到另一个项目，见 Location。"),
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    }
    return {
        "/": _operation("landing", _("入口"), view, "Landing"),
        "/conformance": _operation("conformance", _("符合的标准"), view, "Conformance"),
        "/api": _operation("api", _("接口描述（OpenAPI 3.0）"), view, "Document", kind=MEDIA_TYPE),
        "/collections": _operation("collections", _("数据集"), view, "Collections"),
        "/collections/projects": _operation("projects", _("智能制造示范项目"), view, "Collection"),
        "/collections/divisions": _operation("divisions", _("行政区划"), view, "Collection"),
        "/collections/projects/items": _operation("projectItems", _("项目要素"), items, "Projects", geo=True),
        "/collections/divisions/items": _operation("divisionItems", _("行政区划要素"), shapes, "Divisions", geo=True),
        "/collections/projects/items/{code}": _operation(
            "project", _("一个项目"), [code, *view], "Project", geo=True, further=_NOT_FOUND | moved
        ),
        "/collections/divisions/items/{division}": _operation(
            "division", _("一个行政区划"), [division, *view], "Division", geo=True, further=_NOT_FOUND
        ),
    }


_PROBLEM: Schema = {"application/problem+json": {"schema": reference("Problem")}}
_NOT_FOUND: dict[str, Any] = {"404": {"description": "Not found", "content": _PROBLEM}}
_LATER: dict[str, Any] = {"304": {"description": "Not modified"}}


def _operation(
    name: str,
    summary: str,
    parameters: list[Schema],
    schema: str,
    *,
    kind: str = "application/json",
    geo: bool = False,
    further: dict[str, Any] | None = None,
) -> dict[str, Any]:
    content = {
        "application/geo+json" if geo else kind: {"schema": reference(schema)},
        "text/html": {"schema": {"type": "string"}},
    }
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": content},
        "400": {"description": _("参数有误，答案写明是哪一个。"), "content": _PROBLEM},
        "500": {"description": _("系统出错"), "content": _PROBLEM},
    }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": responses | _LATER | (further or {}),
        }
    }


def _path_parameter(name: str, says: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": says, "schema": {"type": "string"}}


def _parameter(name: str, lists: CodeLists) -> Schema:
    """A parameter inside of its operation; lists are written behind commas."""
    schema, says = _query_schema(name, lists)
    found: Schema = {"name": name, "in": "query", "required": False, "description": says, "schema": schema}
    return found | ({"style": "form", "explode": False} if schema["type"] == "array" else {})


def _query_schema(name: str, lists: CodeLists) -> tuple[Schema, str]:
    if name in PROPERTIES:
        return _property_schema(name, lists)
    fixed: dict[str, tuple[Schema, str]] = {
        "limit": (
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST},
            _("一页的要素数；更大的数按 %(most)s 计。", most=MOST),
        ),
        "offset": ({"type": "integer", "minimum": 0, "default": 0}, _("跳过的要素数。")),
        "bbox": (
            {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
            _("最小经度,最小纬度,最大经度,最大纬度（WGS-84）；没有坐标的要素总在其中。"),
        ),
        "datetime": (
            {"type": "string"},
            _("日期、时间或用 / 连接的起止，比较公布日期（北京时间）；没有日期的要素总在其中。"),
        ),
        "code": (
            {"type": "array", "items": {"type": "string", "pattern": "^[0-9]{6}$"}},
            _("六位行政区划代码；可给多个，满足其一即可。"),
        ),
        "f": ({"type": "string", "enum": ["json", "html", ""]}, _("答案的形式。")),
        "lang": ({"type": "string", "enum": ["zh", "en", ""], "default": "zh"}, _("标题和说明的语言。")),
    }
    return fixed[name]


def _property_schema(name: str, lists: CodeLists) -> tuple[Schema, str]:
    """A condition on a property: any of several values behind commas."""
    item, codes = PROPERTIES[name], PROPERTIES[name].codes(lists)
    one: Schema
    if item.is_number:
        one = {"type": "integer"} | (
            {"enum": [int(code) for code in codes]} if codes else {"minimum": 1000, "maximum": 9999}
        )
    else:
        one = {"type": "string", "enum": codes}
    column = next(column for column in fields.flat_columns(lists) if column.name == name)
    says = _("%(name)s，与答案中的值相等；可给多个，满足其一即可。", name=column.header(language()))
    return {"type": "array", "items": one}, says
