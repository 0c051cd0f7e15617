"""`flask districts install`: boundaries are replaced together with where they come from, or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from flask import Flask

from app import create_app
from registry.config import Settings
from registry.reference.city import City
from tests.browser import Browser
from tests.cities import SHIPPED
from tests.cities.second import PROVENANCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder."""
    shutil.copytree(SHIPPED.folder, tmp_path / "city")
    return tmp_path / "city"


def frame() -> geopandas.GeoDataFrame:
    """The shipped districts as another office would send them: other columns, metres."""
    found = geopandas.read_file(SHIPPED.folder / "boundaries" / "districts.geojson")
    return found[["adcode", "geometry"]].rename(columns={"adcode": "PAC"}).set_crs(4490, allow_override=True)


def install(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    done = app.test_cli_runner().invoke(args=["districts", "install", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", ["new.gpkg", "new.shp", "new.geojson"])
def test_every_kind_of_file_in_metres_or_degrees(folder: Path, tmp_path: Path, name: str) -> None:
    given = frame() if name.endswith("json") else frame().to_crs(4549)
    given.to_file(tmp_path / name)
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32, city_dir=folder))
    before = (folder / "boundaries" / "provenance.json").read_bytes()
    code, output = install(app, str(tmp_path / name))
    assert (code, output.splitlines()[0]) == (0, "界线检查：没有问题。")
    assert "这是试运行" in output
    assert (folder / "boundaries" / "provenance.json").read_bytes() == before
    code, output = install(app, str(tmp_path / name), "--apply", "--city", str(folder), *PROVENANCE)
    assert code == 0, output
    boundary = City(folder).boundary
    assert boundary.provenance.approval_number == "审图号：示例0000号"
    assert boundary.provenance.issued == "2026-11"
    assert [district.name for district in boundary.districts] == [row.name for row in SHIPPED.boundary.districts]
    for new, old in zip(boundary.districts, SHIPPED.boundary.districts, strict=True):
        assert new.geometry.symmetric_difference(old.geometry).area < 1e-6
        assert new.area_km2 == pytest.approx(old.area_km2, rel=0.01)
    assert len(boundary.context["features"]) == 13
    names = sorted(path.name for path in (folder / "boundaries").glob("*.geojson"))
    assert names[0].startswith("districts-")
    assert names[1:] == ["neighbours.geojson"]
    assert app.test_cli_runner().invoke(args=["city", "check", str(folder)]).exit_code == 0


def test_without_its_source_nothing_is_replaced(folder: Path, tmp_path: Path) -> None:
    frame().to_file(tmp_path / "new.geojson")
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32, city_dir=folder))
    code, output = install(app, str(tmp_path / "new.geojson"), "--apply", "--source", "某处")
    assert code == 2
    assert "缺少 --source-en、--approval-number、--issued" in output
    assert City(folder).boundary.provenance.issued == "2025-09"


def test_a_faulty_file_is_refused_and_the_old_set_stays(folder: Path, tmp_path: Path) -> None:
    frame().iloc[:5].to_file(tmp_path / "five.geojson")
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32, city_dir=folder))
    code, output = install(app, str(tmp_path / "five.geojson"), "--apply", *PROVENANCE)
    assert code == 1
    assert "320481：缺少 溧阳市" in output
    assert len(City(folder).boundary.districts) == 6
    (tmp_path / "none.gpkg").write_bytes(b"no geopackage")
    code, output = install(app, str(tmp_path / "none.gpkg"))
    assert code == 1
    assert "无法读取边界文件 none.gpkg" in output


def test_other_areas_need_a_word(folder: Path, tmp_path: Path) -> None:
    given = frame()
    # The first district gives its northern half to its neighbours, as after a reform.
    given.geometry = [given.geometry[0].buffer(-0.01), *given.geometry[1:]]
    given.to_file(tmp_path / "new.geojson")
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32, city_dir=folder))
    code, output = install(app, str(tmp_path / "new.geojson"))
    assert code == 1
    assert "相差超过 2%" in output
    assert "--new-areas" in output


def test_a_running_site_shows_the_new_set(
    folder: Path, make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    app = make_app(sqlite_url, city_dir=folder)
    assert "GS（2024）0650号" in Browser(app).get("/about").source
    frame().to_file(tmp_path / "new.geojson")
    code, output = install(app, str(tmp_path / "new.geojson"), "--apply", *PROVENANCE)
    assert code == 0, output
    assert "示例0000号" in Browser(app).get("/about").source
    found = Browser(app).raw("/api/v1/divisions").json
    assert found["approval_number"] == "审图号：示例0000号"
    stated = json.loads((folder / "boundaries" / "provenance.json").read_text(encoding="utf-8"))
    assert set(stated["sha256"]) == {stated["districts"], stated["context"]}
