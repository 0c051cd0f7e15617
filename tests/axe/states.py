"""The states in which pages are asked: each address as one person sees it, and what a person does on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import func, select

from registry.models import Account
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.axe.reading import axe_faults
from tests.browser import Browser
from tests.browser import Page as Read

DESK, PHONE = 1366, 390
LANGUAGES = ("zh", "en")
OWN_VIEW = ("review.queue", "review.case", "today.today", "changes.queue", "panels.panel", "upkeep.project")
"""Pages that differ by who looks at them: each kind of person is a state of its own there."""
FAULTS = (
    "/no-such-page", "/projects?year=x", "/?bbox=1,2", "/projects?page=99", "/projects?q=zzzz", "/?q=zzzz",
    "/statistics?measure=x", "/statistics?status=revoked", "/statistics?q=zzzz", "/calls/999999", "/notices/999999",
)  # fmt: skip
VIEWS = (
    "/?measure=operating_cost", "/?division=none", "/?year=2020&tier=municipal", "/projects?rows=enterprises",
    "/projects?rows=recognitions&sort=-year", "/statistics?group=unit&measure=production_efficiency",
    "/statistics?year_from=2019&year_to=2020", "/embed?tier=national",
)  # fmt: skip
"""Faults in addresses and views that no link of a page has in its first row."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A page as `person` (account `account`; None: nobody) meets it; `act` is what is done there first."""

    person: str
    account: int | None
    path: str
    act: str = ""
    width: int = DESK

    @property
    def name(self) -> str:
        """As it is listed."""
        return " ".join(filter(None, (self.person, self.path, self.act, "" if self.width == DESK else "phone")))


def spoken(path: str, language: str) -> str:
    """An address in a language."""
    return path if language == "zh" else f"{path}{'&' if '?' in path else '?'}lang=en"


@dataclass
class Found:
    """Addresses of pages by the kind of page (route and status), the first of each kind."""

    pages: dict[tuple[str, int], str] = field(default_factory=dict)


def pages_of(app: Flask, browser: Browser, starts: list[str]) -> Found:
    """All pages that links lead to, one of each kind."""
    routes, found = app.url_map.bind("localhost"), Found()
    waiting, asked = list(starts), set[str]()
    while waiting:
        path = waiting.pop(0).split("#")[0]
        try:
            endpoint = str(routes.match(urlsplit(path).path, method="GET")[0])
        except Exception:
            endpoint = "none"
        kind = endpoint if path not in starts else path
        if kind in asked or endpoint == "static":
            continue
        asked.add(kind)
        with browser.client.get(path) as response:
            response.get_data()
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            continue
        found.pages[(kind, response.status_code)] = path
        links = [link.get("href") or "" for link in Read(response).all("a") if not link.get("hreflang")]
        waiting += [link for link in links if link.startswith("/")]
    return found


def people_of(app: Flask) -> list[tuple[str, int]]:
    """(name, account) of one person of each kind."""
    with app.extensions["registry"].read() as session:
        first = select(Account.role, func.min(Account.id)).group_by(Account.role).order_by(Account.role)
        return [(role, number) for role, number in session.execute(first)]


def states(app: Flask) -> list[State]:
    """All states, in an order that does not change."""
    plain: list[tuple[str, int | None, str]] = []
    public = pages_of(app, Browser(app), ["/", *FAULTS, *VIEWS]).pages
    plain += [("public", None, path) for path in public.values()]
    seen = {endpoint for endpoint, _status in public}
    for role, account in people_of(app):
        own = pages_of(app, people.signed_in(app, account), ["/account", "/review", "/enterprise"]).pages
        for (endpoint, status), path in own.items():
            if status < 400 and (endpoint not in seen or endpoint in OWN_VIEW):
                plain.append((role, account, path))
                seen.add(endpoint)
    made = [
        State(person=person, account=account, path=spoken(path, language))
        for person, account, path in plain
        for language in LANGUAGES
    ]
    return made + list(_acted(app, plain))


def _acted(app: Flask, plain: list[tuple[str, int | None, str]]) -> Iterator[State]:
    """States that come about on a page, each in one language, and main pages on a telephone and in large text."""
    for act in ("zoom", "large", "district"):
        yield State(person="public", account=None, path="/", act=act)
    for number, (person, account, path) in enumerate(plain):
        language = LANGUAGES[number % 2]
        if path in ("/", "/projects", "/statistics", "/calls", "/review", "/review/today", "/enterprise", "/account"):
            yield State(person=person, account=account, path=spoken(path, language), width=PHONE)
            yield State(person=person, account=account, path=spoken(path, language), act="large")
        if person != "public" and "/enterprise/applications/" not in path:
            yield State(person=person, account=account, path=spoken(path, language), act="opened")
        if path.endswith(("/new", "/sign-in", "/register", "/files", "/pauses", "/maintenance", "/outside", "/object")):
            yield State(person=person, account=account, path=spoken(path, language), act="sent empty")


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


def _send_empty(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .btn--main, main form [type=submit]").last.click()


def _zoom(page: Page) -> None:
    zoom = page.evaluate("registryMap.map.getZoom()")
    page.click(".leaflet-control-zoom-in")
    page.wait_for_function(f"() => registryMap.map.getZoom() > {zoom}")
    page.wait_for_function("() => !document.querySelector('.leaflet-zoom-anim')")


def _district(page: Page) -> None:
    with page.expect_navigation():
        page.locator("a[href*='division=']").first.evaluate("(link) => { location.href = link.href; }")
    page.wait_for_selector("html[data-map=ready]")


def _large(page: Page) -> None:
    page.locator("#size").evaluate("(button) => button.click()")


ACTS: dict[str, Callable[[Page], None]] = {
    "opened": _open_all,
    "sent empty": _send_empty,
    "zoom": _zoom,
    "district": _district,
    "large": _large,
}


def run(app: Flask, chromium: Chromium, site: str, asked: list[State]) -> Iterator[tuple[State, list[str]]]:
    """Each state with what axe finds in it; one window a person and width."""
    contexts = dict[tuple[int | None, int], Any]()
    for state in asked:
        place = state.account, state.width
        if place not in contexts:
            # The policy of the pages keeps axe out, as it keeps out every script that is not the site's.
            context = chromium.new_context(
                locale="zh-CN", viewport={"width": state.width, "height": 844}, bypass_csp=True
            )
            if state.account is not None:
                token = people.session_token(app, state.account)
                context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
            contexts[place] = context
        page = contexts[place].new_page()
        page.goto(site + state.path)
        if page.query_selector("#map-data"):
            page.wait_for_selector("html[data-map=ready]")
        if state.act:
            ACTS[state.act](page)
        yield state, axe_faults(page)
        page.evaluate("localStorage.clear()")
        page.close()
    for context in contexts.values():
        context.close()
