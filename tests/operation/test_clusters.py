"""Groups of a window say what the list of that window says, at any zoom, in few bytes."""

from __future__ import annotations

import pytest
from flask import Flask

from registry.queries.record.clusters import MOST
from tests.browser import Browser

BOX = "119.85,31.6,120.1,31.9"


QUERIES = ("", f"bbox={BOX}", f"bbox={BOX}&tier=national", "as_of=2022-12-31", "unit=JKQ&year=2021")


def test_groups_agree_with_the_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    for query in QUERIES:
        points = browser.raw(f"/map/points.json?{query}").json
        listed = browser.raw(f"/api/v1/projects?per_page=1&{query}").json["total"]
        for zoom in (0, 9, 13, 19):
            answer = browser.raw(f"/map/clusters.json?zoom={zoom}&{query}")
            found = answer.json
            assert found["count"] + found["without"] == listed, query
            tiers = {name: sum(counts) for name, counts in found["tiers"].items()}
            assert tiers == {name: points["t"].count(str(place)) for place, name in enumerate(points["tiers"])}, query
            sizes = [sum(one) for one in zip(*found["tiers"].values(), strict=True)]
            assert len(sizes) <= MOST, query
            assert len(answer.data) <= 20_000, query
            # A project that stands alone is named, and only that.
            assert [bool(number) for number in found["n"]] == [size == 1 for size in sizes], query


def test_projects_apart_from_each_other_stand_alone_close_by(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    items = browser.raw("/api/v1/projects?per_page=50&unit=JKQ").json["items"]
    item = next(one for one in items if one["lon"] is not None)
    lon, lat = item["lon"], item["lat"]
    window = f"{lon - 0.0005:.6f},{lat - 0.0005:.6f},{lon + 0.0005:.6f},{lat + 0.0005:.6f}"
    found = browser.raw(f"/map/clusters.json?zoom=19&bbox={window}").json
    assert int(item["code"].rpartition("-")[2]) in found["n"]
    place = found["n"].index(int(item["code"].rpartition("-")[2]))
    assert (found["lon"][place], found["lat"][place]) == (round(lon * 100_000), round(lat * 100_000))


@pytest.mark.parametrize("query", ["zoom=20", "zoom=x", "bbox=1,2,3", "zoom=9&nobody=1"])
def test_a_window_that_is_none_is_refused(demo_app: Flask, query: str) -> None:
    assert Browser(demo_app).raw(f"/map/clusters.json?{query}").status_code == 400
