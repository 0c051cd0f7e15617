"""The requirements of OGC API – Features 1.0.1 one after another, at the root and under a prefix.

The official suite is a Java program that no registry of ours has; the numbers are those of the list in its order.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import shapely
from jsonschema import Draft4Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from shapely.geometry import shape

from tests.open.conftest import Asker

COLLECTIONS = ("projects", "divisions")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PROPERTIES = ("type", "tier", "category", "level", "unit", "division", "industry", "sector", "year", "precision")


def link(found: Any, rel: str) -> Any:
    """The first link of a kind."""
    return next(each for each in found["links"] if each["rel"] == rel)


def test_1_the_landing_page_leads_everywhere(asker: Asker) -> None:
    for address in ("/ogc", "/ogc/"):
        landing = asker.ask(address)
        assert {each["rel"] for each in landing["links"]} >= {
            "self",
            "service-desc",
            "service-doc",
            "conformance",
            "data",
        }
        for each in landing["links"]:
            response = asker.response(each["href"])
            assert response.status_code == 200, each
            assert response.headers["Content-Type"].split(";")[0] == each["type"].split(";")[0]


def test_2_the_conformance_classes_are_those_that_are_kept(asker: Asker) -> None:
    base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert asker.ask("/ogc/conformance")["conformsTo"] == [base + name for name in ("core", "geojson", "oas30")]


def test_3_the_description_is_valid_openapi(asker: Asker) -> None:
    document = asker.ask("/ogc/api")
    assert document["openapi"].startswith("3.0.")
    OpenAPIV30SpecValidator(document).validate()
    assert document["servers"] == [{"url": f"{asker.root}/ogc"}]
    assert not [path for path in document["paths"] if "collectionId" in path]


def test_4_and_5_collections_are_listed_as_they_describe_themselves(asker: Asker) -> None:
    listed = asker.ask("/ogc/collections")["collections"]
    assert [each["id"] for each in listed] == list(COLLECTIONS)
    for each in listed:
        assert asker.ask(link(each, "self")["href"]) == each
        assert (each["itemType"], each["crs"]) == ("feature", [CRS84])
        assert each["title"]
        assert each["attribution"]
        assert asker.response(link(each, "items")["href"]).mimetype == "application/geo+json"


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_6_the_extent_holds_all(asker: Asker, collection: str) -> None:
    extent = asker.ask(f"/ogc/collections/{collection}")["extent"]
    [box] = extent["spatial"]["bbox"]
    [(start, end)] = extent["temporal"]["interval"]
    for each in asker.features(collection=collection):
        if each["geometry"]:
            assert shapely.box(*box).buffer(1e-9).covers(shape(each["geometry"]))
        day = each["properties"].get("announced_on")
        assert day is None or start[:10] <= day <= end[:10]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_7_8_and_23_items_are_geojson_in_lon_and_lat(asker: Asker, collection: str) -> None:
    response = asker.response(f"/ogc/collections/{collection}/items")
    assert response.mimetype == "application/geo+json"
    assert "crs" not in response.json
    for each in response.json["features"]:
        for polygon in getattr(shape(each["geometry"]) if each["geometry"] else None, "geoms", ()):
            assert polygon.exterior.is_ccw
            assert not any(hole.is_ccw for hole in polygon.interiors)
        if each["geometry"]:
            west, south, east, north = shape(each["geometry"]).bounds
            assert 118 < west <= east < 121
            assert 30 < south <= north < 33
            assert each["geometry"]["type"] == {"projects": "Point", "divisions": "MultiPolygon"}[collection]


def parameters(asker: Asker, collection: str) -> dict[str, Any]:
    """Declared parameters of the items."""
    document = asker.ask("/ogc/api")
    found = document["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
    return {each["name"]: each for each in found}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_9_11_and_14_bbox_limit_and_datetime_are_declared(asker: Asker, collection: str) -> None:
    declared = parameters(asker, collection)
    box, limit, time = declared["bbox"], declared["limit"], declared["datetime"]
    assert (box["style"], box["explode"], box["in"]) == ("form", False, "query")
    assert box["schema"] == {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000}
    assert time["schema"] == {"type": "string"}
    assert not any(each["required"] for each in declared.values())


BOXES = (
    "119.9,31.7,120.0,31.9", "119.9,31.7,0,120.0,31.9,100", "119.90000000000000,31.70000000000000,120.0,31.9",
    "119.9%2C31.7%2C120.0%2C31.9", "-180,-90,180,90", "120,31,119.9,32", "179,-90,-179,90", "0,0,1,1",
)  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_10_a_box_keeps_what_it_meets_and_what_has_no_place(asker: Asker, collection: str, box: str) -> None:
    numbers = [float(part) for part in box.replace("%2C", ",").split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    wanted = shapely.union_all([shapely.box(one, south, other, north) for one, other in parts])
    expected = {
        each["id"]
        for each in asker.features(collection=collection)
        if each["geometry"] is None or wanted.intersects(shape(each["geometry"]))
    }
    assert {each["id"] for each in asker.features(f"bbox={box}", collection)} == expected


def test_10_the_unlocated_are_in_every_box(asker: Asker) -> None:
    assert len(asker.features("bbox=0,0,1,1")) == 385 - 369


@pytest.mark.parametrize(("limit", "count"), [("1", 1), ("7", 7), ("1000", 385)])
def test_12_a_page_is_as_long_as_asked(asker: Asker, limit: str, count: int) -> None:
    page = asker.ask(f"/ogc/collections/projects/items?limit={limit}")
    assert len(page["features"]) == page["numberReturned"] == count


@pytest.mark.parametrize("limit", ["1001", "10000", "9" * 60])
def test_13_a_limit_above_the_greatest_is_no_error(asker: Asker, limit: str) -> None:
    assert asker.ask(f"/ogc/collections/projects/items?limit={limit}")["numberReturned"] == 385


TIMES: tuple[tuple[str, str, str], ...] = (
    ("2020-11-20", "2020-11-20", "2020-11-20"),
    ("2020-11-20T", "2020-11-20", "2020-11-20"),
    ("2020-11-19T16:00:00Z", "2020-11-20", "2020-11-20"),
    ("2020-11-20T15:59:59.999Z", "2020-11-20", "2020-11-20"),
    ("2020-11-20T23:00:00%2B08:00", "2020-11-20", "2020-11-20"),
    ("2018-01-01/2019-12-31", "2018-01-01", "2019-12-31"),
    ("2018-01-01T00:00:00Z/2019-12-31T00:00:00Z", "2018-01-01", "2019-12-31"),
    ("2020-01-01/..", "2020-01-01", "9999-12-31"),
    ("2020-01-01/", "2020-01-01", "9999-12-31"),
    ("../2019-12-31", "0001-01-01", "2019-12-31"),
    ("/2019-12-31T", "0001-01-01", "2019-12-31"),
    ("2020-01-01/9999-12-31T00:00:00Z", "2020-01-01", "9999-12-31"),
)


@pytest.mark.parametrize(("time", "first", "last"), TIMES)
def test_15_a_time_keeps_what_it_meets_and_what_has_none(asker: Asker, time: str, first: str, last: str) -> None:
    expected = {
        each["id"]
        for each in asker.features()
        if (day := each["properties"]["announced_on"]) is None
        or date.fromisoformat(first) <= date.fromisoformat(day) <= date.fromisoformat(last)
    }
    found = {each["id"] for each in asker.features(f"datetime={time}")}
    assert found == expected
    assert found
    assert len(asker.features(f"datetime={time}", "divisions")) == 6


PATHS = (
    "", "/conformance", "/api", "/collections", "/collections/projects", "/collections/divisions",
    "/collections/projects/items", "/collections/divisions/items", "/collections/projects/items/CZ-000001",
    "/collections/divisions/items/320412",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_16_an_unknown_parameter_is_refused(asker: Asker, path: str) -> None:
    for query in ("utm_source=x", "crs=http://www.opengis.net/def/crs/EPSG/0/3857", "bbox-crs=x", "unknown="):
        problem = asker.ask(f"/ogc{path}?{query}", 400)
        assert problem["errors"][0]["parameter"] == query.split("=")[0]
    assert asker.ask(f"/ogc{path}?f=json&lang=en")


WRONG = {
    "limit": ("0", "-1", "1.5", "many", "１"),
    "offset": ("-1", "x"),
    "bbox": (
        "1,2,3", "1,2,3,4,5", "119,32,120,31", "119,31,120,nan", "119,31,120,inf", "-181,0,1,1", "0,-91,1,1", "a,b,c,d",
        "119, 31,120,32", "0,0,5,1,1,4", ",,,",
    ),
    "datetime": (
        "..", "../..", "/", "2020", "2020-13-01", "2020-02-30", "2020-12-31/2020-01-01", "2020-01-01T00:00:00", "x/y",
        "2020-01-01/2020-01-02/2020-01-03", "2020-01-01T25:00:00Z", "2020-01-01T00:00:00Z/2019-12-31T23:00:00Z",
    ),
    "f": ("xml",),
    "lang": ("fr",),
    **dict.fromkeys(PROPERTIES, ("nonsense", "nonsense,", "%00")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_17_an_invalid_value_is_refused_by_name(asker: Asker, name: str) -> None:
    for value in WRONG[name]:
        problem = asker.ask(f"/ogc/collections/projects/items?{name}={value}", 400)
        assert problem["errors"][0]["parameter"] == name, value
        assert problem["detail"]


def test_17_what_is_empty_is_absent(asker: Asker) -> None:
    query = "&".join(f"{name}=" for name in WRONG)
    assert asker.ask(f"/ogc/collections/projects/items?{query}")["numberMatched"] == 385


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_18_and_19_following_next_gives_every_feature_once(asker: Asker, collection: str) -> None:
    whole = asker.ask(f"/ogc/collections/{collection}/items")
    for query in ("limit=4", "limit=100&datetime=2000-01-01/..&bbox=119,31,121,33"):
        first = asker.ask(f"/ogc/collections/{collection}/items?{query}")
        assert link(first, "self")["type"] == "application/geo+json"
        ids = [each["id"] for each in asker.features(query, collection)]
        assert ids == [each["id"] for each in whole["features"]]
        following = [each for each in first["links"] if each["rel"] == "next"]
        for each in following:
            assert each["type"] == "application/geo+json"
            assert set(parse_qsl(query)) <= set(parse_qsl(urlsplit(each["href"]).query))
    assert "next" not in {each["rel"] for each in whole["links"]}


def test_20_numbers_and_the_time_are_true(asker: Asker) -> None:
    page = asker.ask("/ogc/collections/projects/items?unit=WJQ&limit=10&offset=95")
    assert page["numberMatched"] == len(asker.features("unit=WJQ")) == 100
    assert page["numberReturned"] == len(page["features"]) == 5
    age = datetime.now().astimezone() - datetime.fromisoformat(page["timeStamp"])
    assert 0 <= age.total_seconds() < 300


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_21_a_feature_stands_at_its_own_address(asker: Asker, collection: str) -> None:
    listed = asker.ask(f"/ogc/collections/{collection}/items?limit=3")["features"]
    for each in listed:
        one = asker.ask(f"/ogc/collections/{collection}/items/{each['id']}")
        assert {name: value for name, value in one.items() if name != "links"} == each
        assert link(one, "self")["href"].endswith(each["id"])
        assert link(one, "collection")["href"] == f"{asker.root}/ogc/collections/{collection}"


def test_22_what_does_not_exist_is_not_found(asker: Asker) -> None:
    for path in ("collections/nothing", "collections/nothing/items", "collections/projects/items/CZ-999999", "x"):
        assert asker.ask(f"/ogc/{path}", 404)["status"] == 404
    assert asker.ask("/ogc/collections/divisions/items/999999", 404)


@pytest.mark.parametrize("path", PATHS)
def test_24_every_address_answers_json_and_a_page(asker: Asker, path: str) -> None:
    page = asker.response(f"/ogc{path}?f=html")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert f"{asker.root}/ogc" in page.get_data(as_text=True)
    browser = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    negotiates = path in ("", "/collections", "/collections/projects", "/collections/divisions")
    for headers, kind in ((browser, "text/html"), ({"Accept": "*/*"}, ""), ({}, ""), (browser, "text/html")):
        response = asker.response(f"/ogc{path}", headers=headers)
        assert (response.mimetype == "text/html") == (negotiates and kind == "text/html")
        said = response.headers["Vary"].removesuffix(", Cookie" if response.mimetype == "text/html" else "-")
        assert said.replace(", Cookie", "") == ("Accept, Accept-Encoding" if negotiates else "Accept-Encoding")


def test_25_and_26_every_path_answers_as_it_is_described(asker: Asker) -> None:
    document = asker.ask("/ogc/api")
    values = {"{code}": "CZ-000001", "{division}": "320412"}
    for path, item in document["paths"].items():
        address = path.rstrip("/")
        for name, value in values.items():
            address = address.replace(name, value)
        operation = item["get"]
        response = asker.response(f"/ogc{address}")
        described = operation["responses"]["200"]["content"]
        [kind] = [kind for kind in described if kind != "text/html"]
        assert response.headers["Content-Type"] == kind
        schema = {**described[kind]["schema"], "components": document["components"]}
        Draft4Validator(nullable(schema)).validate(response.json)
        statuses = {asker.response(f"/ogc{address}?x=1").status_code}
        if address != path.rstrip("/"):
            statuses.add(asker.response(f"/ogc{path.rpartition('/')[0]}/999999").status_code)
            assert statuses == {400, 404}
        etag = response.headers["ETag"]
        statuses.add(asker.response(f"/ogc{address}", headers={"If-None-Match": etag}).status_code)
        assert 304 in statuses
        assert {str(status) for status in statuses} <= set(operation["responses"])


def nullable(schema: Any) -> Any:
    """The schema with `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: nullable(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") is True else found


@pytest.mark.parametrize("name", PROPERTIES)
def test_27_a_parameter_named_like_a_property_is_equality_on_it(asker: Asker, name: str) -> None:
    everything = asker.features()
    shown = sorted({each["properties"][name] for each in everything} - {None}, key=str)
    for value in shown:
        expected = [each["id"] for each in everything if each["properties"][name] == value]
        assert [each["id"] for each in asker.features(f"{name}={value}")] == expected
    both = {each["id"] for each in everything if each["properties"][name] in shown[:2]}
    for query in (f"{name}={','.join(map(str, shown[:2]))}", "&".join(f"{name}={value}" for value in shown[:2])):
        assert {each["id"] for each in asker.features(query)} == both


def test_the_first_features_have_places_and_figures(asker: Asker) -> None:
    """Programs take the types of columns from the first ones."""
    everything = asker.features()
    known = [
        sum(value is not None for name, value in each["properties"].items() if name.startswith("kpi_"))
        for each in everything
    ]
    places = [each["geometry"] is not None for each in everything]
    assert places == sorted(places, reverse=True)
    assert known[:369] == sorted(known[:369], reverse=True)
    assert not [
        value for each in everything for value in each["properties"].values() if isinstance(value, (list, dict))
    ]
