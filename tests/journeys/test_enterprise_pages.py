"""The enterprise's pages in a real browser: accessible in every state, silent, never wider than the window, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from registry.views.accounts.identity import COOKIE
from tests import people
from tests.applications.conftest import Desk, seat
from tests.axe.reading import axe_faults
from tests.journeys.conftest import REPORTER, serving


@pytest.fixture
def desk(make_app: Callable[..., Flask], sqlite_url: str) -> Desk:
    """An enterprise at work (SQLite)."""
    return seat(make_app(sqlite_url))


@pytest.fixture
def visit(desk: Desk, chromium: Chromium) -> Iterator[Callable[..., Page]]:
    """`visit(path, …)` opens a page as the clerk; nothing may have complained at the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    with serving(desk.app) as site:

        def open_page(path: str, *, width: int = 1440, **options: Any) -> Page:
            context = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, **options)
            context.add_init_script(REPORTER)
            token = people.session_token(desk.app, desk.who.clerk.id or 0)
            context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
            contexts.append(context)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(site + path)
            return page

        yield open_page
        for context in contexts:
            context.close()
    assert complaints == []


def paths(desk: Desk) -> list[str]:
    """Every page of this side in the states that differ."""
    empty, returned, ready = desk.make("empty"), desk.make("returned"), desk.make("draft", project_name="另一车间")
    base = "/enterprise/applications"
    sections = ("enterprise", "project", "place", "kpis", "criteria", "files", "commitment")
    return [
        "/enterprise",
        f"/enterprise/begin?call={desk.call_id}",
        "/enterprise/begin",
        *(f"{base}/{empty}?section={section}&check=1" for section in sections),
        *(f"{base}/{returned}?section={section}" for section in ("place", "kpis", "files")),
        f"{base}/{empty}/review-page",
        f"{base}/{ready}/review-page",
        f"{base}/{returned}/review-page",
        f"{base}/{returned}/withdraw",
        f"{base}/{returned}/print",
        f"{base}/{desk.make('proposed', project_name='第三车间')}",
    ]


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_no_page_is_too_wide(desk: Desk, visit: Callable[..., Page], width: int) -> None:
    found = {}
    page = visit("/enterprise", width=width, bypass_csp=True)
    site = page.url.removesuffix("/enterprise")
    for path in paths(desk):
        page.goto(site + path)
        if "section=place" in path:
            page.wait_for_selector("html[data-place=ready]")
        found[path] = axe_faults(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if too_wide:
            found[path].append("wider than the window")
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_pages_keep_the_policy_and_the_console_silent(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit("/enterprise")
    site = page.url.removesuffix("/enterprise")
    answers = {path: page.goto(site + path) for path in paths(desk)}
    assert {path: answer.status for path, answer in answers.items() if answer and answer.status != 200} == {}
    # The fixture complains of whatever a page said or asked for on the way.


def test_a_section_by_keyboard_alone(desk: Desk, visit: Callable[..., Page]) -> None:
    key = desk.make("empty")
    page = visit(f"/enterprise/applications/{key}?section=project")
    page.locator("#project_name").focus()
    page.keyboard.type("演示车间")
    page.keyboard.press("Tab")
    page.keyboard.type("齿轮箱")
    page.keyboard.press("Tab")
    page.keyboard.type("34")
    page.keyboard.press("Enter")
    expect(page.locator("#save-status")).to_contain_text(re.compile("已自动保存|上次保存"))
    stored = desk.read(key).answers
    assert (stored["project_name"], stored["products"]) == ("演示车间", "齿轮箱")
    expect(page.locator("h1")).to_have_text("项目信息")
    while page.evaluate("document.activeElement.value") != "next":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("建设地点")


def test_paper_has_no_navigation_and_keeps_the_code(desk: Desk, visit: Callable[..., Page]) -> None:
    key = desk.make("submitted")
    page = visit(f"/enterprise/applications/{key}/print")
    page.emulate_media(media="print")
    expect(page.locator(".stamp .mono")).to_be_visible()
    expect(page.get_by_text("企业盖章：")).to_be_visible()
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("#print")).to_be_hidden()
