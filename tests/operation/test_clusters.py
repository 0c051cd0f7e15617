"""Groups of a tile say what the list says, at any zoom, in few bytes; no group is split between two tiles."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from flask import Flask

from registry.queries.catalogue.tiles import CLOSEST, Tile, TileOrder
from tests.browser import Browser

QUERIES = ("", "bbox=119.85,31.6,120.1,31.9&tier=provincial", "as_of=2022-12-31", "unit=JKQ")
ZOOMS = (0, 8, 10)


def cell_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of a place among the cells of a zoom, of which a tile has 16 × 16."""
    side = 16 * 2**zoom
    north = math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return math.floor((lon / 360 + 0.5) * side), math.floor((0.5 - north) * side)


def groups(
    browser: Browser, zoom: int, query: str, tiles: set[tuple[int, int]]
) -> dict[tuple[int, int], dict[str, Any]]:
    """The groups in some tiles by their cell."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for column, row in tiles:
        answer = browser.raw(f"/map/clusters.json?tile={zoom}/{column}/{row}&{query}")
        assert len(answer.data) <= 20_000
        columns = answer.json
        tiers = columns.pop("tiers")
        count = columns.pop("count")
        columns.pop("without")
        here = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        for place, group in enumerate(here):
            group["tiers"] = [counts[place] for counts in tiers.values()]
            below, across = divmod(group["cell"], 16)
            found[column * 16 + across, row * 16 + below] = group
        assert sum(sum(group["tiers"]) for group in here) == count
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_groups_are_the_projects_of_the_list(demo_app: Flask, query: str) -> None:
    browser = Browser(demo_app)
    listed = browser.raw(f"/projects.geojson?{query}").json["features"]
    located = [each for each in listed if each["geometry"]]
    assert len(located) > 5
    # At the closest zoom nearly every project has a tile of its own.
    for zoom in (*ZOOMS, CLOSEST) if len(located) < 50 else ZOOMS:
        cells: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for each in located:
            cells[cell_at(*each["geometry"]["coordinates"], zoom)].append(each)
        found = groups(browser, zoom, query, {(column // 16, row // 16) for column, row in cells})
        assert found.keys() == cells.keys()
        for cell, members in cells.items():
            group = found[cell]
            places = [[round(degrees * 100_000) for degrees in each["geometry"]["coordinates"]] for each in members]
            tiers = Counter(each["properties"]["tier"] for each in members)
            assert group["tiers"] == [tiers[tier] for tier in ("municipal", "provincial", "national")]
            west, south, east, north = (group[side] for side in ("west", "south", "east", "north"))
            reach = (group["lon"] - west, group["lat"] - south, group["lon"] + east, group["lat"] + north)
            assert reach == (*map(min, zip(*places, strict=True)), *map(max, zip(*places, strict=True)))
            # A project that stands alone is named, and only that.
            assert group["n"] == (int(members[0]["id"].rpartition("-")[2]) if len(members) == 1 else 0)


def test_without_a_tile_the_whole_world_is_meant(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    found, points = browser.raw("/map/clusters.json").json, browser.raw("/map/points.json").json
    assert (found["count"], found["without"]) == (points["count"], points["without"])
    nowhere = browser.raw("/map/clusters.json?tile=3/0/0").json
    assert (nowhere["count"], nowhere["lon"], nowhere["without"]) == (0, [], points["without"])


def test_a_tile_is_a_slice_wherever_projects_lie() -> None:
    draw = np.random.default_rng(5)
    lon, lat = draw.uniform(-180, 180, 3_000), draw.uniform(-89.9, 89.9, 3_000)
    lon[:3], lat[:3] = (-180, 180, np.nan), (90, -90, np.nan)
    order = TileOrder.of(lon, lat)
    for zoom in (0, 1, 3):
        seen = [order.inside(Tile(zoom, column, row)) for column in range(2**zoom) for row in range(2**zoom)]
        positions = np.concatenate([positions for positions, _cells in seen])
        assert sorted(positions.tolist()) == [place for place in range(3_000) if place != 2]
        for _positions, cells in seen:
            # Each cell is one run.
            assert np.count_nonzero(np.diff(cells)) + 1 == len(set(cells.tolist())) or not len(cells)


@pytest.mark.parametrize("query", ["tile=18/0/0", "tile=3/8/0", "tile=x", "tile=1/1", "bbox=1,2,3", "zoom=9"])
def test_a_tile_that_is_none_is_refused(demo_app: Flask, query: str) -> None:
    answer = Browser(demo_app).raw(f"/map/clusters.json?{query}")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


def test_the_labels_of_a_box_are_those_of_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    query = "bbox=119.85,31.6,120.1,31.9&tier=provincial"
    listed = browser.raw(f"/api/v1/projects?per_page=100&sort=code&{query}").json
    found = browser.raw(f"/map/labels.json?{query}").json
    assert found["count"] == listed["total"] > 10
    assert [each["code"] for each in found["items"]] == [each["code"] for each in listed["items"]]
    whole = browser.raw("/map/labels.json?bbox=118,30,122,34").json
    assert len(whole["items"]) == 100 < whole["count"]
