"""The map before Leaflet is there: the same picture in the same places, and what a reader does to it is kept."""

from __future__ import annotations

from typing import Any

import pytest

SCRIPT = "**/map/page-*.js"
MARKS = """() => {
    const map = document.getElementById('map').getBoundingClientRect();
    return [...document.querySelectorAll('#map .cl, #map .pt')].map((mark) => {
        const { x, y, width } = mark.getBoundingClientRect();
        return { x, y, width, words: mark.classList.contains('cl') ? mark.textContent : 'pt' };
    }).filter(({ x, y }) => x > map.left && x < map.right && y > map.top && y < map.bottom)
      .map(({ x, y, width, words }) => `${words} ${x} ${y} ${width}`).sort();
}"""
SHAPES = """() => [...document.querySelectorAll('#sketch a path, path.leaflet-interactive')].map((path) => {
    const { x, y, width, height } = path.getBoundingClientRect();
    return [x, y, width, height];
}).sort((a, b) => a[0] - b[0])"""


class Held:
    """A map page whose Leaflet part waits until `release`."""

    def __init__(self, visit: Any, path: str, *, is_large: bool = False, **options: Any) -> None:
        self.page = visit("/about", **options)
        if is_large:
            self.page.click("#size")
        self._routes: list[Any] = []
        self.page.route(SCRIPT, lambda route: self._routes.append(route))
        address = self.page.url.removesuffix("/about") + path
        self._late: list[Any] = []
        self.page.route("**/size.js*", lambda route: self._late.append(route) if is_large else route.continue_())
        self.page.goto(address, wait_until="domcontentloaded")
        if is_large:
            # What the size of text waits for comes after everything else.
            while not self._late:
                self.page.wait_for_timeout(20)
            self.page.wait_for_timeout(200)
            assert self.page.get_attribute("html", "data-map") is None
            self._late[0].continue_()
        self.page.wait_for_selector("html[data-map=drawn]")

    def release(self) -> Any:
        """Let Leaflet come and wait until it has taken over."""
        self.let_go()
        self.page.wait_for_selector("html[data-map=ready]")
        assert self.page.query_selector("#sketch") is None
        return self.page

    def let_go(self) -> None:
        """Let Leaflet come."""
        while not self._routes:
            self.page.wait_for_timeout(20)
        for route in self._routes:
            route.continue_()

    def changed(self, before: list[str]) -> list[str]:
        """The marks, once they are others than before."""
        self.page.wait_for_function(f"(before) => String(({MARKS})()) !== before", arg=",".join(before))
        marks: list[str] = self.page.evaluate(MARKS)
        return marks

    def single(self, at: int = 0) -> Any:
        """A mark of one project."""
        return self.page.locator("#sketch .pt").nth(at)


@pytest.mark.parametrize(
    ("path", "width", "height"),
    [
        ("/", 1440, 900),
        ("/", 390, 844),
        ("/?division=320412", 1366, 768),
        ("/?lang=en&measure=density", 1920, 1080),
        ("/#11.3/31.7/119.95", 1440, 900),
    ],
)
def test_leaflet_draws_the_same_in_the_same_places(visit: Any, path: str, width: int, height: int) -> None:
    held = Held(visit, path, width=width, height=height)
    marks, shapes = held.page.evaluate(MARKS), held.page.evaluate(SHAPES)
    assert len(marks) >= 4
    page = held.release()
    assert page.evaluate(MARKS) == marks
    # Leaflet draws of a shape what is in the window, so that only whole ones can be compared.
    if "#" not in path and "division" not in path:
        for before, after in zip(shapes, page.evaluate(SHAPES), strict=True):
            assert after == pytest.approx(before, abs=2)


def test_an_address_that_looks_elsewhere_is_harmless(visit: Any) -> None:
    held = Held(visit, "/#99/90/-900")
    assert held.page.evaluate(MARKS) == []
    assert held.release().evaluate(MARKS) == []


def test_an_address_that_changes_before_leaflet_is_there_is_followed(visit: Any) -> None:
    held = Held(visit, "/")
    before = held.page.evaluate(MARKS)
    held.page.evaluate("window.location.hash = '#11.3/31.7/119.95'")
    marks = held.changed(before)
    page = held.release()
    assert page.evaluate(MARKS) == marks
    assert page.evaluate("window.registryMap.map.getZoom()") == 11.3


def test_large_text_that_comes_late_is_in_the_picture(visit: Any) -> None:
    held = Held(visit, "/", is_large=True)
    assert held.page.get_attribute("html", "data-size") == "large"
    marks = held.page.evaluate(MARKS)
    assert held.release().evaluate(MARKS) == marks


def test_a_cluster_is_zoomed_to_at_once(visit: Any) -> None:
    held = Held(visit, "/")
    before = held.page.evaluate(MARKS)
    assert held.page.evaluate(
        "() => { document.querySelector('#sketch .cl').click(); return document.querySelector('.is-zooming') !== null; }"
    )
    held.page.wait_for_selector("#sketch:not(.is-zooming)")
    zoomed = held.page.evaluate(MARKS)
    assert zoomed != before
    page = held.release()
    assert page.evaluate(MARKS) == zoomed
    assert "#" in page.url


