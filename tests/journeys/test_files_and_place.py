"""What a clerk does with files and the map: sending with progress and after a lost network, placing by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from registry.models import Application, Attachment
from registry.views.accounts.identity import COOKIE
from tests import applicants as stage
from tests import people
from tests.axe.reading import axe_faults
from tests.journeys.conftest import REPORTER, Watch, press, serving
from tests.uploads import samples


@dataclass
class Desk:
    """A clerk's browser at a draft."""

    app: Flask
    address: str
    application: int
    context: BrowserContext
    watch: Watch

    def open(self, section: str, *, width: int = 1440, **more: str) -> Page:
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        self.watch.follow(page)
        query = "&".join(f"{name}={value}" for name, value in ({"section": section} | more).items())
        page.goto(f"{self.address}/enterprise/applications/{self.application}?{query}")
        return page

    def files(self) -> list[tuple[str, str]]:
        with self.app.extensions["registry"].read() as session:
            present = select(Attachment).where(Attachment.removed_at.is_(None)).order_by(Attachment.id)
            return [(row.filename, row.caption) for row in session.scalars(present)]

    def answers(self) -> dict[str, str]:
        with self.app.extensions["registry"].read() as session:
            return session.get_one(Application, self.application).answers


@pytest.fixture
def desk(chromium: Chromium, make_app: Callable[..., Flask], sqlite_url: str) -> Iterator[Desk]:
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        who = stage.cast(session)
        places = {"system": "", "lon": "", "lat": ""}
        number = stage.drafted(session, stage.open_call(session), who, **places).id
        session.commit()
    token = people.session_token(app, who.clerk.id or 0)
    with serving(app) as address:
        watch = Watch(address)
        context = chromium.new_context(locale="zh-CN")
        context.add_init_script(REPORTER)
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        yield Desk(app, address, number, context, watch)
        context.close()
    assert watch.complaints == []


def choose(page: Page, field: str, *files: tuple[str, bytes]) -> None:
    """Choose files as a person does."""
    payload: Any = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files
    ]
    page.set_input_files(f"#{field}", payload)
    if field == "file-photo":
        page.fill("#file-photo-caption", "演示照片")


def send(page: Page, field: str) -> None:
    page.click(f"#{field}-box form.upload button[type=submit]")


def test_files_are_sent_described_and_removed_without_leaving_the_page(desk: Desk) -> None:
    page = desk.open("files")
    choose(page, "file-photo", ("大门.jpg", samples.picture()), ("内景.png", samples.picture("PNG")))
    page.fill("#file-photo-caption", "")
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .uploads .err")
    assert page.inner_text("#file-photo-box .uploads .err") == "请给照片写一句说明，如“装配线全景”。"
    assert page.evaluate("document.activeElement.id") == "file-photo-caption"
    page.fill("#file-photo-caption", "演示车间")
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .filelist li:nth-child(2)")
    assert page.inner_text("#file-photo-h .chip") == "已有 2 个"
    assert desk.files() == [("大门.jpg", "演示车间"), ("内景.png", "演示车间")]
    page.fill("#file-photo-box .filelist li:first-child .file__caption .input", "演示大门")
    page.click("#file-photo-box .filelist li:first-child .file__caption button")
    expect(page.locator("#file-photo-box img").first).to_have_attribute("alt", "演示大门")
    page.click("#file-photo-box .filelist li:nth-child(2) button:has-text('移除')")
    page.wait_for_selector("#file-photo-box .filelist li:nth-child(2)", state="detached")
    assert desk.files() == [("大门.jpg", "演示大门")]
    page.wait_for_function("() => document.querySelector('.file__picture').naturalWidth === 60")


def test_going_on_sends_what_was_chosen_and_stays_where_a_file_is_refused(desk: Desk) -> None:
    page = desk.open("files")
    choose(page, "file-business_license", ("坏.exe", b"MZ"))
    page.get_by_role("button", name="下一部分").click()
    expect(page.locator("#file-business_license-box")).to_contain_text("放弃")
    expect(page.locator("h1")).to_have_text("附件")
    page.get_by_role("button", name="放弃").click()
    choose(page, "file-business_license", ("营业执照.pdf", samples.pdf()))
    page.get_by_role("button", name="下一部分").click()
    expect(page.locator("h1")).to_have_text("承诺")
    assert [name for name, _caption in desk.files()] == ["营业执照.pdf"]


