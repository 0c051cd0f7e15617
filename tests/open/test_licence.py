"""The licence of the data is one setting: every description and every file that can hold it says the same."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app import create_app
from registry.config import Settings
from tests.browser import Page
from tests.conftest import give_back
from tests.open.conftest import Asker

NAME, ADDRESS = "开放许可 1.0", "https://licence.example/terms"


@pytest.fixture(scope="module")
def licensed(open_file: Path) -> Iterator[Asker]:
    """The same stock under a licence."""
    app = create_app(
        Settings(
            data_dir=open_file.parent,
            database_url=f"sqlite:///{open_file}",
            secret_key="k" * 32,
            data_licence=NAME,
            data_licence_url=ADDRESS,
        )
    )
    app.config["PREFIX"] = ""
    yield Asker(app)
    give_back(app.extensions["registry"].engine)


def _dataset(asker: Asker) -> Any:
    page = Page(asker.response("/about"))
    [block] = [each for each in page.all("script") if each.get("type") == "application/ld+json"]
    return json.loads(block.text or "")


def _package(asker: Asker, folder: Path) -> list[str]:
    (folder / "x.gpkg").write_bytes(asker.response("/projects.gpkg?tier=national").data)
    connection = sqlite3.connect(folder / "x.gpkg")
    found = [row[0] for row in connection.execute("SELECT description FROM gpkg_contents")]
    connection.close()
    return found


def test_every_description_and_file_says_the_licence(licensed: Asker, tmp_path: Path) -> None:
    assert licensed.ask("/api/openapi.json")["info"]["license"] == {"name": NAME, "url": ADDRESS}
    assert licensed.ask("/ogc/api")["info"]["license"] == {"name": NAME, "url": ADDRESS}
    for collection in licensed.ask("/ogc/collections")["collections"]:
        assert [link["href"] for link in collection["links"] if link["rel"] == "license"] == [ADDRESS]
    assert licensed.ask("/projects.geojson?tier=national")["licence"] == f"{NAME} {ADDRESS}"
    assert licensed.ask("/projects.csv-metadata.json")["dc:license"] == ADDRESS
    assert _dataset(licensed)["license"] == ADDRESS
    [found] = json.loads(licensed.response("/catalog.jsonld").data)["dcat:dataset"]
    for each in (found, *found["dcat:distribution"]):
        assert (each["dct:license"], each["dct:rights"]) == ({"@id": ADDRESS}, NAME)
    book = openpyxl.load_workbook(io.BytesIO(licensed.response("/projects.xlsx?tier=national").data))
    assert {row[0].value: row[1].value for row in book["说明"]}["许可"] == f"{NAME} {ADDRESS}"
    assert all(NAME in text and ADDRESS in text for text in _package(licensed, tmp_path))
    for path in ("/about", "/api", "/about?lang=en", "/api?lang=en"):
        page = Page(licensed.response(path))
        assert page.links()[NAME] == ADDRESS, path


def test_where_none_is_declared_nothing_is_invented(asker: Asker) -> None:
    assert "license" not in asker.ask("/api/openapi.json")["info"]
    assert "license" not in asker.ask("/ogc/api")["info"]
    assert "dc:license" not in asker.ask("/projects.csv-metadata.json")
    for path, said in (("/about", "未声明许可"), ("/api", "未声明许可"), ("/api?lang=en", "No licence")):
        assert said in Page(asker.response(path)).text(), path


def test_the_catalogue_names_every_form_and_each_opens(asker: Asker) -> None:
    [found] = json.loads(asker.response("/catalog.jsonld").data)["dcat:dataset"]
    kinds = {each["dct:title"]: each for each in found["dcat:distribution"]}
    assert set(kinds) == {"CSV", "Excel", "GeoJSON", "GeoPackage", "JSON", "OGC API – Features"}
    for each in kinds.values():
        response = asker.response(each["dcat:accessURL"]["@id"])
        assert (response.status_code, response.mimetype) == (200, each["dcat:mediaType"])
