"""English pages in a real browser: what their scripts write, the rules of axe, a phone's width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.views.accounts.identity import COOKIE
from tests import people
from tests.journeys.conftest import _context
from tests.private_pages import private_pages

UNTOLD = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (/[\\u3400-\\u9fff]/.test(walk.currentNode.data) && !parent.closest('[lang^=zh], script')) {
      found.push(walk.currentNode.data.trim());
    }
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
      if (/[\\u3400-\\u9fff]/.test(element.getAttribute(name) || '') && !element.closest('[lang^=zh]')) {
        found.push(`${name}: ${element.getAttribute(name)}`);
      }
    }
  }
  return found;
}"""
"""Chinese in the page as it stands now, scripts' work included, outside what is marked as Chinese."""
PUBLIC = ("/", "/?division=320413", "/projects", "/projects/CZ-000018", "/statistics", "/calls/1", "/calls/1/form")


def faults(page: Page) -> list[str]:
    """What axe and the reader of English find on a page, and whether it is wider than the window."""
    results = Axe().run(page)
    found = [f"{one['id']}: {node['html'][:140]}" for one in results.response["violations"] for node in one["nodes"]]
    wide = ["wider than the window"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    return found + wide + page.evaluate(UNTOLD)


def english(path: str) -> str:
    """The address for a reader of English."""
    return path + ("&" if "?" in path else "?") + "lang=en"


@pytest.fixture
def reader(chromium: Chromium) -> Iterator[Page]:
    """A page on a phone."""
    context = _context(chromium, viewport={"width": 390, "height": 844}, bypass_csp=True)
    yield context.new_page()
    context.close()


def test_public_pages(site: str, reader: Page) -> None:
    found = {}
    for path in PUBLIC:
        reader.goto(site + english(path), wait_until="networkidle")
        found[path] = faults(reader)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_the_words_of_the_map(site: str, reader: Page) -> None:
    reader.set_viewport_size({"width": 1366, "height": 768})
    reader.goto(site + english("/?q=CZ-000018"), wait_until="networkidle")
    reader.wait_for_selector(".leaflet-marker-icon.pt")
    reader.wait_for_function(
        "document.querySelector('.leaflet-marker-icon.pt .visually-hidden')?.textContent.includes('演示')"
    )
    reader.locator(".leaflet-marker-icon.pt").first.click()
    reader.wait_for_selector(".pop__item h3")
    assert reader.locator(".pop__item a").first.get_attribute("lang") == "zh"
    assert reader.evaluate(UNTOLD) == []


def test_signed_in_pages(demo_app: Flask, site: str, reader: Page) -> None:
    found = {}
    for account, paths in private_pages(demo_app):
        token = people.session_token(demo_app, account)
        reader.context.clear_cookies()
        reader.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
        for name, path in paths.items():
            reader.goto(site + english(path), wait_until="networkidle")
            found[name] = faults(reader)
    assert {name: problems for name, problems in found.items() if problems} == {}
