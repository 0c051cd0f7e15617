"""A dimension is written once, and every surface that takes filters knows it."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from registry.queries.catalogue.description import LABELS, value_label
from registry.queries.catalogue.dimensions import BREAKDOWNS, BY_NAME, DIMENSIONS, GROUPINGS, SELECTS, Dimension
from registry.queries.catalogue.filters import COMMON, SELECTING, Filters
from registry.views.record.facets import KEPT
from tests.browser import Page

FROM_THE_CONTRACT = {
    "tier",
    "category",
    "unit",
    "division",
    "industry",
    "sector",
    "year",
    "status",
    "type",
    "size",
    "ownership",
}


def test_the_table_is_complete() -> None:
    assert set(BY_NAME) == FROM_THE_CONTRACT
    assert len(BY_NAME) == len(DIMENSIONS)
    fields = {field.name for field in dataclasses.fields(Filters)}
    assert set(BY_NAME) <= set(SELECTING) <= set(COMMON) == fields
    assert set(LABELS) == set(SELECTING), "every condition can be said in words"
    in_bar = {dimension.name for dimension, _select in SELECTS}
    assert in_bar | set(KEPT) >= set(BY_NAME), "what has no select travels as a hidden input"
    assert sorted(BREAKDOWNS) == sorted(name for name, _caption in GROUPINGS)
    for places in ([select.at for _dimension, select in SELECTS],):
        assert sorted(places) == list(range(1, len(places) + 1))


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.name)
def test_every_value_is_accepted_counted_and_named(demo_app: Flask, dimension: Dimension) -> None:
    with demo_app.app_context():
        runtime = demo_app.extensions["registry"]
        with runtime.read() as session:
            catalogue = runtime.catalogues.current(session)
        lists = catalogue.lists
    codes = dimension.codes(catalogue)
    column = dimension.column(catalogue, None)
    assert len(column) == len(catalogue.title_ids if dimension.of_title else catalogue.ids)
    assert column.max(initial=-1) < len(codes)
    assert (column.min(initial=0) >= 0) or dimension.may_be_unstated or dimension.name == "status"
    for code in codes[:40]:
        for language in ("zh", "en"):
            assert value_label(dimension.name, code, lists, language)
    client = demo_app.test_client()
    for code in (*codes[:2], *(["none"] if dimension.may_be_unstated else [])):
        for path in (
            "/",
            "/projects",
            "/statistics",
            "/projects.csv",
            "/projects.geojson",
            "/api/v1/projects",
            "/api/v1/statistics",
        ):
            with client.get(f"{path}?{dimension.name}={code}") as answer:
                assert answer.status_code == 200, (path, code)
        listed = client.get(f"/api/v1/projects?{dimension.name}={code}&per_page=1").get_json()["total"]
        counted = client.get(f"/api/v1/statistics?{dimension.name}={code}").get_json()["projects"]
        assert listed == counted
    for path in ("/projects", "/projects.csv", "/api/v1/projects"):
        assert client.get(f"{path}?{dimension.name}=nonsense").status_code == 400
    if dimension.breakdown:
        assert f"by_{dimension.name}" in client.get("/api/v1/statistics").get_json()
    if dimension.select:
        assert Page(client.get("/projects")).one("select", name=dimension.name) is not None
