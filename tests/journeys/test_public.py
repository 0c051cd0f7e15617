"""What a citizen does: find a workshop on the map, open its page, take the filtered list home."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.journeys.conftest import press

PATHS = (
    "/", "/?unit=JKQ", "/?q=没有这样的项目", "/projects", "/projects?rows=enterprises", "/projects/CZ-000001",
    "/projects/CZ-000390", "/enterprises/1", "/announcements", "/announcements/1", "/about", "/statistics",
    "/projects/CZ-999999", "/projects?year=x",
)  # fmt: skip


def ready(page: Any) -> None:
    """Wait until the points are drawn."""
    page.wait_for_selector("html[data-map=ready]")
    page.wait_for_selector(".leaflet-marker-icon.cl, .leaflet-marker-icon.pt")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(audit: Any, path: str, width: int) -> None:
    is_map = path.startswith("/?") or path == "/"
    assert audit(path, width=width, wait="html[data-map=ready]" if is_map else "") == []


def test_find_a_workshop_by_district_and_name_on_the_map(visit: Any) -> None:
    page = visit("/")
    ready(page)
    page.click("#legend-districts summary")
    page.click("#legend .legend__t a:has-text('溧阳市')")
    page.wait_for_url("**division=320481**")
    page.fill("#q", "演示产品20")
    with page.expect_navigation():
        page.press("#q", "Enter")
    ready(page)
    assert page.inner_text("#list-h") == "名单 1 个"
    page.click(".leaflet-marker-icon.pt")
    page.wait_for_selector(".pop h3 a")
    assert page.inner_text(".pop h3 a") == "演示产品20智能车间"
    press(page, ".pop h3 a")
    assert page.inner_text("h1") == "演示产品20智能车间"
    page.go_back()
    ready(page)
    assert "q=" in page.url
    assert all(part.split("=")[1] for part in page.url.partition("#")[0].partition("?")[2].split("&")), page.url
    assert "tier=" not in page.url, "all ticked is no choice"


def test_english_fits_the_legend_and_the_list_of_a_phone(visit: Any) -> None:
    """Names of districts are longer in English, names of projects stay Chinese: neither may push the other out."""
    page = visit("/?measure=production_efficiency&lang=en")
    ready(page)
    assert page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.getElementById('legend'))"
    )
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0] + "projects?tier=national&lang=en")
    assert page.evaluate(
        "Math.min(...[...document.querySelectorAll('.t-name')].map((cell) => cell.clientWidth)) >= 150"
    )


def test_the_filters_of_a_list_are_folded_on_a_phone_and_open_on_a_desk(visit: Any) -> None:
    page = visit("/projects?unit=TNQ&unit=WJQ&rows=enterprises", width=390, height=844)
    assert page.locator(".fold summary").inner_text().startswith("筛选 (2)")
    assert not page.is_visible("select[name=tier]")
    assert page.locator("tbody tr").first.bounding_box()["y"] < 844 / 1.5
    page.focus(".fold summary")
    page.keyboard.press("Enter")
    page.select_option("select[name=tier]", "municipal")
    page.click("button[type=submit]")
    page.wait_for_url("**tier=municipal**")
    assert page.locator(".chip--x").count() == 3
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.is_visible("select[name=tier]")
    assert not page.is_visible(".fold summary")


def test_a_click_on_a_district_filters(visit: Any) -> None:
    page = visit("/?q=演示产品")
    ready(page)
    # The buttons are the last that takes room from the map.
    page.wait_for_selector(".zoomall")
    spot = page.evaluate(
        """() => { const { map } = window.registryMap;
            const box = map.getContainer().getBoundingClientRect();
            const at = map.latLngToContainerPoint([31.35, 119.37]);
            return { x: box.left + at.x, y: box.top + at.y }; }"""
    )
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_url("**division=320481**")
    ready(page)
    assert "q=" in page.url
    assert page.inner_text("#list-h") == "名单 1 个"


def test_keyboard_alone_reaches_a_project_from_the_map(visit: Any) -> None:
    page = visit("/?q=演示产品20")
    ready(page)
    page.wait_for_function(
        "() => document.querySelector('.leaflet-marker-icon.pt')?.getAttribute('aria-label')?.includes('演示产品20')"
    )
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('pt')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "演示产品20智能车间，省级"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('.pop') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/CZ-000020")
    assert page.inner_text("h1") == "演示产品20智能车间"


def test_projects_at_one_place_are_listed_together(visit: Any) -> None:
    page = visit("/")
    ready(page)
    label = page.evaluate(
        """async () => {
            const { map } = window.registryMap;
            const data = await (await fetch(JSON.parse(document.getElementById('map-data').textContent).points)).json();
            const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
            const number = (text, i) => {
                let found = 0;
                for (let at = i; at < text.length; at += data.count) found = found * 64 + digits.indexOf(text[at]);
                return found;
            };
            const seen = {};
            for (let i = 0; i < data.count; i += 1) {
                const place = `${data.west + number(data.x, i)},${data.south + number(data.y, i)}`;
                seen[place] = (seen[place] || 0) + 1;
            }
            const [place, n] = Object.entries(seen).sort((a, b) => b[1] - a[1])[0];
            const [px, py] = place.split(',').map(Number);
            map.setView([py / 1e5, px / 1e5], 18, { animate: false });
            return n;
        }"""
    )
    assert label >= 3
    page.wait_for_selector(".leaflet-marker-icon.cl")
    page.click(".leaflet-marker-icon.cl")
    page.wait_for_selector(".pop__item h3 a")
    assert page.locator(".pop__item").count() >= 3


def test_a_cluster_opens_on_the_click_itself(visit: Any) -> None:
    page = visit("/")
    ready(page)
    begun = page.evaluate(
        """() => {
            const { map } = window.registryMap;
            window.zoomBefore = map.getZoom();
            const moved = new Promise((done) => map.once('moveend', done));
            document.querySelector('.leaflet-marker-icon.cl').click();
            window.zoomed = moved;
            return document.querySelector('.leaflet-zoom-anim') !== null || map.getZoom() !== window.zoomBefore;
        }"""
    )
    assert begun is True
    assert page.evaluate(
        "async () => { await window.zoomed; return window.registryMap.map.getZoom() > window.zoomBefore; }"
    )
    assert "#" in page.url


def test_what_is_filtered_is_what_is_downloaded(visit: Any, tmp_path: Path) -> None:
    page = visit("/projects?unit=TNQ&tier=provincial")
    shown = page.inner_text(".listhead h2")
    with page.expect_download() as download:
        page.click("text=CSV")
    path = tmp_path / "list.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert shown == f"项目 {len(rows)} 个"
    assert {row["unit_name"] for row in rows} == {"天宁区"}


def test_a_phone_never_scrolls_sideways(visit: Any, site: str) -> None:
    """In usual and in large text; what does not exist is left out, since Chromium complains of it in its console."""
    page = visit(PATHS[0], width=360, height=740)
    wide = {}
    for path in PATHS[:-2]:
        page.goto(site + path)
        page.wait_for_timeout(150)
        usual = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate("document.documentElement.dataset.size = 'large'")
        wide[path] = (usual, page.evaluate("document.documentElement.scrollWidth"))
    assert {path: widths for path, widths in wide.items() if max(widths) > 360} == {}


def test_hostile_names_are_text_on_the_map(visit: Any, demo_app: Any) -> None:
    with demo_app.extensions["registry"].engine.begin() as connection:
        for code, name in (("CZ-000001", "${alert(1)}"), ("CZ-000002", "<img src=x onerror=alert(1)>")):
            connection.execute(text("UPDATE project SET name = :name WHERE code = :code"), {"name": name, "code": code})
    page = visit("/?q=演示产品02")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    ready(page)
    page.click(".leaflet-marker-icon.pt")
    page.wait_for_selector(".pop h3 a")
    assert page.inner_text(".pop h3 a") == "<img src=x onerror=alert(1)>"
    assert page.inner_text(".list a") == "<img src=x onerror=alert(1)>"


def test_the_years_play_the_stock(visit: Any) -> None:
    page = visit("/")
    ready(page)
    page.focus("#year")
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelector('#stock b')?.textContent === '2015'")
    expected = page.evaluate("async () => (await (await fetch('/api/v1/projects?as_of=2015-12-31')).json()).total")
    assert page.inner_text("#stock") == f"2015 年末存量 {expected} 个"


def test_without_script_the_list_is_the_map(visit: Any) -> None:
    page = visit("/?unit=JKQ", java_script_enabled=False)
    assert page.locator(".list li").count() == 20
    assert [page.is_visible(wanted) for wanted in ("#year", "#play", "#size", "#layers")] == [False] * 4
    press(page, "text=查看结果")
    assert page.locator("#list-h").inner_text().startswith("名单 ")


def test_large_text_is_remembered_without_a_cookie(visit: Any) -> None:
    page = visit("/about")
    page.click("#size")
    assert page.get_attribute("html", "data-size") == "large"
    page.reload()
    assert page.get_attribute("html", "data-size") == "large"
    assert page.context.cookies() == []
