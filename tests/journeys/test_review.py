"""The workbench in a real browser: by keyboard alone, with the library of phrases, axe on every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.terms import ApplicationStatus as S
from registry.views.accounts.identity import COOKIE
from tests import applicants, people
from tests.axe.reading import axe_faults
from tests.journeys.conftest import REPORTER, Watch, press, serving
from tests.review.conftest import Desk, make_desk

EXPECTED = ("status of 422", "status of 409")


@pytest.fixture
def desk(make_app: Callable[..., Flask], sqlite_url: str) -> Desk:
    """A desk on SQLite with a few applications."""
    made = make_desk(make_app(sqlite_url))
    for _ in range(3):
        made.add()
    return made


@pytest.fixture
def officer(desk: Desk, chromium: Chromium) -> Iterator[Any]:
    """`officer(name, path)` opens a page signed in; nothing may complain but the refusals asked for."""
    contexts = []
    with serving(desk.app) as site:
        watch = Watch(site)

        def open_page(name: str, path: str, *, width: int = 1440, **options: Any) -> Page:
            context = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, **options)
            context.add_init_script(REPORTER)
            token = people.session_token(desk.app, int(desk.actors[name].id or 0))
            context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
            contexts.append(context)
            page = context.new_page()
            watch.follow(page)
            page.goto(site + path)
            return page

        yield open_page
        for context in contexts:
            context.close()
    assert [text for text in watch.complaints if not any(word in text for word in EXPECTED)] == []


def test_an_officer_returns_one_by_keyboard_alone(desk: Desk, officer: Any) -> None:
    page = officer("TNQ", "/review")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/2")
    page.keyboard.press("r")
    page.wait_for_url("**step=return**")
    page.focus("summary:has-text('写意见：主要产品')")
    page.keyboard.press("Enter")
    # The page moves the cursor once the box has opened; who types before that types into nothing.
    page.wait_for_function("() => document.activeElement.id === 'remark-products'")
    page.keyboard.type("请写明型号。")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.getElementById('remark-products').value.includes('营业执照')")
    page.focus("#bar button[form=step]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/2?done=return*")
    stored = desk.find(2)
    assert (stored.status, stored.open_fields) == (S.RETURNED, ["products"])


def test_selecting_and_the_sticky_bar(officer: Any) -> None:
    page = officer("TNQ", "/review")
    assert not page.is_visible(".bulk")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text("#picked") == "已选 1 项"
    page.check("#pick-all")
    assert page.inner_text("#picked") == "已选 3 项"
    page.click("#unpick")
    assert not page.is_visible(".bulk")
    page.keyboard.press("?")
    assert page.get_attribute("#keys", "open") is not None
    page.keyboard.press("/")
    page.keyboard.type("第2")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("tbody tr").count() == 1


def test_without_javascript_the_bulk_bar_works(desk: Desk, officer: Any) -> None:
    page = officer("TNQ", "/review", java_script_enabled=False)
    page.check("tbody tr:nth-child(1) input")
    press(page, "button[value=recommend]")
    assert "不能办理 1 项" in page.inner_text("main")


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing(desk: Desk, officer: Any, width: int) -> None:
    desk.change(1, step_since=applicants.NOW.replace(year=2025))
    desk.change(3, lon=desk.find(1).lon, lat=desk.find(1).lat)
    states = [
        ("TNQ", "/review"),
        ("TNQ", "/review?q=nothing"),
        ("TNQ", "/review/1"),
        ("TNQ", "/review/1?step=return"),
        ("TNQ", "/review/1?step=recommend"),
        ("TNQ", "/review?due=late"),
        ("TNQ", "/review/sheets/upload"),
        ("TNQ", "/account"),
        ("city", "/review?tab=all"),
        ("city", "/review/1"),
        ("city", "/review/phrases"),
        ("publisher", "/review?tab=all"),
    ]
    found = []
    desks = {name: officer(name, "/review", width=width, bypass_csp=True) for name in ("TNQ", "city", "publisher")}
    for name, path in states:
        page = desks[name]
        page.goto(urljoin(page.url, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found += [f"{path} {fault}" for fault in axe_faults(page)]
    page = desks["TNQ"]
    page.goto(urljoin(page.url, "/review/1?step=recommend"))
    press(page, "#bar button[form=step]")
    assert page.is_visible("#errors")
    found += [f"422 {fault}" for fault in axe_faults(page)]
    page.goto(urljoin(page.url, "/review"))
    page.check("tbody tr:nth-child(1) input")
    found += [f"selected {fault}" for fault in axe_faults(page)]
    press(page, "button[formaction*='/review/sheets']")
    page.check("input[value=except]")
    found += [f"sheets {fault}" for fault in axe_faults(page)]
    page.go_back()
    page.check("tbody tr:nth-child(1) input")
    press(page, "button[value=recommend]")
    assert "批量办理" in page.inner_text("h1")
    found += [f"bulk {fault}" for fault in axe_faults(page)]
    assert found == []


def test_a_box_is_not_sent_over_what_another_box_holds(desk: Desk, officer: Any) -> None:
    page = officer("TNQ", "/review/1?step=not_recommend")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#message").click()
    page.keyboard.type("不符合条件。")
    page.locator("#note").click()
    page.keyboard.type("已电话告知。")
    with page.expect_event("dialog"):
        page.get_by_role("button", name="保存备注").click()
    assert (asked, page.locator("#message").input_value()) == (["beforeunload"], "不符合条件。")
    page.locator("#message").fill("")
    page.get_by_role("button", name="保存备注").click()
    page.wait_for_url("**done=note")
    assert asked == ["beforeunload"]
