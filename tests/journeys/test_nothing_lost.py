"""Nothing typed into the application form is ever lost: each of the six causes in a real browser, and no script at all.

Expired session, expired form token, double click, failed validation, failed upload, lost network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, func, select

from registry.models import LoginSession, Snapshot
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.applications.conftest import Desk, seat
from tests.journeys.conftest import press, serving

LONG = "演示：装配线改造的做法和成效，" * 20


@pytest.fixture
def desk(make_app: Callable[..., Flask], sqlite_url: str) -> Desk:
    """An enterprise at work (SQLite)."""
    return seat(make_app(sqlite_url))


class Clerk:
    """A person of the enterprise at a browser of their own."""

    def __init__(self, desk: Desk, chromium: Chromium, site: str, **options: Any) -> None:
        self.desk, self.site = desk, site
        self.context: BrowserContext = chromium.new_context(locale="zh-CN", **options)
        self.sign_in()
        self.page: Page = self.context.new_page()

    def sign_in(self, account_id: int | None = None) -> None:
        """A new session, as the sign-in page opens it in another tab."""
        token = people.session_token(self.desk.app, account_id or self.desk.who.clerk.id or 0)
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": self.site, "httpOnly": True}])

    def expire(self) -> None:
        """All sessions end on the server."""
        with self.desk.writing() as session:
            session.execute(delete(LoginSession))

    def forget_token(self) -> None:
        """The browser loses the cookie that its form token belongs to."""
        self.context.clear_cookies(name="registry_form")

    def open(self, key: int, section: str) -> Page:
        """A section of the form."""
        self.page.goto(f"{self.site}/enterprise/applications/{key}?section={section}")
        return self.page

    def copy(self, key: int) -> str | None:
        """What this device keeps of an application."""
        found: str | None = self.page.evaluate("k => localStorage.getItem(k)", f"draft:{key}:{self.desk.who.clerk.id}")
        return found


@pytest.fixture
def clerk(desk: Desk, chromium: Chromium) -> Iterator[Clerk]:
    """The clerk with scripts."""
    with serving(desk.app) as site:
        made = Clerk(desk, chromium, site)
        yield made
        made.context.close()


def status(page: Page) -> Any:
    """The line that tells whether everything is saved."""
    return page.locator("#save-status")


SAVED = re.compile(r"✓ \d\d:\d\d 已自动保存")


def typed(desk: Desk, key: int) -> dict[str, Any]:
    """What is stored of an application, but for the contact that a new one begins with."""
    answers = desk.read(key).answers
    return {name: text for name, text in answers.items() if name not in ("contact_name", "contact_email")}


def test_typing_saves_itself_and_shows_what_follows(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "kpis")
    page.fill("#kpi-operating_cost-current", "300")
    expect(status(page)).to_contain_text(SAVED)
    expect(page.locator("[data-derived=operating_cost]")).to_have_text("降低 21.5%")
    assert clerk.copy(key) is None
    assert desk.read(key).answers["kpi-operating_cost-current"] == "300"
    page.fill("#kpi-defect_rate-current", "150")
    page.locator("#kpi-defect_rate-baseline").focus()
    expect(page.locator("#kpi-defect_rate-current-err")).to_be_visible()
    expect(page.locator("#kpi-defect_rate-current")).to_have_attribute("aria-invalid", "true")
    assert desk.actions(key) == ["application.begin"]


def test_a_link_shows_what_was_typed_last(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "project")
    page.fill("#products", "演示减速器")
    page.get_by_role("link", name="核对并提交").click()
    expect(page.locator("h1")).to_have_text("核对并提交")
    expect(page.locator("main")).to_contain_text("演示减速器")


def test_an_expired_session_loses_nothing(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("empty")
    page = clerk.open(key, "project")
    clerk.expire()
    page.fill("#summary", LONG)
    expect(status(page)).to_contain_text("登录已过期，内容已存在本机。")
    assert status(page).get_by_role("link").get_attribute("target") == "_blank"
    assert LONG in (clerk.copy(key) or "")
    page.click("button[value=next]")
    expect(page).to_have_url(re.compile("section=project"))
    assert page.input_value("#summary") == LONG
    clerk.sign_in()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text(SAVED, timeout=15_000)
    assert desk.read(key).answers["summary"] == LONG.strip()
    assert clerk.copy(key) is None


def test_somebody_elses_session_saves_nothing_in_their_name(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("empty")
    page = clerk.open(key, "project")
    clerk.expire()
    clerk.sign_in(desk.who.checker.id)
    clerk.forget_token()
    page.fill("#products", "齿轮箱")
    expect(status(page)).to_contain_text("现在登录的是另一个账户")
    assert typed(desk, key) == {}
    assert "齿轮箱" in (clerk.copy(key) or "")


def test_an_expired_form_token_loses_nothing(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("empty")
    page = clerk.open(key, "project")
    clerk.forget_token()
    page.fill("#project_name", "演示车间")
    expect(status(page)).to_contain_text(SAVED)
    page.fill("#products", "齿轮箱")
    page.click("button[value=next]")
    expect(page.locator("h1")).to_have_text("建设地点")
    assert typed(desk, key) == {"project_name": "演示车间", "products": "齿轮箱"}


def test_a_double_click_submits_once(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("confirmed")
    clerk.page.goto(f"{clerk.site}/enterprise/applications/{key}/review-page")
    clerk.page.get_by_role("button", name="提交申报").dblclick()
    expect(clerk.page.locator("h1")).to_have_text("演示齿轮箱装配智能车间")
    with desk.writing() as session:
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 1
    assert desk.actions(key).count("application.submit") == 1


def test_a_double_click_on_the_forms_button_saves_and_goes_on(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("empty")
    page = clerk.open(key, "project")
    page.fill("#products", "齿轮箱")
    page.dblclick("button[value=next]")
    expect(page.locator("h1")).to_have_text("建设地点")
    assert typed(desk, key) == {"products": "齿轮箱"}


def test_failed_validation_loses_nothing(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft", lon="31.79", lat="120.02")
    page = clerk.open(key, "project")
    page.fill("#summary", LONG)
    page.fill("#industry_class", "九九")
    page.click("button[value=next]")
    expect(page.locator("h1")).to_have_text("建设地点")
    page.goto(f"{clerk.site}/enterprise/applications/{key}/review-page")
    expect(page.locator("#faults")).to_contain_text("行业小类代码：应为四位数字")
    page.get_by_role("link", name="行业小类代码：应为四位数字").first.click()
    expect(page.locator("h1")).to_have_text("项目信息")
    assert page.input_value("#industry_class") == "九九"
    assert page.input_value("#summary") == LONG.strip()
    assert desk.read(key).status == "draft"


def test_a_message_that_arrives_during_a_press_does_not_lose_the_click(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "project")
    page.fill("#industry_class", "九九")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    box = page.locator("button[value=next]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with page.expect_response(lambda answer: "autosave" in answer.url):
        page.mouse.down()
    # The answer names a fault above the button; the page shows it when the press is over.
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(page.locator("h1")).to_have_text("建设地点")


def test_a_fault_that_was_held_back_while_typing_shows_on_leaving_the_field(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "project")
    page.fill("#industry_class", "九九")
    expect(status(page)).to_contain_text(SAVED)
    expect(page.locator("#industry_class-err")).to_be_hidden()
    page.locator("#products").focus()
    expect(page.locator("#industry_class-err")).to_contain_text("应为四位数字")


def test_a_failed_upload_loses_nothing(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "files")
    box = page.locator("#file-photo-box")
    box.locator("input[name=caption]").fill("车间大门")
    page.set_input_files("#file-photo", {"name": "大门.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"})
    box.get_by_role("button", name="上传").click()
    expect(box.locator(".err").first).to_be_visible()
    expect(box).to_contain_text("大门.jpg")
    # The page would not be left with a file that is not stored, so the person gives it up first.
    box.get_by_role("button", name="放弃").click()
    page.click("button[value=next]")
    expect(page.locator("h1")).to_have_text("承诺")
    assert desk.read(key).answers["summary"] == "演示：装配线全部联网，质量信息可以追溯。"


def test_a_lost_network_loses_nothing(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("empty")
    page = clerk.open(key, "project")
    clerk.context.set_offline(True)
    page.fill("#summary", LONG)
    expect(status(page)).to_contain_text("断网，已存在本机，恢复后自动保存。")
    page.click("button[value=later]")
    expect(page.locator("h1")).to_have_text("项目信息")
    assert page.input_value("#summary") == LONG
    assert typed(desk, key) == {}
    clerk.context.set_offline(False)
    expect(status(page)).to_contain_text(SAVED, timeout=15_000)
    assert desk.read(key).answers["summary"] == LONG.strip()


def test_a_closed_browser_gives_the_text_back_when_asked(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "project")
    clerk.context.set_offline(True)
    page.fill("#products", "新的齿轮箱")
    expect(status(page)).to_contain_text("断网")
    page.close()
    clerk.context.set_offline(False)
    clerk.page = clerk.context.new_page()
    page = clerk.open(key, "project")
    assert page.input_value("#products") == "齿轮箱"
    expect(page.locator("#restore")).to_contain_text("主要产品")
    expect(page.locator("#restore")).to_contain_text("新的齿轮箱")
    page.get_by_role("button", name="恢复本机的内容").click()
    expect(status(page)).to_contain_text(SAVED)
    assert desk.read(key).answers["products"] == "新的齿轮箱"
    assert clerk.copy(key) is None


def test_a_copy_can_be_thrown_away_and_other_sections_tell_of_it(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "project")
    clerk.context.set_offline(True)
    page.fill("#products", "新的齿轮箱")
    expect(status(page)).to_contain_text("断网")
    page.close()
    clerk.context.set_offline(False)
    clerk.page = clerk.context.new_page()
    page = clerk.open(key, "place")
    expect(page.get_by_role("link", name="在“项目信息”部分还有 1 处")).to_be_visible()
    page.fill("#town", "别的街道")
    expect(status(page)).to_contain_text(SAVED)
    assert "新的齿轮箱" in (clerk.copy(key) or "")
    page.get_by_role("link", name="在“项目信息”部分还有 1 处").click()
    page.get_by_role("button", name="不要了，删除本机的副本").click()
    expect(page.locator("#restore")).to_be_hidden()
    assert clerk.copy(key) is None
    assert desk.read(key).answers["products"] == "齿轮箱"


def test_two_people_at_the_same_field_choose(desk: Desk, clerk: Clerk) -> None:
    key = desk.make("draft")
    page = clerk.open(key, "place")
    other = desk.checker()
    other.submit(
        other.get(f"/enterprise/applications/{key}?section=place"), {"town": "甲镇"}, button=("go", "stay"), status=303
    )
    page.fill("#town", "乙镇")
    expect(status(page)).to_contain_text("这份申报在别处也改过，请选择用哪一份。")
    status(page).get_by_role("button", name="比较并选择").click()
    expect(page.locator("h1")).to_have_text("请选择用哪一份内容")
    assert page.locator(".side__text").all_text_contents() == ["甲镇", "乙镇"]
    page.get_by_role("button", name="按选择保存").click()
    expect(page.locator("h1")).to_have_text("企业信息")
    assert desk.read(key).answers["town"] == "乙镇"


def test_without_scripts_an_expired_session_loses_nothing(desk: Desk, chromium: Chromium) -> None:
    key = desk.make("empty")
    with serving(desk.app) as site:
        plain = Clerk(desk, chromium, site, java_script_enabled=False)
        page = plain.open(key, "project")
        page.fill("#project_name", "演示车间")
        page.fill("#summary", "第一行\n第二行")
        plain.expire()
        press(page, "button[value=next]")
        expect(page.locator("h1")).to_have_text("内容还没有保存")
        plain.sign_in()
        press(page, "button:has-text('继续保存')")
        if page.locator("h1").text_content() == "内容还没有保存":
            # The token of the carried page belonged to the old session; the page comes back with a fresh one.
            press(page, "button:has-text('继续保存')")
        expect(page.locator("h1")).to_have_text("建设地点")
        assert urlsplit(page.url).path == f"/enterprise/applications/{key}"
        assert typed(desk, key) == {"project_name": "演示车间", "summary": "第一行\n第二行"}
        plain.context.close()
