"""Files open in the programs that people have, hold the same rows in every format, and cost nothing when known."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import openpyxl
import pyogrio
import pytest
from flask import Flask

from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.selection import select_projects
from registry.queries.record import fields
from registry.queries.record.fields import Kind, Surface
from tests.open.conftest import Asker

FILES = ("csv", "xlsx", "geojson", "gpkg")


def package(asker: Asker, tmp_path: Path, query: str = "") -> Path:
    """The GeoPackage of a selection."""
    path = tmp_path / "projects.gpkg"
    path.write_bytes(asker.response(f"/projects.gpkg?{query}").data)
    return path


def lists_of(app: Flask) -> Any:
    """The code lists in force."""
    with app.extensions["registry"].read() as session:
        return app.extensions["registry"].catalogues.current(session).lists


def test_the_package_has_two_layers_with_true_types(asker: Asker, tmp_path: Path) -> None:
    path = package(asker, tmp_path)
    assert [name for name, _kind in pyogrio.list_layers(path)] == ["projects", "recognitions"]
    info = pyogrio.read_info(path, layer="projects")
    assert (info["features"], info["geometry_type"], info["crs"]) == (385, "Point", "EPSG:4326")
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    expected = {
        Kind.INTEGER: "int32",
        Kind.NUMBER: "float64",
        Kind.DATE: "datetime64[D]",
        Kind.MOMENT: "datetime64[ms]",
    }
    columns = fields.flat_columns(lists_of(asker.app), Surface.GPKG)
    assert list(types) == [column.name for column in columns]
    assert {column.name: expected.get(column.kind, "object") for column in columns} == types
    frame = pyogrio.read_dataframe(path, layer="projects")
    rows = {
        row["code"]: row
        for row in csv.DictReader(io.StringIO(asker.response("/projects.csv").data.decode("utf-8-sig")))
    }
    for each in frame.to_dict("records"):
        row = rows[each["code"]]
        assert (each["name"], each["recognitions"], str(each["industry"]).replace("nan", "")) == (
            row["name"],
            row["recognitions"],
            row["industry"],
        )
        assert (each["geometry"] is None) == (row["lon"] == "")
        if each["geometry"]:
            assert (each["geometry"].x, each["geometry"].y) == (float(row["lon"]), float(row["lat"]))
    assert frame.geometry.isna().sum() == 385 - 369


def test_the_second_layer_has_a_row_a_title(asker: Asker, tmp_path: Path) -> None:
    path = package(asker, tmp_path, "tier=national")
    titles = pyogrio.read_dataframe(path, layer="recognitions").to_dict("records")
    items = asker.ask("/api/v1/projects?tier=national&per_page=200")["items"]
    expected = sorted(
        (item["code"], each["category"], each["document_number"]) for item in items for each in item["recognitions"]
    )
    assert sorted((each["code"], each["category"], each["document_number"]) for each in titles) == expected


def test_the_package_says_what_it_holds(asker: Asker, tmp_path: Path) -> None:
    path = package(asker, tmp_path, "tier=national")
    with sqlite3.connect(path) as connection:
        found = {
            row[0]: row[1:]
            for row in connection.execute("SELECT table_name, identifier, description FROM gpkg_contents")
        }
        [version] = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert version == 10200
    assert found["projects"][0] == "认定项目"
    assert "级别：国家级" in found["projects"][1]
    assert "未声明许可" in found["projects"][1]
    assert "智能制造试点示范项目登记" in found["recognitions"][1]


def test_geojson_says_what_it_holds(asker: Asker) -> None:
    found = asker.ask("/projects.geojson?tier=national")
    assert list(found) == ["type", "title", "filter", "generated_at", "source", "licence", "features"]
    assert (found["title"], found["licence"]) == ("智能制造示范项目", None)
    assert found["filter"].startswith("级别：国家级")
    assert found["generated_at"].endswith("+08:00")


def test_the_workbook_is_for_people(asker: Asker) -> None:
    book = openpyxl.load_workbook(io.BytesIO(asker.response("/projects.xlsx?tier=national").data))
    assert book.sheetnames == ["项目", "认定", "说明", "字段"]
    header, *rows = book["项目"].iter_rows(values_only=True)
    day = rows[0][header.index("公布日期")]
    assert day is None or hasattr(day, "year")
    assert isinstance(rows[0][header.index("更新时间")].hour, int)
    items = asker.ask("/api/v1/projects?tier=national&per_page=200")["items"]
    titles = list(book["认定"].iter_rows(min_row=2, values_only=True))
    assert len(titles) == sum(len(item["recognitions"]) for item in items)
    assert {row[3] for row in titles} <= {"国家级", "省级", "市级"}
    assert [row[0] for row in book["字段"].iter_rows(min_row=2, values_only=True)] == list(header)
    for sheet in (book["项目"], book["认定"], book["字段"]):
        assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("B2", True)
    about = {row[0].value: row[1].value for row in book["说明"]}
    assert about["许可"] == "未声明许可"
    english = openpyxl.load_workbook(io.BytesIO(asker.response("/projects.xlsx?tier=national&lang=en").data))
    assert english.sheetnames == ["Projects", "Titles", "About", "Fields"]


def test_the_description_of_the_csv_names_its_columns(asker: Asker) -> None:
    found = asker.ask("/projects.csv-metadata.json")
    header = asker.response("/projects.csv").data.decode("utf-8-sig").split("\r\n")[0].split(",")
    columns = found["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == header
    types = {column["name"]: column["datatype"] for column in columns}
    assert (types["division"], types["industry"], types["year"], types["kpi_oee"]) == (
        "string",
        "string",
        "integer",
        "number",
    )
    assert found["url"] == f"{asker.root}/projects.csv"


def test_every_surface_has_every_field_of_its_row(asker: Asker, tmp_path: Path) -> None:
    """The field table says where a field appears; a surface that lacks one fails here."""
    lists = lists_of(asker.app)
    nested = {surface: [field.name for field in fields.FIELDS if surface in field.where] for surface in Surface}
    flat = {surface: [column.name for column in fields.flat_columns(lists, surface)] for surface in Surface}
    assert list(asker.ask("/api/v1/projects/CZ-000001")) == nested[Surface.API]
    [feature, *_] = asker.ask("/projects.geojson?unit=JKQ")["features"]
    assert list(feature["properties"]) == nested[Surface.GEOJSON]
    assert list(asker.ask("/ogc/collections/projects/items?limit=1")["features"][0]["properties"]) == flat[Surface.OGC]
    document = asker.ask("/ogc/api")["components"]["schemas"]["ProjectFeature"]["properties"]["properties"][
        "properties"
    ]
    assert list(document) == flat[Surface.OGC]
    assert (
        asker.response("/projects.csv?unit=JKQ").data.decode("utf-8-sig").split("\r\n")[0].split(",")
        == flat[Surface.CSV]
    )
    assert list(pyogrio.read_info(package(asker, tmp_path), layer="projects")["fields"]) == flat[Surface.GPKG]
    book = openpyxl.load_workbook(io.BytesIO(asker.response("/projects.xlsx?unit=JKQ").data), read_only=True)
    assert len(next(book["项目"].iter_rows(values_only=True))) == len(flat[Surface.XLSX])


@pytest.mark.parametrize("suffix", FILES)
def test_a_known_file_costs_nothing(asker: Asker, suffix: str) -> None:
    address = f"/projects.{suffix}?tier=national"
    whole = asker.response(address)
    etag = whole.headers["ETag"]
    assert etag.startswith('W/"')
    again = asker.response(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    head = asker.client.head(f"{asker.root}{address}".removeprefix("http://localhost"))
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Disposition", "ETag", "Cache-Control", "Access-Control-Allow-Origin"):
        assert head.headers[name] == whole.headers[name]
    assert asker.response(f"/projects.{suffix}?tier=provincial", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_long_texts_are_compressed_on_the_wire(asker: Asker, suffix: str) -> None:
    plain = asker.response(f"/projects.{suffix}")
    assert "Content-Encoding" not in plain.headers
    for coding, expand in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        packed = asker.response(f"/projects.{suffix}", headers={"Accept-Encoding": coding})
        assert packed.headers["Content-Encoding"] == coding
        body = re.sub(rb'"generated_at":"[^"]+"', b"", expand(packed.data))
        assert body == re.sub(rb'"generated_at":"[^"]+"', b"", plain.data)
        assert len(packed.data) < len(plain.data) / 5


@pytest.mark.parametrize("suffix", FILES)
def test_a_file_is_named_by_what_it_holds_and_when(asker: Asker, suffix: str) -> None:
    long = "&".join(f"q={quote('/:*?<>|' + '甲' * 90)}" for _ in range(1))
    named = asker.response(f"/projects.{suffix}?{long}").headers["Content-Disposition"]
    plain, full = re.findall(r"filename=\"([^\"]+)\"; filename\*=UTF-8''(.+)", named)[0]
    assert re.fullmatch(rf"projects-\d{{8}}\.{suffix}", plain)
    from urllib.parse import unquote

    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', unquote(full))
    assert len(unquote(full)) <= 100


def test_rows_of_every_format_are_the_same_set(asker: Asker, tmp_path: Path) -> None:
    """Random selections: whatever program asks, it gets the same projects."""
    runtime, drawn = asker.app.extensions["registry"], random.Random(17)
    with runtime.read() as session:
        facets = select_projects(session, runtime.catalogues.current(session), Filters()).facets
    assert set(facets) == set(BY_NAME)
    sizes = set()
    for _case in range(12):
        names = drawn.sample(sorted(set(facets) - {"status"}), drawn.choice((1, 1, 2, 3)))
        chosen = [(name, drawn.choice(sorted(facets[name]))) for name in names]
        query = "&".join(f"{name}={value}" for name, value in chosen)
        found: dict[str, set[str]] = {}
        text = asker.response(f"/projects.csv?{query}").data.decode("utf-8-sig")
        found["csv"] = {row["code"] for row in csv.DictReader(io.StringIO(text))}
        found["geojson"] = {each["id"] for each in asker.ask(f"/projects.geojson?{query}")["features"]}
        book = openpyxl.load_workbook(io.BytesIO(asker.response(f"/projects.xlsx?{query}").data), read_only=True)
        header, *rows = book["项目"].iter_rows(values_only=True)
        found["xlsx"] = {row[header.index("项目编号")] for row in rows}
        frame = pyogrio.read_dataframe(package(asker, tmp_path, query), layer="projects", read_geometry=False)
        found["gpkg"] = set(frame["code"])
        found["api"] = {
            item["code"]
            for page in (1, 2)
            for item in asker.ask(f"/api/v1/projects?{query}&per_page=200&page={page}")["items"]
        }
        # There conditions are about the title that is shown, so only these mean the same.
        if all(
            name in ("type", "unit", "division", "industry", "sector") and value != "none" for name, value in chosen
        ):
            found["ogc"] = {each["id"] for each in asker.features(query)}
        assert len(set(map(frozenset, found.values()))) == 1, (
            query,
            {name: len(codes) for name, codes in found.items()},
        )
        sizes.add(len(found["csv"]))
    assert len(sizes) > 5


def test_nothing_that_looks_like_a_formula_runs(asker: Asker) -> None:
    """Hostile names are tried by tests of the record; here the further sheet is."""
    book = openpyxl.load_workbook(io.BytesIO(asker.response("/projects.xlsx").data))
    for sheet in book:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_feature_collection_of_enterprises_says_so(asker: Asker) -> None:
    found = asker.ask("/projects.geojson?rows=enterprises&unit=JKQ")
    assert json.dumps(found["title"], ensure_ascii=False) == '"智能制造示范企业"'
    assert {each["geometry"] for each in found["features"]} == {None}