def test_what_the_browser_or_the_server_refuses_is_said_beside_the_file(desk: Desk, tmp_path: Path) -> None:
    page = desk.open("files")
    contents = {"说明.pdf": samples.pdf(), "空.jpg": b"", "大.jpg": bytes(21 * 1024 * 1024)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    page.set_input_files("#file-photo", [tmp_path / name for name in contents])
    page.fill("#file-photo-caption", "演示照片")
    send(page, "file-photo")
    said = page.locator("#file-photo-box .uploads .err")
    said.nth(2).wait_for()
    assert said.all_inner_texts() == [
        "这里可以上传 JPG、PNG、WebP。",
        "文件是空的（0 字节）：请重新选择。",
        "文件超过 20 MB：请压缩图片、降低扫描分辨率或分成几个文件。",
    ]
    desk.watch.complaints.clear()
    choose(page, "file-other", ("断.jpg", samples.picture()[:-200]))
    send(page, "file-other")
    page.wait_for_selector("#file-other-box .uploads .err")
    assert (
        page.inner_text("#file-other-box .uploads .err")
        == "断.jpg：图片不完整或已损坏，无法打开：请重新拍摄或另存后再上传。"
    )
    page.click("#file-other-box .uploads button:has-text('放弃')")
    assert page.locator("#file-other-box .uploads li").count() == 0
    assert desk.files() == []
    # The browser itself notes an answer 422 in its console.
    assert {text.split("(")[0] for text in desk.watch.complaints} == {
        "error: Failed to load resource: the server responded with a status of 422 "
    }
    desk.watch.complaints.clear()


def test_a_lost_network_loses_no_chosen_file(desk: Desk) -> None:
    page = desk.open("files")
    choose(page, "file-photo", ("大门.jpg", samples.picture()))
    page.fill("#file-photo-caption", "演示大门")
    desk.context.set_offline(True)
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .uploads .err")
    assert page.inner_text("#file-photo-box .uploads .err").startswith("网络中断，文件还在这里")
    desk.context.set_offline(False)
    page.wait_for_selector("#file-photo-box .filelist li")
    assert desk.files() == [("大门.jpg", "演示大门")]
    assert [text for text in desk.watch.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []
    desk.watch.complaints.clear()


def test_a_form_token_that_ran_out_is_renewed_on_the_way(desk: Desk) -> None:
    page = desk.open("files")
    page.evaluate("for (const input of document.querySelectorAll('[name=csrf_token]')) input.value = 'old'")
    choose(page, "file-photo", ("大门.jpg", samples.picture()))
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .filelist li")
    assert desk.files() == [("大门.jpg", "演示照片")]
    desk.watch.complaints.clear()


def test_an_ended_session_keeps_the_file_until_signed_in_again(desk: Desk) -> None:
    page = desk.open("files")
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name=COOKIE)
    choose(page, "file-photo", ("大门.jpg", samples.picture()))
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .uploads .err")
    assert page.inner_text("#file-photo-box .uploads .err").startswith("登录已过期，文件还在这里")
    desk.context.add_cookies([cookie for cookie in cookies if cookie["name"] == COOKIE])  # type: ignore[misc]
    page.click("#file-photo-box .uploads button:has-text('重试')")
    page.wait_for_selector("#file-photo-box .filelist li")
    assert desk.files() == [("大门.jpg", "演示照片")]
    desk.watch.complaints.clear()


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-place=ready]")


def say(page: Page, words: str) -> None:
    expect(page.locator("#place-say")).to_contain_text(words)


def pair(page: Page) -> tuple[float, float]:
    return float(page.input_value("#lon")), float(page.input_value("#lat"))


