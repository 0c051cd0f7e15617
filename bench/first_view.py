"""The first view in a real browser: bytes on the wire, first marker, a click answered, against an empty map.

Our page shows a first picture before Leaflet is there (static/sketch.js): `taken` tells when Leaflet has taken over,
which it does not while the click's zoom is running (250 ms). Blocked time counts up to there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.client import Server
from tests.chromium import ARGUMENTS, find_browser

REPEATS = 7
PATIENCE = 30_000
"""Milliseconds for one view."""

# Notes when the thing to click is there, clicks it, and notes when the page has answered.
PROBE = """(() => {
  const seen = { clicked: 0, answered: 0, taken: 0, blocked: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.blocked += Math.max(0, task.duration - 50);
  }).observe({ type: 'longtask', buffered: true });
  let found = null;
  const answered = () => ANSWERED;
  const look = () => {
    if (!seen.clicked) {
      found = document.querySelector('SELECTOR');
      if (found && document.documentElement.dataset.map) {
        seen.clicked = performance.now();
        const box = found.getBoundingClientRect();
        const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, view: window };
        for (const type of ['mousedown', 'mouseup', 'click']) found.dispatchEvent(new MouseEvent(type, at));
      }
    }
    if (seen.clicked && !seen.answered && answered()) seen.answered = performance.now();
    if (seen.answered && document.documentElement.dataset.map === 'ready') seen.taken = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""
OWN = PROBE.replace("SELECTOR", "#map .cl, #map .pt").replace(
    "ANSWERED", "document.querySelector('.is-zooming, .leaflet-zoom-anim, .leaflet-popup')"
)
"""A click on a cluster zooms, one on a marker opens its popup."""
# From the click on the largest group to the first mark of what lies behind it, on the screen.
ZOOM = """() => new Promise((done) => {
  const pane = document.querySelector('.leaflet-marker-pane');
  const count = (group) => parseInt(group.getAttribute('aria-label'), 10);
  const groups = [...pane.querySelectorAll('.cl')].sort((a, b) => count(b) - count(a));
  const began = performance.now();
  new MutationObserver((changes, self) => {
    if (!changes.some(({ addedNodes }) => addedNodes.length)) return;
    self.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  }).observe(pane, { childList: true });
  groups[0].dispatchEvent(new MouseEvent('click', { bubbles: true }));
})"""
EMPTY = PROBE.replace("SELECTOR", "#map").replace("ANSWERED", "document.documentElement.dataset.answered === 'yes'")


@dataclass(frozen=True)
class View:
    """Medians over the repeats: bytes on the wire, requests, milliseconds."""

    bytes: int
    requests: int
    marker: float
    answered: float
    taken: float
    blocked: float
    zoomed: float = 0.0


def first_views(hello: Server, site: Server) -> tuple[View, View, View]:
    """(empty Leaflet page, the same with a line of Chinese, map page), in turns, each with an empty browser cache."""
    empty, chinese, own = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=ARGUMENTS)
        for _ in range(REPEATS):
            empty.append(_view(browser, f"{hello.address}/map", EMPTY))
            chinese.append(_view(browser, f"{hello.address}/map-chinese", EMPTY))
            own.append(_view(browser, f"{site.address}/", OWN))
        browser.close()
    return _middle(empty), _middle(chinese), _middle(own)


def large_view(site: Server) -> View:
    """The map page alone, with one more zoom; the page itself has been asked for before."""
    site.get("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=ARGUMENTS)
        views = [_view(browser, f"{site.address}/", OWN, then=ZOOM) for _ in range(REPEATS)]
        browser.close()
    return _middle(views)


def _browser() -> str:
    path = find_browser()
    if path is None:
        raise SystemExit("没有可用的浏览器，请先运行 python -m tests.chromium。")
    return path


def _view(browser: Browser, url: str, probe: str, *, then: str = "") -> View:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_init_script(probe)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(url, timeout=PATIENCE)
    # Asked in turns: a function that waits inside the page would need eval, which the policy forbids.
    seen: dict[str, Any] = {"taken": 0}
    until = time.monotonic() + PATIENCE / 1000
    while not seen["taken"] and time.monotonic() < until:
        page.wait_for_timeout(50)
        seen = page.evaluate("() => window.seen")
    if not seen["taken"]:
        raise SystemExit(f"{url}: the map did not answer a click")
    page.wait_for_load_state("networkidle")
    view = View(
        sum(sizes),
        len(sizes),
        seen["clicked"],
        seen["answered"],
        seen["taken"],
        page.evaluate("() => window.seen.blocked"),
        page.evaluate(then) if then else 0.0,
    )
    context.close()
    return view


def _middle(views: list[View]) -> View:
    return View(
        int(median(view.bytes for view in views)),
        int(median(view.requests for view in views)),
        median(view.marker for view in views),
        median(view.answered for view in views),
        median(view.taken for view in views),
        median(view.blocked for view in views),
        median(view.zoomed for view in views),
    )
