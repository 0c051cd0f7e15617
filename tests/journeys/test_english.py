"""English pages in a real browser: what their scripts write, the rules of axe, a phone's width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.views.accounts.identity import COOKIE
from tests import people
from tests.axe.reading import axe_faults
from tests.journeys.conftest import Traffic, _context
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
    wide = ["wider than the window"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    return axe_faults(page) + wide + page.evaluate(UNTOLD)


def english(path: str) -> str:
    """The address for a reader of English."""
    return path + ("&" if "?" in path else "?") + "lang=en"


class Reader(Traffic):
    """A page on a phone."""

    def open(self, address: str) -> None:
        """Open a page and wait until its scripts have asked for nothing more."""
        self.page.goto(address)
        self.settle()


@pytest.fixture
def reader(chromium: Chromium) -> Iterator[Reader]:
    """A reader of English."""
    with _context(chromium, viewport={"width": 390, "height": 844}, bypass_csp=True) as context:
        yield Reader(context.new_page())


def test_public_pages(site: str, reader: Reader) -> None:
    found = {}
    for path in PUBLIC:
        reader.open(site + english(path))
        found[path] = faults(reader.page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_the_words_of_the_map(site: str, reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size({"width": 1366, "height": 768})
    reader.open(site + english("/?q=CZ-000018"))
    page.wait_for_selector(".leaflet-marker-icon.pt")
    page.wait_for_function(
        "document.querySelector('.leaflet-marker-icon.pt .visually-hidden')?.textContent.includes('演示')"
    )
    page.locator(".leaflet-marker-icon.pt").first.click()
    page.wait_for_selector(".pop__item h3")
    assert page.locator(".pop__item a").first.get_attribute("lang") == "zh"
    assert page.evaluate(UNTOLD) == []


def test_signed_in_pages(demo_app: Flask, site: str, reader: Reader) -> None:
    found = {}
    for account, paths in private_pages(demo_app):
        token = people.session_token(demo_app, account)
        reader.page.context.clear_cookies()
        reader.page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
        for name, path in paths.items():
            reader.open(site + english(path))
            found[name] = faults(reader.page)
    assert {name: problems for name, problems in found.items() if problems} == {}
