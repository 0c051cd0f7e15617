"""Programs that know the standards only: a tester of descriptions, GDAL by pyogrio, and OWSLib, over a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import geopandas
import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.open import schemathesis
from tests.open.programs import asked_by_command, gdal_faults, owslib_faults
from tests.served import Served, flask_serve

PREFIXES = ("", "/smart")
EXPECTED = {
    "ogrinfo": ("Feature Count: 385", "Geometry: Point", "year: Integer", "kpi_operating_cost: Real"),
    "ogr2ogr": ("CZ-000387", "CZ-000388", "CZ-000389", "CZ-000390"),
    "qgis": ("all 385 without paging 385", "box 41", "tier = 'national' 4", "'announced_on': 'Date'"),
}


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


def test_gdal_reads_filters_and_pages(served: tuple[Served, str]) -> None:
    home = served[1]
    assert gdal_faults(home) == []
    assert len(geopandas.read_file(f"OAPIF:{home}/ogc", layer="projects", bbox=(119.9, 31.7, 120.0, 31.9))) == 41
    counts = [
        pyogrio.read_info(f"OAPIF:{home}/ogc", layer=layer, force_feature_count=True)["features"]
        for layer in ("projects", "divisions")
    ]
    assert counts == [385, 6]


def test_owslib_reads_it(served: tuple[Served, str]) -> None:
    assert owslib_faults(served[1]) == []
    page = Features(f"{served[1]}/ogc/").collection_items("projects", limit=10, bbox=[119.9, 31.7, 120.0, 31.9])
    assert (page["numberMatched"], page["numberReturned"]) == (41 + 385 - 369, 10)


def test_programs_of_the_machine_read_it(served: tuple[Served, str]) -> None:
    """ogrinfo, ogr2ogr and QGIS where they are installed; elsewhere this asks nobody."""
    for name, words in asked_by_command(served[1]):
        assert all(each in words for each in EXPECTED[name]), (name, words)


def test_the_lines_of_python_on_the_page_run(served: tuple[Served, str]) -> None:
    server, home = served
    page = server.ask(f"{home.removeprefix(f'http://{server.host}:{server.port}')}/api").body
    [lines] = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    program = "\n".join(
        f"{line}\nprint(len(projects))" if "=" in line else line for line in unescape(lines).splitlines()
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert made.stdout.split() == ["4", "4"]


@pytest.mark.parametrize("path", ["/api/openapi.json", "/ogc/api"])
def test_a_stranger_finds_no_fault_in_what_is_described(served: tuple[Served, str], tmp_path: Path, path: str) -> None:
    """In short; `python -m tests.open.schemathesis` asks 300 examples of each operation, files included."""
    if served[1].endswith("/smart"):
        return
    found = schemathesis.ask(tmp_path, served[1] + path, 3, leave_out="xlsx|gpkg|csv|geojson")
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-500:]
