"""The folium shell and the locator: same bytes everywhere, no looks, no text of a project."""

from __future__ import annotations

import subprocess
import sys

import pytest
import shapely
from shapely.geometry import shape

from geo.locator import locator_svg
from geo.maps import CONTEXT_DECIMALS, _thinned, district_map_shell, neighbours_later
from tests.cities import BOUNDARY


def test_the_shell_is_the_same_in_every_process() -> None:
    code = (
        "from geo.maps import district_map_shell as m; from registry.reference.city import City as c;"
        "b = c().boundary; print(m(b).digest, len(m(b).html))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert runs == {f"{district_map_shell(BOUNDARY).digest} {len(district_map_shell(BOUNDARY).html)}\n"}


def test_the_shell_loads_nothing_and_styles_nothing() -> None:
    shell = district_map_shell(BOUNDARY)
    for word in ("http://", "https://", "#", "eval(", "document.write"):
        assert word not in shell.script.replace("#/", "")
    assert "center:" not in shell.script
    assert "style=" not in shell.html
    assert shell.html.split() == ["<div", 'class="folium-map"', 'id="map_registry"', "></div>"]


def test_the_neighbours_may_wait() -> None:
    script = district_map_shell(BOUNDARY).script
    later = neighbours_later(script)
    assert later.count("geo_json_context.later = function () { geo_json_context_add({") == 1
    assert len(later) - len(script) == len("geo_json_context.later = function () {  };")


def test_far_neighbours_lose_corners_and_keep_their_shared_lines() -> None:
    boundary = BOUNDARY
    city = boundary.bounds
    shapes = [shape(feature["geometry"]) for feature in _thinned(boundary.context, city)["features"]]
    whole = [shape(feature["geometry"]) for feature in boundary.context["features"]]
    assert len(shapes) == len(whole) == 13
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_coordinates(shapes).sum() < 0.5 * shapely.get_num_coordinates(whole).sum()
    near = shapely.box(*city)
    for thin, full in zip(shapes, whole, strict=True):
        assert thin.intersection(near).symmetric_difference(full.intersection(near)).area < 10.0**-CONTEXT_DECIMALS
        assert abs(thin.area - full.area) < 0.02 * full.area


def test_a_base_map_comes_by_setting() -> None:
    shell = district_map_shell(BOUNDARY, (), "https://tiles.example/{z}/{x}/{y}.png", "审图号：示例")
    assert "https://tiles.example/{z}/{x}/{y}.png" in shell.script
    assert shell.digest != district_map_shell(BOUNDARY).digest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_locator_marks_the_place(language: str) -> None:
    svg = locator_svg(BOUNDARY, lon=119.95, lat=31.70, division="320412", tier="provincial", language=language)
    assert svg.count("<path") == 6
    assert svg.count("lo-here") == 1
    assert svg.count("<use") == 1
    assert "style=" not in svg
    assert ("Wujin" in svg) is (language == "en")


def test_an_unlocated_project_has_no_mark() -> None:
    assert "<use" not in locator_svg(BOUNDARY, lon=None, lat=None, division="320412", tier="national", language="zh")
