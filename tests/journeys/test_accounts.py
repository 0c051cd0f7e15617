"""Account pages in a real browser: accessible for every role, no wider than a phone, usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from registry.models import Account
from registry.services.accounts import messages
from registry.services.accounts.second_factor import new_secret
from registry.terms import Role
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.axe.reading import axe_faults
from tests.journeys.conftest import Watch

pytestmark = [pytest.mark.journey]

OPEN = ("/sign-in", "/register", "/reset")
OWN = ("/account", "/account/password", "/account/second-factor", "/inbox")
PAGES = {
    Role.ENTERPRISE: (*OWN, "/enterprise/team"),
    Role.ADMINISTRATOR: (
        *OWN, "/admin/accounts", "/admin/accounts?q=nobody", "/admin/accounts/new", "/admin/accounts/{id}",
        "/admin/memberships", "/admin/audit", "/admin/audit?account=nobody@example.com", "/review",
    ),
    Role.EXPERT: ("/account/second-factor",),
}  # fmt: skip
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def signed_in(chromium: Chromium, demo_app: Flask, site: str) -> Iterator[Any]:
    """`signed_in(role, **options)` is a browser context of somebody with that role, with the id."""
    contexts: list[BrowserContext] = []

    def build(role: Role, **options: Any) -> tuple[BrowserContext, int]:
        with demo_app.extensions["registry"].write() as session:
            firm = people.enterprise(session, "演示账户测试有限公司") if role is Role.ENTERPRISE else None
            secret = new_secret() if role is Role.EXPERT else None
            made = people.make_account(
                session, role, enterprise=firm, is_owner=firm is not None, known_password=True, totp_secret=secret
            )
            if firm is not None:
                people.make_account(session, role, enterprise=firm, standing="pending")
            messages.notify(session, [made.id], subject="材料已退回", body="请补充第二项。\n谢谢。")
            session.commit()
            person = made.id
        context = chromium.new_context(locale="zh-CN", **options)
        contexts.append(context)
        token = people.session_token(demo_app, person)
        context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
        return context, person

    yield build
    for context in contexts:
        context.close()


def faults(page: Any) -> list[str]:
    return [f"{page.url} {fault}" for fault in axe_faults(page)]


@pytest.mark.parametrize("width", [1440, 360])
def test_pages_are_accessible_and_fit(signed_in: Any, chromium: Chromium, site: str, width: int) -> None:
    options = {"viewport": {"width": width, "height": 900}, "bypass_csp": True}
    found = []
    for role, paths in PAGES.items():
        context, person = signed_in(role, **options)
        page = context.new_page()
        for path in paths:
            page.goto(site + path.replace("{id}", str(person)))
            found += faults(page)
            if page.evaluate(WIDER):
                found.append(f"{path} is wider than {width}")
    anonymous = chromium.new_context(locale="zh-CN", **options)
    page = anonymous.new_page()
    for path in OPEN:
        page.goto(site + path)
        page.keyboard.press("Tab")
        found += faults(page)
        if page.evaluate(WIDER):
            found.append(f"{path} is wider than {width}")
    anonymous.close()
    assert found == []


def test_large_text_fits_a_phone(signed_in: Any, site: str) -> None:
    context, _person = signed_in(Role.ADMINISTRATOR, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site + "/account")
    page.click("#size")
    wide = []
    for path in ("/account", "/admin/accounts", "/admin/audit", "/account/second-factor"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.dataset.size") == "large"
        if page.evaluate(WIDER):
            wide.append(path)
    assert wide == []


def test_signing_in_with_a_mistake_by_keyboard_alone(demo_app: Flask, chromium: Chromium, site: str) -> None:
    with demo_app.extensions["registry"].write() as session:
        email = people.make_account(session, Role.EXPERT, known_password=True).email
        session.commit()
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    watch = Watch(site)
    watch.follow(page)
    page.goto(site + "/inbox")
    page.focus("#email")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("a-wrong-password")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("#errors li") == "邮箱或密码不对。"
    assert page.input_value("#email") == email
    page.focus("#password")
    page.keyboard.type(people.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site + "/inbox")
    page.get_by_role("button", name="退出").press("Enter")
    page.wait_for_url(site + "/sign-in?done=signed_out")
    context.close()
    # The refused sign-in answers 422, which browsers report as a failed load; nothing else may complain.
    assert [complaint for complaint in watch.complaints if "422" not in complaint] == []


def test_the_qr_code_is_drawn_and_the_policy_holds(signed_in: Any, demo_app: Flask, site: str) -> None:
    context, person = signed_in(Role.ADMINISTRATOR)
    page = context.new_page()
    watch = Watch(site)
    watch.follow(page)
    page.goto(site + "/account/second-factor")
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] >= 150
    assert watch.complaints == []
    with demo_app.extensions["registry"].read() as session:
        assert session.get_one(Account, person).totp_secret is None
