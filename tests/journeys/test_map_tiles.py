"""The map of a record that is too large to hold: groups come from the server, and a reader sees and does the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.journeys.conftest import Traffic
from tests.journeys.test_first_picture import MARKS, SCRIPT, Held
from tests.journeys.test_map_views import LIYANG, at, ready, shown
from tests.serving import serving

TOGETHER = (31.78, 119.95)
"""Where more projects stand than one answer names."""
SUM = """async (zoom) => {
    // A window in which the whole city is, however close.
    const side = 2 ** zoom;
    const wanted = [{ centre: [31.6, 119.7], zoom }, { x: side, y: side }, 1];
    await Sketch.source.load(...wanted);
    return Sketch.source.at(...wanted).reduce((sum, { n, tiers }) => [sum[0] + n, sum[1] + tiers[2]], [0, 0]);
}"""


@pytest.fixture
def demo_app(make_app: Callable[..., Flask], demo_file: Path, tmp_path: Path) -> Flask:
    """The demo stock, taken for a large one."""
    path = tmp_path / "large.db"
    copyfile(demo_file, path)
    app = make_app(f"sqlite:///{path}", points_at_once=50)
    with app.extensions["registry"].write() as session:
        statement = text("UPDATE project SET lat = :lat, lon = :lon WHERE lon IS NOT NULL AND id BETWEEN 100 AND 210")
        session.execute(statement, {"lat": TOGETHER[0], "lon": TOGETHER[1]})
        session.commit()
    return app


@pytest.fixture
def site(demo_app: Flask) -> Iterator[str]:
    """Its address."""
    with serving(demo_app) as address:
        yield address


def largest(page: Any) -> Any:
    """The group of the most projects on the map."""
    counts = [int(count) for count in page.locator(".leaflet-marker-icon.cl b").all_inner_texts()]
    return page.locator(".leaflet-marker-icon.cl").nth(counts.index(max(counts)))


def test_a_reader_goes_from_the_city_to_a_project_and_back(visit: Any, demo_app: Flask) -> None:
    held = Held(visit, "/", width=1366, height=768)
    asked: list[str] = []
    held.page.on("request", lambda request: asked.append(request.url))
    held.page.wait_for_selector("#sketch .cl")
    marks = held.page.evaluate(MARKS)
    page = ready(held.release())
    traffic = Traffic(page)
    page.unroute(SCRIPT)
    assert page.evaluate(MARKS) == marks, "Leaflet draws what the first picture showed"
    answer = demo_app.test_client().get("/map/points.json").get_json()
    found = shown(page)
    assert found["marked"] == found["onMap"] == answer["count"]
    for zoom in (9.4, 10.6, 12):
        assert page.evaluate(SUM, zoom) == [answer["count"], answer["t"].count("2")], "the same number at each zoom"

    # Six digits have no room in a mark; spoken words have them all.
    drawn, told = page.evaluate(
        """() => {
            const group = { n: 270561, tiers: [270561, 0, 0] };
            return [MapMarks.look(group, 1).html, MapMarks.words(group, Sketch.data, () => null)];
        }"""
    )
    assert "<b>27万</b>" in drawn
    assert told.startswith("270561 个项目：市级 270561")

    # By key from group to group; the focus stays near, and the address tells the view.
    zoom = page.evaluate("registryMap.map.getZoom()")
    largest(page).press("Enter")
    page.wait_for_function(f"() => registryMap.map.getZoom() > {zoom}")
    traffic.settle()
    assert page.evaluate("document.activeElement.matches('.leaflet-marker-icon')")
    assert f"#{round(page.evaluate('registryMap.map.getZoom()'), 2)}/" in page.url

    # More projects at one place than one answer names: the list has them all.
    page.evaluate("window.location.hash = '#15/{}/{}'".format(*TOGETHER))
    traffic.settle()
    together = largest(page)
    together.click()
    page.wait_for_selector(".pop h3 a")
    count = (
        demo_app.test_client()
        .get("/api/v1/projects?per_page=1&bbox=119.94999,31.77999,119.95001,31.78001")
        .get_json()["total"]
    )
    assert 100 < count < 112
    assert together.get_attribute("aria-label").startswith(f"{count} 个项目在同一地点")
    assert page.inner_text(".pop > .note") == f"同一地点的 {count} 个项目"
    assert page.locator(".pop h3").count() == 100
    more = page.locator(".pop > a")
    assert more.inner_text() == f"另有 {count - 100} 个，看名单"
    page.goto(page.url.partition("/#")[0] + more.get_attribute("href"))
    assert f"{count} 个" in page.inner_text("main"), "the list has them all"
    page.go_back()
    ready(page)
    traffic.settle()

    # A district, then its years, and back: marks and numbers agree, and so does what the address alone shows.
    page.click(".zoomall")
    traffic.settle()
    page.mouse.click(*at(page, *LIYANG))
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('溧阳市')")
    traffic.settle()
    found = shown(page)
    assert 0 < found["marked"] == found["onMap"] < answer["count"]
    page.focus("#year")
    page.keyboard.press("Home")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#stock b').textContent === '2019'")
    traffic.settle()
    earlier = shown(page)
    assert 0 < earlier["marked"] == earlier["onMap"] < found["onMap"]
    page.go_back()
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('全市')")
    traffic.settle()
    page.click(".zoomall")
    traffic.settle()
    assert shown(page)["marked"] == answer["count"]
    assert not [address for address in asked if "/map/points" in address], "nobody loads all points"


def test_a_row_lights_its_group_and_paper_has_the_whole_city(visit: Any) -> None:
    page = ready(visit("/", width=1366, height=768))
    traffic = Traffic(page)
    traffic.settle()
    located = page.evaluate("Object.keys(Sketch.data.rows)")
    assert 10 < len(located) <= 20
    page.hover(f".list [data-code$='-{int(located[0]):06d}']")
    lit = page.locator(".leaflet-marker-icon.is-lit")
    assert lit.count() == 1
    assert int(lit.inner_text()) > 1
    page.evaluate("registryMap.map.setView([31.78, 119.95], 16, { animate: false })")
    traffic.settle()
    # The browser prints as soon as the page has heard of it: no answer could come in time.
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    found = shown(page)
    assert found["marked"] == found["onMap"]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def test_on_a_telephone_one_project_is_found_lit_and_opened(visit: Any) -> None:
    page = ready(visit("/?q=演示产品20", width=390, height=844))
    single = page.locator(".leaflet-marker-icon.pt")
    single.wait_for()
    page.hover(".list li")
    assert "is-lit" in single.get_attribute("class")
    single.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('.pop') !== null")
    assert page.inner_text(".pop h3 a") == "演示产品20智能车间"
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.matches('.leaflet-marker-icon.pt')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_does_not_come_is_said_and_asked_for_again(chromium: Any, site: str) -> None:
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = context.new_page()
        page.goto(site)
        ready(page)
        marks = page.evaluate(MARKS)
        page.route("**/map/clusters.json**", lambda route: route.abort())
        page.evaluate("registryMap.map.setView([31.78, 119.95], registryMap.map.getZoom() + 2, { animate: false })")
        page.wait_for_selector("#map-note:not([hidden])")
        assert page.inner_text("#map-note").startswith("没有读到数据")
        assert len(page.locator(".leaflet-marker-icon.cl").all()) >= len(marks) > 0, "what was there stays"
        page.unroute("**/map/clusters.json**")
        page.evaluate("registryMap.map.panBy([10, 0], { animate: false })")
        page.wait_for_selector("#map-note", state="hidden")
        assert page.evaluate(MARKS) != marks
