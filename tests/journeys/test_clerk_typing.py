"""How a clerk fills in the form: both coordinates pasted at once, and a telephone's small screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.applications.conftest import seat
from tests.journeys.conftest import serving
from tests.journeys.test_nothing_lost import Clerk


@pytest.mark.parametrize(("field", "text"), [("#lon", "119.95,31.77"), ("#lat", "31.77，119.95")])
def test_a_copied_pair_goes_where_it_belongs(
    make_app: Callable[..., Flask], sqlite_url: str, chromium: Chromium, field: str, text: str
) -> None:
    desk = seat(make_app(sqlite_url))
    key = desk.make("empty")
    with serving(desk.app) as site:
        clerk = Clerk(desk, chromium, site)
        page = clerk.open(key, "place")
        page.wait_for_selector("html[data-place=ready]")
        page.check("input[name=system][value=GCJ02]")
        page.fill(field, text)
        page.press(field, "Tab")
        expect(page.locator("#lon")).to_have_value("119.95")
        expect(page.locator("#lat")).to_have_value("31.77")
        expect(page.locator("#save-status")).to_contain_text("已自动保存")
        clerk.context.close()
    answers = desk.read(key).answers
    assert (answers["lon"], answers["lat"], answers["system"]) == ("119.95", "31.77", "GCJ02")


def test_on_a_telephone_the_bar_is_one_row_and_the_part_at_hand_in_sight(
    make_app: Callable[..., Flask], sqlite_url: str, chromium: Chromium
) -> None:
    desk = seat(make_app(sqlite_url))
    key = desk.make("draft")
    with serving(desk.app) as site:
        clerk = Clerk(desk, chromium, site, viewport={"width": 390, "height": 844})
        page = clerk.open(key, "criteria")
        expect(page.locator(".steps [aria-current]")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="上一部分")).to_be_hidden()
        tops = {box["y"] for button in page.locator(".savebar .btn:visible").all() if (box := button.bounding_box())}
        assert len(tops) == 1
        clerk.context.close()