def test_a_click_and_a_drag_place_the_workshop_and_the_form_saves_it(desk: Desk) -> None:
    page = desk.open("place")
    ready(page)
    box = page.locator("#place-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.55)
    page.wait_for_selector(".pin")
    say(page, "位于")
    assert page.is_checked("input[name=system][value=WGS84]")
    before = pair(page)
    pin = page.locator(".pin").bounding_box()
    assert pin is not None
    page.mouse.move(pin["x"] + 15, pin["y"] + 15)
    page.mouse.down()
    page.mouse.move(pin["x"] + 55, pin["y"] - 15, steps=8)
    page.mouse.up()
    expect(page.locator("#lon")).not_to_have_value(f"{before[0]:.6f}")
    after = pair(page)
    assert (after[0] > before[0], after[1] > before[1]) == (True, True)
    page.wait_for_selector("#save-status:has-text('已自动保存')")
    stored = desk.answers()
    assert (stored["system"], float(stored["lon"]), float(stored["lat"])) == ("WGS84", *after)


def test_the_keyboard_alone_places_the_workshop(desk: Desk) -> None:
    page = desk.open("place")
    ready(page)
    page.focus("#place-put")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('pin')")
    say(page, "位于天宁区")
    start = pair(page)
    page.keyboard.press("ArrowUp")
    up = pair(page)
    page.keyboard.press("Shift+ArrowRight")
    right = pair(page)
    assert (up[0], round((up[1] - start[1]) * 110_870)) == (start[0], 10)
    assert (right[1], round((right[0] - up[0]) * 110_870 * 0.8517)) == (up[1], 100)
    assert page.evaluate("document.activeElement.classList.contains('pin')")


def test_typed_coordinates_move_the_marker_after_conversion(desk: Desk) -> None:
    page = desk.open("place")
    ready(page)
    page.fill("#lon", "119.965310")
    page.fill("#lat", "31.704852")
    say(page, "请先选择坐标从哪里来")
    page.check("input[name=system][value=GCJ02]")
    say(page, "位于")
    page.wait_for_selector(".pin")
    assert page.evaluate("window.registryMap.map.getZoom()") == 10
    assert pair(page) == (119.96531, 31.704852)
    page.fill("#lon", "31.704852")
    page.fill("#lat", "119.965310")
    say(page, "经度和纬度填反了")
    page.click("#place-swap")
    say(page, "位于")
    assert pair(page) == (119.96531, 31.704852)
    assert page.is_hidden("#place-swap")
    page.fill("#lon", "120.9")
    say(page, "位置在市域边界以外约 ")
    page.fill("#lat", "")
    expect(page.locator("#place-say")).to_be_empty()
    assert page.locator(".pin").count() == 0


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("section", ["place", "files"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    desk: Desk, chromium: Chromium, section: str, width: int
) -> None:

    browser_context = chromium.new_context(locale="zh-CN", bypass_csp=True, viewport={"width": width, "height": 900})
    browser_context.add_cookies([cookie for cookie in desk.context.cookies() if cookie["name"] == COOKIE])  # type: ignore[misc]
    page = browser_context.new_page()
    page.goto(f"{desk.address}/enterprise/applications/{desk.application}?section={section}")
    if section == "place":
        ready(page)
        page.click("#place-put")
        say(page, "位于天宁区")
    else:
        choose(page, "file-photo", ("大门.jpg", samples.picture()), ("坏.pdf", samples.pdf()))
        send(page, "file-photo")
        page.wait_for_selector("#file-photo-box .uploads .err")
        page.wait_for_selector("#file-photo-box .filelist li")
    found = axe_faults(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    browser_context.close()
    assert (found, wide) == ([], False)


def test_without_javascript_the_plain_forms_do_the_same(desk: Desk, chromium: Chromium) -> None:
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False)
    context.add_cookies([cookie for cookie in desk.context.cookies() if cookie["name"] == COOKIE])  # type: ignore[misc]
    page = context.new_page()
    page.goto(f"{desk.address}/enterprise/applications/{desk.application}?section=files")
    choose(page, "file-photo", ("大门.jpg", samples.picture()))
    page.fill("#file-photo-caption", "演示大门")
    send(page, "file-photo")
    page.wait_for_selector("#file-photo-box .filelist li")
    assert "section=files" in page.url
    choose(page, "file-photo", ("空.jpg", b""))
    page.fill("#file-photo-caption", "第二张")
    send(page, "file-photo")
    page.wait_for_selector("#errors")
    assert page.input_value("#file-photo-caption") == "第二张"
    press(page, "#file-photo-box .filelist li button:has-text('移除')")
    assert desk.files() == []
    page.goto(f"{desk.address}/enterprise/applications/{desk.application}?section=place")
    assert (page.is_visible("#lon"), page.is_hidden("#place")) == (True, True)
    context.close()
