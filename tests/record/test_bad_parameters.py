"""A malformed value answers 400 and names the parameter, on pages, files, map data and API alike."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from flask import Flask

from tests.browser import Browser
from tests.parsing import XHTML

BAD = {
    "tier": "county",
    "category": "gold_medal",
    "unit": "XXX",
    "division": "99",
    "industry": "99",
    "sector": "finance",
    "year": "２０２０",
    "status": "maybe",
    "type": "shop",
    "q": "%00",
    "bbox": "1,2,3",
    "as_of": "2020-13-01",
    "has": "happiness",
    "ladder": "national-municipal",
    "grade": "6",
    "rows": "columns",
    "sort": "luck",
    "page": "0",
    "per_page": "201",
    "measure": "joy",
    "method": "guess",
    "lang": "fr",
}
PAGES = ("/", "/projects", "/statistics")
PROGRAMS = (
    "/projects.csv", "/projects.xlsx", "/projects.geojson", "/map/points.json", "/statistics.xlsx", "/statistics.docx",
    "/api/v1/projects", "/api/v1/statistics",
)  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_pages_name_the_malformed_parameter(demo_app: Flask, name: str) -> None:
    for path in PAGES:
        page = Browser(demo_app).get(f"{path}?{name}={BAD[name]}", status=400)
        assert page.text(page.all("code")[0]) == name


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_cannot_read_one_parameter_leads_on_with_all_others(demo_app: Flask, path: str) -> None:
    browser = Browser(demo_app)
    kept = "unit=TNQ&unit=JKQ&bbox=119%2C31%2C120%2C32&lang=en"
    page = browser.get(f"{path}?q=a&q=b&{kept}&x=mark", status=400)
    onward = page.links()["Remove this parameter and keep the others"]
    assert onward == f"{path}?{kept}"
    assert browser.get(onward).text().count("Box:") == 1


@pytest.mark.parametrize("path", ["/", "/projects"])
def test_a_form_carries_every_value_that_its_address_has(demo_app: Flask, path: str) -> None:
    """What has no control, and each value beside the one that a select shows."""
    query = (
        "unit=TNQ&unit=JKQ&division=320402&bbox=119.0%2C31.0%2C120.5%2C32.5&as_of=2019-12-31&honor=none&measure=density"
    )
    page = Browser(demo_app).get(f"{path}?{query}")
    form = page.one("form", role="search")
    inputs = [
        (each.get("name"), each.get("value")) for each in form.iter(XHTML + "input") if each.get("type") == "hidden"
    ]
    chosen = [
        (select.get("name"), option.get("value"))
        for select in form.iter(XHTML + "select")
        for option in select.iter(XHTML + "option")
        if option.get("selected") is not None and option.get("value")
    ]
    assert sorted([*inputs, *chosen]) == sorted(parse_qsl(query))


@pytest.mark.parametrize("name", BAD)
def test_programs_get_a_problem_that_names_it(demo_app: Flask, name: str) -> None:
    for path in PROGRAMS:
        response = Browser(demo_app).raw(f"{path}?{name}={BAD[name]}")
        assert (response.status_code, response.mimetype) == (400, "application/problem+json")
        assert response.json["errors"][0]["parameter"] == name


@pytest.mark.parametrize(
    "value", ["9" * 400, "NaN,NaN,NaN,NaN", "1e400,0,1,1", "120,32,119,31", "-200,0,1,1", "1,2,3,4,5"]
)
def test_boxes_that_are_none(demo_app: Flask, value: str) -> None:
    assert Browser(demo_app).raw(f"/map/points.json?bbox={value}").status_code == 400


@pytest.mark.parametrize("value", ["%ff%fe", "%ed%a0%80", "%00", "a" * 101])
def test_texts_that_are_none(demo_app: Flask, value: str) -> None:
    response = Browser(demo_app).raw(f"/projects.csv?q={value}")
    assert response.status_code == 400


def test_a_page_does_not_answer_many_values_with_a_hundred_megabytes(demo_app: Flask) -> None:
    """It names each value of an open list, with a link that repeats all the others."""
    client = demo_app.test_client()
    few, many = ("&".join(f"honor={number:0>90}" for number in range(most)) for most in (50, 51))
    answer = client.get(f"/projects?{few}")
    assert answer.status_code == 200
    assert len(answer.get_data()) < 2_000_000
    for path in ("/projects", "/statistics", "/embed", "/api/v1/projects", "/projects.csv"):
        assert client.get(f"{path}?{many}").status_code == 400, path


def test_unknown_names_are_refused_by_programs_and_ignored_by_pages(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    browser.get("/projects?utm_source=messenger")
    for path in PROGRAMS:
        assert browser.raw(f"{path}?utm_source=messenger").status_code == 400


def test_a_grade_is_no_measure_of_a_map(demo_app: Flask) -> None:
    assert Browser(demo_app).raw("/map/points.json?measure=maturity_level").status_code == 400


@pytest.mark.parametrize("measure", ["density", "total_investment", "operating_cost", "smart_equipment_rate", "oee"])
@pytest.mark.parametrize("method", ["mean", "pooled", "median"])
def test_every_measure_shades_the_map(demo_app: Flask, measure: str, method: str) -> None:
    page = Browser(demo_app).get(f"/?measure={measure}&method={method}&unit=JKQ")
    shades = {row["shade"] for row in page.data("map-data")["districts"].values()}
    assert shades <= {-1, 0, 1, 2, 3, 4}


def test_empty_parameters_are_absent(demo_app: Flask) -> None:
    query = "&".join(f"{name}=" for name in BAD)
    browser = Browser(demo_app)
    assert browser.raw(f"/projects.csv?{query}").data == browser.raw("/projects.csv").data


def test_errors_show_a_request_id_and_nothing_else(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/projects/CZ-999999", status=404)
    assert page.h1 == "没有找到"
    assert page.response.headers["X-Request-Id"] in page.text()
    assert "Traceback" not in page.source
