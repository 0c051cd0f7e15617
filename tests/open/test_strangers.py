"""Programs that know the standards only: a tester of descriptions, GDAL by pyogrio, and OWSLib, over a real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.open import schemathesis
from tests.served import Served, flask_serve

PREFIXES = ("", "/smart")
CONDITIONS = {
    "tier='national'": "tier", "year=2020": "year", "level=10": "level", "unit='WJQ'": "unit", "division='320412'": "division",
    "industry='37'": "industry", "sector='equipment'": "sector", "type='factory'": "type", "precision='exact'": "precision",
    "category='mun_smart_workshop'": "category",
}  # fmt: skip


@pytest.fixture(scope="module", params=PREFIXES, ids=["at the root", "under a prefix"])
def served(
    request: pytest.FixtureRequest, demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """A running server on the demo stock, and where its site begins."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(demo_file, folder / "registry.db")
    (folder / "secret.key").write_text("k" * 32)
    with flask_serve(folder, {"BASE_PATH": request.param} if request.param else {}) as found:
        yield found, f"http://{found.host}:{found.port}{request.param}"


def read(home: str, **options: object) -> dict[str, list[object]]:
    """The columns that GDAL reads."""
    meta, _ids, _geometry, data = pyogrio.raw.read(f"OAPIF:{home}/ogc", layer="projects", **options)
    return dict(zip(meta["fields"], (list(column) for column in data), strict=True))


def test_gdal_reads_filters_and_pages(served: tuple[Served, str]) -> None:
    home = served[1]
    whole = read(home)
    assert len(whole["code"]) == len(set(whole["code"])) == 385
    types = dict(
        zip(
            *(pyogrio.read_info(f"OAPIF:{home}/ogc", layer="projects")[name] for name in ("fields", "dtypes")),
            strict=True,
        )
    )
    assert (types["kpi_operating_cost"], types["year"], types["announced_on"], types["industry"]) == (
        "float64", "int32", "datetime64[D]", "object",
    )  # fmt: skip
    for condition, name in CONDITIONS.items():
        value = condition.split("=")[1].strip("'")
        expected = {
            code
            for code, shown in zip(whole["code"], whole[name], strict=True)
            if str(shown).removesuffix(".0") == value
        }
        assert set(read(home, where=condition)["code"]) == expected
        assert expected
    since = {code for code, day in zip(whole["code"], whole["announced_on"], strict=True) if str(day) >= "2020-01-01"}
    assert set(read(home, where="announced_on >= '2020-01-01'")["code"]) == since
    assert len(read(home, bbox=(119.9, 31.7, 120.0, 31.9))["code"]) == 41
    assert pyogrio.read_info(f"OAPIF:{home}/ogc", layer="divisions", force_feature_count=True)["features"] == 6


def test_owslib_reads_it(served: tuple[Served, str]) -> None:
    features = Features(f"{served[1]}/ogc/")
    assert features.feature_collections() == ["projects", "divisions"]
    assert features.collection("projects")["title"] == "智能制造示范项目"
    page = features.collection_items("projects", limit=10, bbox=[119.9, 31.7, 120.0, 31.9])
    assert (page["numberMatched"], page["numberReturned"]) == (41 + 385 - 369, 10)
    assert features.collection_item("projects", "CZ-000001")["id"] == "CZ-000001"
    assert features.api()["openapi"].startswith("3.0.")


@pytest.mark.parametrize("path", ["/api/openapi.json", "/ogc/api"])
def test_a_stranger_finds_no_fault_in_what_is_described(served: tuple[Served, str], tmp_path: Path, path: str) -> None:
    """In short; `python -m tests.open.schemathesis` asks 300 examples of each operation, files included."""
    if served[1].endswith("/smart"):
        return
    found = schemathesis.ask(tmp_path, served[1] + path, 3, leave_out="xlsx|gpkg|csv|geojson")
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-500:]
