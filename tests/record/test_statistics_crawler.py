"""A crawler over 120 random scopes, each grouping ten times: every number of the statistics page leads to a list of exactly that many."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.filters import ALL_STATUS, GROUPS, Filters, parse
from registry.queries.catalogue.selection import select_projects
from registry.views.web.runtime import Runtime
from tests.browser import Browser, Page
from tests.parsing import SVG, XHTML

SCOPES = 120
GROUPED = ("tier", "category", "unit", "division", "industry", "sector", "year", "size", "ownership", "honor")
POOLS = {
    "tier": ("municipal", "provincial", "national"),
    "category": ("mun_smart_workshop", "mun_demo_smart_workshop", "prov_demo_smart_workshop", "prov_smart_factory"),
    "unit": ("TNQ", "ZLQ", "XBQ", "WJQ", "JTQ", "LYS", "JKQ"),
    "division": ("320402", "320412", "320413", "320481"),
    "industry": ("34", "35", "36", "38", "none"),
    "sector": ("equipment", "electronics", "materials", "consumer", "none"),
    "year": ("2015", "2016", "2018", "2019", "2020", "none"),
    "type": ("workshop", "factory", "supplier"),
    "size": ("small", "large", "none"),
    "ownership": ("private", "state"),
    "honor": ("首台套", "none"),
    "year_from": (2017,),
    "year_to": (2018,),
    "q": ("演示", "齿轮", "有限公司 车间"),
    "as_of": ("2017-12-31", "2019-06-30"),
    "has": ("operating_cost", "smart_equipment_rate"),
    "ladder": ("municipal", "provincial", "municipal-provincial", "provincial-national"),
    "grade": ("2", "3", "4"),
}


def scopes() -> Iterator[Filters]:
    """Random scopes of up to three conditions, some over several states."""
    draw = random.Random(20)
    for number in range(SCOPES):
        chosen: dict[str, object] = {}
        for name in draw.sample(sorted(POOLS), draw.choice([0, 1, 1, 2, 2, 3])):
            value = draw.choice(POOLS[name])
            chosen[name] = value if name in ("q", "as_of", "year_from", "year_to") else (value,)
        status = draw.choice([("valid",), ("valid",), ALL_STATUS, ("revoked",), ("expired",)])
        yield Filters(
            **chosen,
            status=status,
            method=draw.choice(["mean", "pooled", "median"]),
            group=GROUPS[number % len(GROUPS)],
        )  # type: ignore[arg-type]


def links(page: Page) -> Iterator[tuple[str, str]]:
    """(address, words) of every link to a list in the page's own part, in text and in drawings."""
    [main] = page.all("main")
    for namespace in (XHTML, SVG):
        for link in main.iter(f"{namespace}a"):
            href = link.get("href") or ""
            if urlsplit(href).path == "/projects":
                title = link.find(f"{SVG}title")
                yield href, page.text(link if title is None else title)


class Lists:
    """Lengths of the lists at addresses, in a record that stands still; each is counted once."""

    def __init__(self, session: Session, catalogue: Catalogue) -> None:
        self.session, self.catalogue = session, catalogue
        self.known: dict[str, int] = {}

    def length(self, href: str) -> int:
        """How many rows the list at this address has."""
        if href not in self.known:
            filters = parse(parse_qs(urlsplit(href).query), self.catalogue.lists)
            selection = select_projects(self.session, self.catalogue, filters)
            rows = {
                "projects": selection.projects,
                "recognitions": selection.titles,
                "enterprises": selection.enterprises,
            }
            self.known[href] = len(rows[filters.rows])
        return self.known[href]


@pytest.fixture
def lists(demo_app: Flask) -> Iterator[Lists]:
    """The lists of the demo stock."""
    runtime: Runtime = demo_app.extensions["registry"]
    with runtime.read() as session:
        yield Lists(session, runtime.catalogues.current(session))


def added(scope: Filters, given: dict[str, list[str]], name: str) -> bool:
    """Whether a link asks for other values of this condition than its page."""
    return tuple(given.get(name, ())) != getattr(scope, name)


def stated_grades(page: Page) -> dict[str, int]:
    """The counts of the table of grades."""
    return {row[0][0]: int(row[1]) for row in page.rows() if len(row) == 2 and re.fullmatch("[1-5] 级", row[0])}


@pytest.mark.slow
def test_every_number_leads_to_a_list_of_that_many(demo_app: Flask, lists: Lists) -> None:
    browser = Browser(demo_app)
    counts = means = drawn = 0
    conditions: Counter[str] = Counter()
    for scope in scopes():
        query = scope.query()
        page = Page(browser.raw(f"/statistics?{query}"))
        # Programs get every grouping at once, so the interface knows no parameter for it.
        asked_of_api = scope.query(group="unit", measure="total_investment")
        api = browser.raw(f"/api/v1/statistics?{asked_of_api}").json
        for href, words in links(page):
            given = parse_qs(urlsplit(href).query)
            asked = [code for code in given.get("has", []) if code not in scope.has]
            found = lists.length(href)
            narrowed = [name for name in GROUPED if added(scope, given, name)]
            if asked and narrowed:
                # An investment of a group.
                groups = {group["code"] or "none": group["measure"]["n"] for group in api[f"by_{scope.group}"]}
                assert found == groups[given[scope.group][0]], (query, href)
                means += 1
            elif asked:
                # A mean or sum: the list of the projects whose values it is made of.
                assert (found, "rows" in given) == (api["kpis"][asked[0]]["n"], False), (query, href)
                means += 1
            elif "%" in words or "亿" in words or "台" in words:
                # The scope asks for this value already, so every project in it has one.
                assert found == api["projects"], (query, href)
                means += 1
            elif number := re.search(r"(\d+)(?: ?[项个家])?$", words.split("：")[-1]):
                assert found == int(number[1]), (query, words, href)
                counts += 1
                drawn += "：" in words
                # Ladder and grades have no breakdown of their own: their counts are told by the condition they add.
                conditions.update(name for name in ("ladder", "grade") if added(scope, given, name))
            else:
                # A unit's name: the list of its projects in this scope.
                units = {group["code"]: group["projects"] for group in api["by_unit"]}
                assert found == units.get(given["unit"][0], 0), (query, words, href)
        if scope.group == "grade":
            assert stated_grades(page) == api["kpis"]["maturity_level"]["distribution"], query
    assert counts > 50 * SCOPES
    assert conditions["ladder"] > 7 * SCOPES / len(GROUPS)
    assert conditions["grade"] > 2 * SCOPES / len(GROUPS)
    assert means > 2 * SCOPES
    assert drawn > 20 * SCOPES


def test_the_list_page_has_as_many_rows_as_it_says(demo_app: Flask, lists: Lists) -> None:
    """What the crawler counts by the selection is what the page, its files and the interface list."""
    browser = Browser(demo_app)
    for scope in list(scopes())[:6]:
        for rows in ("projects", "recognitions", "enterprises"):
            query = scope.query(rows=rows)
            listed = scope.selection.query(rows=rows)
            total = lists.length(f"/projects?{query}")
            page = browser.get(f"/projects?{query}&per_page=200")
            assert page.text(page.all("h2")[0]).split()[1] == str(total)
            assert browser.raw(f"/api/v1/projects?{listed}&per_page=1").json["total"] == total
            assert len(browser.raw(f"/projects.csv?{query}").data.splitlines()) == total + 1
