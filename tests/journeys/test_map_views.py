"""The map in another view: a district, a year, a measure, on paper; figures, list, marks and address always agree."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from registry.views.accounts.identity import COOKIE
from tests import people
from tests.journeys.conftest import press
from tests.private_pages import private_pages

SHARES = {(1366, 768): 0.62, (1440, 900): 0.7, (1024, 768): 0.62}
"""Of the window's height that the map takes at least."""


def ready(page: Any) -> Any:
    """Wait until the points are drawn and the buttons are there."""
    page.wait_for_selector("html[data-map=ready]")
    page.wait_for_selector(".zoomall")
    return page


def shown(page: Any) -> dict[str, Any]:
    """What the parts of the page say."""
    found: dict[str, Any] = page.evaluate(
        """() => {
            const text = (place) => document.querySelector(place).textContent.trim().replace(/\\s+/g, ' ');
            const marks = [...document.querySelectorAll('.leaflet-marker-icon.cl b')].map((one) => Number(one.textContent));
            const { districts } = JSON.parse(document.getElementById('map-data').textContent);
            return {
                scope: text('#scope'), list: text('#list-h'), projects: Number(text('.fig a')),
                marked: marks.reduce((sum, n) => sum + n, 0) + document.querySelectorAll('.leaflet-marker-icon.pt').length,
                onMap: Number(text('.fig--onmap a')), stock: text('#stock'),
                names: [...document.querySelectorAll('.dl:not(.dl--city)')].map((one) => one.textContent).sort(),
            };
        }"""
    )
    return found


def at(page: Any, lat: float, lon: float) -> tuple[float, float]:
    """Where a place is in the window."""
    x, y = page.evaluate(
        """([lat, lon]) => {
            const { map } = window.registryMap;
            const box = map.getContainer().getBoundingClientRect();
            const place = map.latLngToContainerPoint([lat, lon]);
            return [box.left + place.x, box.top + place.y];
        }""",
        [lat, lon],
    )
    return x, y


LIYANG = (31.35, 119.37)


@pytest.mark.parametrize("size", SHARES)
def test_the_map_has_most_of_the_window(visit: Any, size: tuple[int, int]) -> None:
    page = ready(visit("/", width=size[0], height=size[1]))
    heights = page.evaluate(
        "[document.getElementById('map').offsetHeight, document.querySelector('.filters').offsetHeight]"
    )
    assert heights[0] >= SHARES[size] * size[1]
    assert heights[1] <= 56, "the filters stand in one row"


def test_a_chosen_district_takes_nothing_from_the_others(visit: Any, demo_app: Flask) -> None:
    page = ready(visit("/", width=1366, height=768))
    names, zoom = shown(page)["names"], page.evaluate("window.registryMap.map.getZoom()")
    page.mouse.click(*at(page, *LIYANG))
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('溧阳市')")
    page.wait_for_function(f"() => window.registryMap.map.getZoom() > {zoom}")
    found = shown(page)
    assert page.url.endswith("/?division=320481")
    assert found["list"] == f"名单 {found['projects']} 个"
    assert found["marked"] == found["onMap"]
    assert {name for name in found["names"] if "0 个" not in name} <= set(names), "each keeps its own count"
    assert page.locator("path[stroke-width='3']").count() == 1
    assert page.locator(".chip--x").inner_text().endswith("溧阳市")
    assert page.input_value("[name=unit]") == ""
    page.go_back()
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('全市')")
    page.go_forward()
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('溧阳市')")
    page.click(".zoomall")
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('全市')")
    assert "division" not in page.url


def test_a_year_moves_everything(visit: Any, demo_app: Flask) -> None:
    page = ready(visit("/?tier=municipal&tier=provincial&measure=density", width=1366, height=768))
    page.focus("#year")
    page.keyboard.press("Home")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#stock b').textContent === '2018'")
    found = shown(page)
    assert page.url.endswith("/?tier=municipal&tier=provincial&measure=density&as_of=2018-12-31")
    answer = demo_app.test_client().get("/api/v1/projects?tier=municipal&tier=provincial&as_of=2018-12-31").json
    total = answer["total"] if answer else 0
    assert (found["projects"], found["list"], found["scope"]) == (total, f"名单 {total} 个", "2018 年末 · 全市")
    assert found["stock"] == f"2018 年末存量 {total} 个"
    assert found["marked"] == found["onMap"]
    there = ready(visit("/?" + page.url.partition("?")[2], width=1366, height=768))
    assert shown(there) == found, "the address alone shows the same"
    page.click("text=回到目前")
    page.wait_for_function("() => document.querySelector('#stock b').textContent === '目前'")
    assert "as_of" not in page.url
    page.click("#play")
    page.wait_for_function("() => document.querySelector('#stock b').textContent === '2016'")
    assert page.get_attribute("#play", "aria-pressed") == "true"


