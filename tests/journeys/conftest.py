"""A real browser against the real server; console, policy reports and foreign requests must stay silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

from tests.axe.reading import axe_faults
from tests.chromium import ARGUMENTS, find_browser
from tests.serving import serving

PATIENCE = 20_000
"""Milliseconds until an expectation must hold: a busy machine is slow, and no test is about that."""
expect.set_options(timeout=PATIENCE)
REPORTER = "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI));"


class Traffic:
    """What a page has asked for since this began and not been given yet. Playwright's own “networkidle” is told once a
    page, so it knows nothing of what a script asks for later."""

    def __init__(self, page: Page) -> None:
        self.page, self.waiting = page, set[Request]()
        page.on("request", lambda request: self.waiting.add(request))
        page.on("requestfinished", lambda request: self.waiting.discard(request))
        page.on("requestfailed", lambda request: self.waiting.discard(request))

    def settle(self) -> None:
        """Wait until nothing is asked for, at three looks that follow each other; a frame is drawn before each."""
        quiet = 0
        while quiet < 3:
            self.page.wait_for_timeout(30)
            quiet = quiet + 1 if self.page.evaluate(STILL) and not self.waiting else 0


def press(page: Page, what: str) -> None:
    """Press something that leads to another page, and wait until that page has come whole: what stood here before
    would answer for it, and a page that has half come has no scripts yet."""
    with page.expect_navigation():
        page.click(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for the session."""
    path = find_browser()
    assert path is not None, "no browser: run python -m tests.chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(demo_app: Flask) -> Iterator[str]:
    """Address of the demo site under waitress on a free loopback port."""
    with serving(demo_app) as address:
        yield address


STILL = """async () => {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return !document.querySelector('.leaflet-zoom-anim, .leaflet-pan-anim');
}"""
"""Whether no map of the page moves once a frame has gone by, since a zoom begins with one."""


@dataclass
class Watch:
    """What a visit must not do."""

    own: str
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to everything the page does."""
        page.on("console", lambda message: self._console(message))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.own:
            self.complaints.append(f"foreign request: {url}")


def _context(chromium: Chromium, **options: Any) -> BrowserContext:
    context = chromium.new_context(locale="zh-CN", **options)
    context.add_init_script(REPORTER)
    return context


@pytest.fixture
def visit(chromium: Chromium, site: str) -> Iterator[Any]:
    """`visit(path, width=…, height=…)` opens a page; at the end nothing may have complained."""
    watch = Watch(site)
    contexts: list[BrowserContext] = []

    def open_page(path: str, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = _context(chromium, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.complaints == []


@pytest.fixture(scope="session")
def audited(chromium: Chromium) -> Iterator[Page]:
    """The tab in which axe reads one page after the other, its policy bypassed for axe only: a tab of its own for each
    would cost more than the page."""
    with _context(chromium, bypass_csp=True) as context:
        yield context.new_page()


@pytest.fixture
def audit(audited: Page, site: str) -> Any:
    """`audit(path, …)` runs axe on a page and returns what it found; what `hold` matches never comes."""

    def run(path: str, *, width: int = 1440, wait: str = "", hold: str = "") -> list[str]:
        audited.set_viewport_size({"width": width, "height": 900})
        if hold:
            audited.route(hold, lambda route: None)
        audited.goto(site + path, wait_until="domcontentloaded" if hold else "load")
        if wait:
            audited.wait_for_selector(wait)
        found = axe_faults(audited)
        audited.unroute_all()
        return found

    return run
