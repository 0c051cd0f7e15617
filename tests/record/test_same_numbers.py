"""Map, table, files, API and facets agree for any filters, because they are one selection."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.queries.catalogue.filters import ALL_STATUS, Filters
from tests.browser import Browser

UNITS = ("TNQ", "ZLQ", "XBQ", "WJQ", "JTQ", "LYS", "JKQ")
CATEGORIES = ("mun_smart_workshop", "mun_demo_smart_workshop", "prov_demo_smart_workshop", "nat_solution_supplier")
YEARS = ("2015", "2016", "2018", "2020", "none")


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    """None, one or a few of these values."""
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(lambda chosen: tuple(sorted(chosen)))


ANY_FILTERS = st.builds(
    Filters,
    tier=some("municipal", "provincial", "national"),
    category=some(*CATEGORIES),
    unit=some(*UNITS),
    division=some("320402", "320412", "320481"),
    industry=some("34", "38", "none"),
    sector=some("equipment", "consumer"),
    year=some(*YEARS),
    status=st.sampled_from([("valid",), ("revoked",), ("expired",), ALL_STATUS]),
    type=some("workshop", "factory", "park"),
    q=st.sampled_from(["", "演示", "齿轮箱", "ys", "有限公司 车间", "%"]),
    bbox=st.sampled_from([None, (119.8, 31.5, 120.1, 31.9)]),
    as_of=st.sampled_from([None, "2017-12-31", "2019-06-30"]),
    has=some("operating_cost", "maturity_level"),
    ladder=some("municipal", "provincial", "national", "municipal-provincial", "provincial-national"),
    grade=some("2", "3", "4", "5"),
)


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest, demo_file: object) -> Flask:
    """One application for all examples of this module."""
    from app import create_app
    from registry.config import Settings

    path = str(demo_file)
    app = create_app(
        Settings(
            data_dir=__import__("pathlib").Path(path).parent, database_url=f"sqlite:///{path}", secret_key="k" * 32
        )
    )
    request.addfinalizer(app.extensions["registry"].engine.dispose)
    return app


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filters=ANY_FILTERS,
    dimension=st.sampled_from(["tier", "category", "unit", "division", "industry", "sector", "year", "type", "status"]),
)
def test_every_surface_counts_the_same(shared: Flask, filters: Filters, dimension: str) -> None:
    browser = Browser(shared)
    query = filters.query()
    points = browser.raw(f"/map/points.json?{query}").json
    listed = browser.raw(f"/api/v1/projects?{query}").json
    rows = list(csv.DictReader(io.StringIO(browser.raw(f"/projects.csv?{query}").data.decode("utf-8-sig"))))
    features = browser.raw(f"/projects.geojson?{query}").json["features"]
    assert points["count"] + points["without"] == listed["total"] == len(rows) == len(features)
    assert sum(1 for row in rows if row["lon"]) == points["count"]
    assert sorted(row["code"] for row in rows) == sorted(feature["id"] for feature in features)
    statistics = browser.raw(f"/api/v1/statistics?{query}").json
    assert statistics["projects"] == len(rows)
    for kind, name in (("recognitions", "recognitions"), ("enterprises", "enterprises")):
        total = browser.raw(f"/api/v1/projects?{filters.query(rows=kind)}").json["total"]
        assert statistics[name] == total
    for code, figure in statistics["kpis"].items():
        if code in ("operating_cost", "smart_equipment_rate", "total_investment"):
            having = filters.but(has=tuple({*filters.has, code}))
            assert browser.raw(f"/api/v1/projects?{having.query()}").json["total"] == figure["n"]
    _facets_equal_lists(shared, browser, filters, dimension)


def _facets_equal_lists(app: Flask, browser: Browser, filters: Filters, dimension: str) -> None:
    """The count beside a value equals the list after the click."""
    from registry.queries.catalogue.selection import select_projects
    from registry.views.web.runtime import Runtime

    runtime: Runtime = app.extensions["registry"]
    with runtime.read() as session:
        catalogue = runtime.catalogues.current(session)
        facets = select_projects(session, catalogue, _parsed(filters)).facet(dimension)
    for code, count in list(facets.items())[:4]:
        assert browser.raw(f"/api/v1/projects?{filters.but(**{dimension: (code,)}).query()}").json["total"] == count


def _parsed(filters: Filters) -> Filters:
    """Dates as the parser makes them."""
    from datetime import date

    return filters.but(as_of=date.fromisoformat(str(filters.as_of)) if filters.as_of else None)


def test_the_map_page_shows_the_numbers_of_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/?unit=WJQ&tier=municipal")
    total = browser.raw("/api/v1/projects?unit=WJQ&tier=municipal").json["total"]
    assert page.text(page.one("h2", id="list-h")) == f"名单 {total} 个"
    figures = [
        page.text(figure) for figure in page.all("dd") if figure.find("{http://www.w3.org/1999/xhtml}small") is not None
    ]
    assert f"{total}个" in figures


def test_a_polygon_counts_what_lies_in_it_and_the_zone_stands_apart(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    data = browser.get("/").data("map-data")
    inside = browser.raw("/api/v1/projects?division=320412").json["total"]
    zone = browser.raw("/api/v1/projects?unit=JKQ").json["total"]
    wujin = browser.raw("/api/v1/projects?unit=WJQ").json["total"]
    assert data["districts"]["320412"]["n"] == inside == zone + wujin
    units = sum(browser.raw(f"/api/v1/projects?unit={unit}").json["total"] for unit in UNITS)
    divisions = sum(district["n"] for district in data["districts"].values())
    assert units == divisions == browser.raw("/api/v1/projects").json["total"]
