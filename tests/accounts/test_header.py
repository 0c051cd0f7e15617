"""The header: a desk's entries stand in groups, each can be reached; public pages never know who reads them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from registry.terms import Role
from tests import people
from tests.browser import Browser, Page

Made = Callable[..., int]
MOST = 7
"""Entries for which a row of 1366 pixels has room beside the name and the tools."""


def links(page: Page, label: str) -> dict[str, str]:
    """Label → address of one of the header's navigations; none where it is absent."""
    found = [nav for nav in page.all("nav") if nav.get("aria-label") == label]
    return {page.text(link): link.get("href") or "" for nav in found for link in nav.iter() if link.get("href")}


def test_every_page_of_a_desk_is_reached_through_its_group(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.MUNICIPAL_REVIEWER))
    main = links(browser.get("/account"), "主导航")
    assert len(main) <= MOST
    found: set[str] = set()
    for label, href in main.items():
        page = browser.get(href)
        group = links(page, "同组页面")
        assert not group or group[next(iter(group))] == href, f"{label} leads to the first page of its group"
        found |= set(group.values()) or {href}
        for inside in group.values():
            beside = browser.get(inside)
            assert links(beside, "同组页面") == group
            current = [link.get("aria-current") for link in beside.all("a") if link.get("aria-current")]
            # Pages have tabs of their own below.
            assert current[:2] == ["true", "page"]
    assert {"/review/changes", "/review/reports", "/publications", "/admin/memberships", "/admin/calls"} <= found
    assert links(browser.get("/account"), "账户与显示")["公开网站"] == "/"


def test_who_reads_is_told_to_the_header_alone(app: Flask, make: Made) -> None:
    anonymous = Browser(app).client.get("/desk.json")
    assert (anonymous.json, anonymous.headers["Cache-Control"]) == ({}, "no-store")
    for role, home in ((Role.DISTRICT_REVIEWER, "/review/today"), (Role.AUDITOR, "/admin/audit")):
        browser = people.signed_in(app, make(role, unit="TNQ" if role is Role.DISTRICT_REVIEWER else None))
        answer = browser.client.get("/desk.json").json
        assert answer == {"label": "我的工作台", "short": "工作台", "href": home, "n": 0, "said": ""}
        assert browser.client.get("/").data == Browser(app).client.get("/").data
    english = browser.client.get("/desk.json?lang=en").json
    assert english is not None
    assert english["label"] == "My desk"
