"""`/api/v1` is what its description says: parameters, answers, problems, and the examples of both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from registry.errors import BadParameter, Busy, Conflict, InvalidInput, LocationOutside, NotAllowed, NotFound
from registry.queries.open.operations import ERRORS, FORM_ERRORS, OPERATIONS
from registry.queries.open.parameters import MOST_PAGES, PARAMETERS
from registry.queries.record import fields
from registry.services.uploads.formats import Refused
from registry.views.web.errors import CODES
from tests.browser import Page, check_page
from tests.open.conftest import BASE, Asker

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
PAGES = ("/api/v1/projects", "/api/v1/units", "/api/v1/categories", "/api/v1/notices")


@pytest.fixture(scope="module")
def document(asker: Asker) -> Any:
    return asker.ask("/api/openapi.json")


def test_the_description_is_valid_and_says_where_it_holds(asker: Asker, document: Any) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["servers"] == [{"url": asker.root}]


def test_the_committed_copy_is_the_description(open_app: Flask) -> None:
    """Written by `python -m tests.open.committed`; whoever changes the interface sees it in the difference."""
    from tests.open.committed import written

    if not open_app.config["PREFIX"]:
        assert COMMITTED.read_text(encoding="utf-8") == written(open_app), "python -m tests.open.committed"


def test_every_route_is_described_and_the_reverse(open_app: Flask, document: Any) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule): rule.endpoint
        for rule in open_app.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.endpoint.startswith("files.")
    }
    assert routes == {operation.path: operation.endpoint for operation in OPERATIONS}
    assert set(document["paths"]) == set(routes)


def test_every_field_stands_in_the_description_and_in_the_dictionary(asker: Asker, document: Any) -> None:
    described = document["components"]["schemas"]["Project"]["properties"]
    assert list(described) == list(fields.NAMES)
    assert all(found["description"] and found["title"] for found in described.values())
    page = Page(asker.response("/api"))
    with asker.app.extensions["registry"].read() as session:
        lists = asker.app.extensions["registry"].catalogues.current(session).lists
    shown = {row[0]: row[1:] for row in page.rows() if len(row) == 7}
    columns = fields.flat_columns(lists)
    assert list(shown) == [column.name for column in columns]
    for column in columns:
        assert shown[column.name][:2] == [column.zh, column.en]
        assert column.says_zh
        assert column.says_en
        assert shown[column.name][5].split() == [surface.value for surface in column.where]


def test_examples_are_real_answers(asker: Asker, document: Any) -> None:
    shown = 0
    for operation in OPERATIONS:
        [content] = document["paths"][operation.path]["get"]["responses"]["200"]["content"].values()
        if "example" in content:
            address = operation.path.replace("{code}", "CZ-000001")
            assert asker.ask(f"{address}?{operation.example}") == content["example"]
            shown += 1
    assert shown == 4


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.endpoint)
def test_answers_are_as_described_and_examples_of_the_page_open(asker: Asker, document: Any, operation: Any) -> None:
    page = Page(asker.response("/api"))
    check_page(page, "/api")
    links = {page.text(link): link.get("href") for link in page.all("a") if link.get("class") == "example"}
    if "{notice_id}" in operation.path:
        assert operation.path not in links
        return
    response = asker.response(str(links[operation.path]))
    assert (response.status_code, response.mimetype) == (200, operation.kind)
    if operation.schema:
        schema = {"$ref": f"#/components/schemas/{operation.schema}", "components": document["components"]}
        Draft202012Validator(schema).validate(response.json)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.endpoint)
def test_each_operation_takes_its_parameters_and_no_others(asker: Asker, document: Any, operation: Any) -> None:
    address = operation.path.replace("{code}", "CZ-000001").replace("{notice_id}", "1")
    taken = {*operation.parameters, *operation.further}
    described = {each["name"] for each in document["paths"][operation.path]["get"]["parameters"]}
    assert described - set(operation.variables) == taken & set(PARAMETERS)
    missing = asker.response(address, headers={"If-None-Match": "*"}).status_code == 404
    empty = "&".join(f"{name}=" for name in operation.parameters)
    assert asker.response(f"{address}?{empty}").status_code == (404 if missing else 200)
    for name in {*PARAMETERS, "group", "utm_source"} - taken:
        problem = asker.ask(f"{address}?{name}=", 400)
        assert problem["errors"][0]["parameter"] == name


@pytest.mark.parametrize("path", PAGES)
def test_a_page_behind_the_end_is_empty(asker: Asker, path: str) -> None:
    for page in (9000, MOST_PAGES):
        found = asker.ask(f"{path}?page={page}&lang=en")
        assert (found["items"], found["page"]) == ([], page)
        assert "next" not in found["links"]
        assert all("lang=en" in href for href in found["links"].values())
    assert asker.ask(f"{path}?page={MOST_PAGES + 1}", 400)["errors"][0]["parameter"] == "page"


PROBLEMS = {
    "/api/v1/projects?tier=x": (400, "bad_parameter"),
    "/projects.csv?year=20": (400, "bad_parameter"),
    "/ogc/collections/projects/items?limit=0": (400, "bad_parameter"),
    "/api/v1/projects/CZ-999999": (404, "not_found"),
    "/api/v1/nothing": (404, "not_found"),
    "/ogc/nothing": (404, "not_found"),
}


@pytest.mark.parametrize("path", PROBLEMS)
def test_problems_have_one_shape_in_both_languages(asker: Asker, path: str) -> None:
    status, code = PROBLEMS[path]
    told = []
    for language in ("zh", "en"):
        response = asker.response(f"{path}{'&' if '?' in path else '?'}lang={language}")
        found = response.json
        assert (response.status_code, response.mimetype) == (status, "application/problem+json")
        assert found["type"] == f"{asker.root}/api#{code}"
        assert (found["status"], found["code"]) == (status, code)
        assert found["request_id"] == response.headers["X-Request-Id"]
        if status == 400:
            assert found["errors"][0]["reason"] == found["detail"]
        told.append((found["title"], found["detail"]))
    assert all(re.search("[一-鿿]", text) for text in told[0])
    assert not any(re.search("[一-鿿]", text) for text in told[1])
    assert f'id="{code}"' in asker.response("/api").get_data(as_text=True)


def test_the_page_explains_every_code_that_a_problem_can_have(asker: Asker) -> None:
    """The type of a problem is a place on the page, so the place has to be there."""
    page = Page(asker.response("/api"))
    explained = {each.get("id") for each in page.all("dt")}
    named = {kind.code for kind in (BadParameter, InvalidInput, LocationOutside, NotAllowed, NotFound, Conflict, Busy)}
    assert {*CODES.values(), *named, Refused.code, "error"} <= explained
    assert {(status, code) for status, code, _zh, _en in (*ERRORS, *FORM_ERRORS)} >= set(CODES.items())


def test_another_method_is_a_problem_too(asker: Asker) -> None:
    response = asker.client.post(f"{asker.root}/api/v1/units".removeprefix(BASE))
    assert (response.status_code, response.json["code"]) == (405, "method_not_allowed")
    assert {code for _status, code, _zh, _en in ERRORS} >= {"method_not_allowed", "too_many_requests"}


OPEN = (
    "/api/v1/projects", "/api/openapi.json", "/ogc", "/ogc/collections/projects/items?limit=1", "/projects.csv",
    "/projects.gpkg", "/projects.csv-metadata.json", "/map/points.json", "/static/site.css", "/statistics.xlsx",
    "/api/v1/projects?tier=x", "/api/v1/nothing", "/feed.xml", "/catalog.jsonld", "/sitemap.xml",
)  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
def test_scripts_of_any_site_may_read_it(asker: Asker, path: str) -> None:
    for _seen in range(2):
        found = asker.response(path, headers={"Origin": "https://other.example"}).headers
        assert found["Access-Control-Allow-Origin"] == "*"
        assert found["Access-Control-Expose-Headers"] == "Link, ETag, Content-Disposition, Retry-After"
        assert "Access-Control-Allow-Credentials" not in found
    before = asker.client.options(f"{asker.root}{path}".removeprefix(BASE))
    assert before.status_code in (204, 404)
    if before.status_code == 204:
        assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert before.headers["Access-Control-Allow-Headers"] == "If-None-Match, Accept"
        assert before.data == b""


@pytest.mark.parametrize("path", ["/", "/sign-in", "/projects", "/review", "/admin/audit.xlsx", "/account/data.json"])
def test_pages_and_files_of_people_are_closed_to_them(asker: Asker, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in asker.response(path).headers


def test_no_address_comes_from_a_strange_host(asker: Asker) -> None:
    for path in ("/ogc", "/api/openapi.json", "/api/v1/units", "/projects.geojson"):
        response = asker.response(path, headers={"Host": "evil.example"})
        assert response.status_code == 400
        assert b"evil" not in response.data


def test_addresses_begin_with_the_public_one(open_app: Flask) -> None:
    runtime = open_app.extensions["registry"]
    public, prefix = "https://site.example", open_app.config["PREFIX"]
    before = runtime.settings
    runtime.settings = type(before)(**{**vars(before), "public_url": public + prefix})
    try:
        body = Asker(open_app).response("/ogc/conformance?f=json&lang=en").get_data(as_text=True)
        landing = Asker(open_app).response("/ogc?lang=en&f=json").json
    finally:
        runtime.settings = before
    assert "conformsTo" in body
    assert {urlsplit(link["href"]).netloc for link in landing["links"]} == {"site.example"}