def test_a_project_that_was_asked_for_opens_when_leaflet_is_there(visit: Any) -> None:
    held = Held(visit, "/?q=演示产品20")
    held.single().click()
    assert "is-lit" in held.single().get_attribute("class")
    page = held.release()
    page.wait_for_selector(".pop h3 a")
    assert page.inner_text(".pop h3 a") == "演示产品20智能车间"


def test_the_keyboard_goes_on_where_it_was(visit: Any) -> None:
    held = Held(visit, "/?q=演示产品20")
    assert held.single().get_attribute("aria-label") == "CZ-000020，省级"
    held.single().focus()
    page = held.release()
    assert page.evaluate("document.activeElement.classList.contains('pt')")
    held = Held(visit, "/?q=演示产品20")
    held.single().press("Enter")
    page = held.release()
    page.wait_for_function("() => document.activeElement.closest('.pop') !== null")


def test_a_cluster_opened_by_key_keeps_the_focus_near(visit: Any) -> None:
    held = Held(visit, "/")
    held.page.locator("#sketch .cl").first.press("Enter")
    held.page.wait_for_function("() => document.activeElement.closest('#sketch .cl, #sketch .pt') !== null")
    page = held.release()
    assert page.evaluate("document.activeElement.closest('.leaflet-marker-icon') !== null")


def test_who_went_on_typing_is_not_fetched_back(visit: Any) -> None:
    held = Held(visit, "/?q=演示产品20")
    held.single().press("Enter")
    held.page.focus("#q")
    page = held.release()
    page.wait_for_selector(".pop h3 a")
    page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.id") == "q"


def test_the_picture_follows_a_window_that_turns(visit: Any) -> None:
    held = Held(visit, "/", width=1440, height=900)
    before = held.page.evaluate(MARKS)
    held.page.locator("#sketch .cl").first.focus()
    held.page.set_viewport_size({"width": 1100, "height": 800})
    marks = held.changed(before)
    page = held.release()
    assert page.evaluate(MARKS) == marks
    assert page.evaluate("document.activeElement.closest('.leaflet-marker-icon') !== null")


def test_what_was_set_before_leaflet_came_holds(visit: Any) -> None:
    held = Held(visit, "/")
    held.page.click("#legend-layers summary")
    for layer in ("shade", "names"):
        held.page.uncheck(f"#layers [value={layer}]")
    held.page.focus("#year")
    held.page.keyboard.press("Home")
    page = held.release()
    page.wait_for_function("() => document.querySelector('#stock b')?.textContent === '2015'")
    assert page.evaluate("document.querySelector('.leaflet-names-pane').hidden")
    assert (
        len(set(page.eval_on_selector_all("path.leaflet-interactive", "all => all.map((p) => p.getAttribute('fill'))")))
        == 1
    )


def test_a_district_is_opened_before_leaflet_is_there(visit: Any) -> None:
    held = Held(visit, "/#11.3/31.7/119.95")
    held.page.evaluate(
        "document.querySelector('#sketch a').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))"
    )
    held.page.wait_for_url("**division=320402#map", wait_until="domcontentloaded")
    assert held.page.inner_text("#scope").endswith("天宁区")


def test_leaflet_waits_while_the_mouse_is_down(visit: Any) -> None:
    held = Held(visit, "/")
    box = held.page.locator("#sketch .cl").first.bounding_box()
    held.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    held.page.mouse.down()
    held.let_go()
    held.page.wait_for_function("() => window.registryShell")
    assert held.page.get_attribute("html", "data-map") == "drawn"
    held.page.mouse.up()
    held.page.wait_for_selector("html[data-map=ready]")
    assert "#" in held.page.url


@pytest.mark.parametrize("missing", [SCRIPT, "**/leaflet.js*"])
def test_a_missing_script_is_said_and_the_picture_stays(visit: Any, chromium: Any, missing: str) -> None:
    page = visit("/about")
    address = page.url.removesuffix("/about") + "/"
    with chromium.new_context() as context:
        page = context.new_page()
        errors: list[Any] = []
        page.on("pageerror", lambda error: errors.append(error))
        page.route(missing, lambda route: route.abort())
        page.goto(address)
        page.wait_for_selector("#map-note:not([hidden])")
        assert page.inner_text("#map-note").startswith("没有读到数据")
        assert page.locator("#sketch .cl").count() >= 4
        assert errors == []


def test_without_script_the_districts_are_a_map(visit: Any) -> None:
    page = visit("/", java_script_enabled=False)
    names = page.locator("#sketch text").all_text_contents()
    assert len(names) == 6
    assert "溧阳市 44 个" in names
    with page.expect_navigation():
        page.locator("#sketch a").nth(5).click(position={"x": 60, "y": 90})
    assert page.url.endswith("division=320481#map")


def test_axe_finds_nothing_in_the_first_picture(audit: Any) -> None:
    assert audit("/", hold=SCRIPT, wait="html[data-map=drawn]") == []