def test_escape_closes_what_a_key_opened(visit: Any) -> None:
    page = ready(visit("/?q=演示产品20"))
    page.locator(".leaflet-marker-icon.pt").press("Enter")
    page.wait_for_function("() => document.activeElement.closest('.pop') !== null")
    page.keyboard.press("Escape")
    page.wait_for_function(
        "() => document.querySelector('.leaflet-popup') === null || document.activeElement.matches('.pt')"
    )
    assert page.evaluate("document.activeElement.matches('.leaflet-marker-icon.pt')")


def test_no_mark_lies_under_the_buttons(visit: Any) -> None:
    page = ready(visit("/#12/31.7/119.95", width=390, height=844))
    for lat, lon in ((31.75, 119.93), (31.6, 120.0), (31.8, 119.97)):
        page.evaluate("([lat, lon]) => window.registryMap.map.setView([lat, lon], 13, { animate: false })", [lat, lon])
        under = page.evaluate(
            """() => {
                const taken = document.querySelector('.leaflet-control-zoom').getBoundingClientRect();
                return [...document.querySelectorAll('.leaflet-marker-icon.cl, .leaflet-marker-icon.pt')].filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.left < taken.right && box.right > taken.left && box.top < taken.bottom && box.bottom > taken.top;
                }).length;
            }"""
        )
        assert under == 0


def test_after_a_tap_on_a_telephone_map_and_list_are_in_view(visit: Any) -> None:
    page = ready(visit("/", width=390, height=844))
    page.evaluate("window.scrollTo(0, 150)")
    page.mouse.click(*at(page, *LIYANG))
    page.wait_for_function("() => document.getElementById('scope').textContent.endsWith('溧阳市')")
    page.wait_for_function("() => document.getElementById('map').getBoundingClientRect().top < 80")
    tops = page.evaluate("['map', 'list-h'].map((id) => document.getElementById(id).getBoundingClientRect().top)")
    assert 0 <= tops[0] < tops[1] < 800


def test_on_paper_the_whole_city_stands_above_its_legend(visit: Any) -> None:
    page = ready(visit("/?division=320412", width=390, height=844))
    view = "[window.registryMap.map.getZoom(), window.registryMap.map.getCenter()]"
    before = page.evaluate(view)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    boxes = page.evaluate(
        """() => {
            const { map, districts } = window.registryMap;
            const legend = document.getElementById('legend').getBoundingClientRect();
            const frame = map.getContainer().getBoundingClientRect();
            const seen = document.querySelector('.legend__classes').checkVisibility();
            return { isWhole: map.getBounds().contains(districts.getBounds()), isBelow: legend.top >= frame.bottom, seen };
        }"""
    )
    assert boxes == {"isWhole": True, "isBelow": True, "seen": True}
    assert not page.is_visible(".filters")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"(before) => JSON.stringify({view}) === JSON.stringify(before)", arg=before)


def test_a_public_page_knows_its_way_back_to_the_desk(visit: Any, demo_app: Flask) -> None:
    account = next(account for account, pages in private_pages(demo_app) if "queue-district" in pages)
    page = visit("/about")
    assert page.inner_text("#desk") == "登录"
    page.context.add_cookies([{"name": COOKIE, "value": people.session_token(demo_app, account), "url": page.url}])
    page.goto(page.url.replace("/about", "/review"))
    press(page, "text=公开网站")
    page.wait_for_selector("#desk.desk")
    assert page.inner_text("#desk .broad") == "我的工作台"
    assert int(page.inner_text("#desk b")) > 0
    page.click("#desk")
    page.wait_for_url("**/review/today")


def test_a_long_search_is_no_wider_than_a_telephone(visit: Any) -> None:
    for path in ("/", "/projects", "/statistics"):
        page = visit(f"{path}?q={'W' * 100}", width=360, height=740)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_reader_is_shown_where_he_is_once_he_asks_and_told_why_not(visit: Any) -> None:
    page = ready(visit("/"))
    ask = page.get_by_role("button", name="我的位置")
    ask.click()
    page.locator("#map-note", has_text="没有得到定位许可").wait_for()
    assert page.locator("path.here").count() == 0
    page.context.grant_permissions(["geolocation"])
    for (lat, lon), words, marks in (
        ((31.78, 119.97), "您大约在圆圈内，误差约 25 米", 2),
        ((39.9, 116.4), "您的位置不在本市", 0),
    ):
        page.context.set_geolocation({"latitude": lat, "longitude": lon, "accuracy": 25})
        ask.focus()
        page.keyboard.press("Enter")
        page.locator("#map-note", has_text=words).wait_for()
        assert page.locator("path.here").count() == marks
    assert page.evaluate("window.registryMap.map.getZoom()") >= 13
