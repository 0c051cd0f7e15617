"""`/api/openapi.json`: the description in OpenAPI 3.1, a plain dict made from the tables of fields, parameters and
operations."""

from __future__ import annotations

from typing import Any

from registry.i18n import language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.open.operations import ERRORS, GEOJSON, OPERATIONS, VERSION, Operation
from registry.queries.open.parameters import PARAMETERS
from registry.values.row_ids import LARGEST_ID
from registry.views.open.schemas import Schema, reference, schemas
from registry.views.web.addresses import site_url
from registry.views.web.sources import origin


def openapi(lists: CodeLists, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """The description; `examples` holds real answers by path."""
    stated = origin()
    info: dict[str, Any] = {"title": stated.source, "version": VERSION}
    if stated.licence:
        info["license"] = {"name": stated.licence} | ({"url": stated.licence_url} if stated.licence_url else {})
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": site_url("home.map_page", lang=None).rstrip("/")}],
        "externalDocs": {"url": site_url("open_page.page", lang=None)},
        "paths": {operation.path: {"get": _described(operation, lists, examples or {})} for operation in OPERATIONS},
        "components": {"schemas": schemas(lists), "responses": _problems()},
    }


def _described(operation: Operation, lists: CodeLists, examples: dict[str, Any]) -> dict[str, Any]:
    given: list[Schema] = [_variable(name) for name in operation.variables]
    given += [PARAMETERS[name].described(lists, language()) for name in (*operation.parameters, *operation.further)
              if name in PARAMETERS]  # fmt: skip
    content: dict[str, Any] = {}
    if operation.schema is not None:
        content["schema"] = reference(operation.schema)
    elif operation.kind == GEOJSON:
        content["schema"] = {"type": "object"}
    if operation.path in examples:
        content["example"] = examples[operation.path]
    answers: dict[str, Any] = {
        "200": {"description": operation.says(language()), "content": {operation.kind: content}},
        "304": {"description": _words("和您手中的一样。", "The same as you have.")},
        "400": {"$ref": "#/components/responses/400"},
        "500": {"$ref": "#/components/responses/500"},
    }
    if operation.variables:
        answers["404"] = {"$ref": "#/components/responses/404"}
        answers["301"] = {"description": _words("已合并，见 Location。", "Merged, see Location.")}
    if operation.schema is None:
        answers["503"] = {"$ref": "#/components/responses/503"}
    return {
        "operationId": operation.endpoint.replace(".", "_"),
        "summary": operation.says(language()),
        "parameters": given,
        "responses": answers,
    }


def _variable(name: str) -> Schema:
    schema = (
        {"type": "integer", "minimum": 0, "maximum": LARGEST_ID}
        if name.endswith("_id")
        else {"type": "string", "minLength": 1}
    )
    words = {"code": _words("项目编号", "Project code"), "notice_id": _words("公示的号码", "Number of the notice")}
    return {"name": name, "in": "path", "required": True, "description": words[name], "schema": schema}


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": reference("Problem")}}
    return {str(status): {"description": _words(zh, en), "content": content} for status, _code, zh, en in ERRORS}


def _words(zh: str, en: str) -> str:
    return en if language() == "en" else zh
