"""A visit on a phone without a network: downloaded, filled in with the server gone and the browser begun again, sent.

The office changed the same field meanwhile, so one of the two is chosen. Nothing leaves the phone before it is uploaded.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, select

from registry.models import Inspection, InspectionPhoto, LoginSession
from registry.services.inspection.sheet import Change, save_sheet
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.chromium import ARGUMENTS, find_browser
from tests.inspection.conftest import NOW, Bench
from tests.inspection.conftest import bench as bench
from tests.inspection.conftest import inspected as inspected
from tests.inspection.conftest import on_the_day as on_the_day
from tests.served import free_port
from tests.serving import serving
from tests.uploads import samples

KEPT = "async () => [(await Device.all('visits')).map((one) => Object.keys(one.changed)).flat(), (await Device.all('photos')).length, (await caches.keys()).length]"
"""Changed fields, photos and stores of pages on the phone."""
PHOTO = samples.picture()


class Phone:
    """A phone whose browser keeps its data when it is begun again; no console message, no foreign request."""

    def __init__(self, bench: Bench, chromium: Chromium, folder: Path, site: str) -> None:
        self.bench, self.chromium, self.folder, self.site = bench, chromium, folder, site
        self.errors: list[str] = []
        self.begin()

    def begin(self) -> None:
        """Open the browser."""
        self.context: BrowserContext = self.chromium.browser_type.launch_persistent_context(
            self.folder,
            executable_path=find_browser(),
            args=ARGUMENTS,
            locale="zh-CN",
            viewport={"width": 390, "height": 844},
        )

    def sign_in(self, name: str = "lead") -> None:
        """A session of one of the people."""
        token = people.session_token(self.bench.app, self.bench.people[name])
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": self.site, "httpOnly": True}])

    def page(self) -> Page:
        """The sheet, whether there is a server or not."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self._hear(line))
        page.goto(f"{self.site}/review/inspections/{self.bench.ids['visit']}")
        return page

    def _hear(self, line: Any) -> None:
        # What the browser says about a server that is gone, or that answers 401 and 409, is no fault of the page.
        if line.type in ("error", "warning") and "Failed to load resource" not in line.text:
            self.errors.append(line.text)


def stored(bench: Bench) -> Inspection:
    with bench.session() as session:
        found = session.get_one(Inspection, bench.ids["visit"])
        session.expunge(found)
        return found


def device(page: Page) -> Any:
    """The bar that says what is on the phone."""
    return page.locator("#device")


def test_a_visit_without_a_network(bench: Bench, chromium: Chromium, tmp_path: Path) -> None:
    # The server comes back where it was, so that nobody else may have got its place meanwhile.
    port = free_port("127.0.0.1")
    with serving(bench.app, port) as site:
        phone = Phone(bench, chromium, tmp_path / "phone", site)
        phone.sign_in()
        page = phone.page()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="下载到本机").click()
        expect(device(page)).to_contain_text("没有网络也能打开")

    # In the workshop: no network, no server.
    phone.context.set_offline(True)
    page.reload()
    page.locator("#check-line").get_by_text("否").click()
    page.fill("#note-line", "停机检修")
    page.fill("#found-smart_equipment_count-current", "158")
    expect(page.locator("[data-out=found-smart_equipment_count-current]")).to_have_text("比申报少 4")
    page.fill("#remark", "车间写的")
    page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    page.fill("#photo-caption", "装配线")
    page.get_by_role("button", name="加入照片").click()
    expect(page.locator("#waiting figcaption")).to_contain_text("待上传")
    expect(device(page)).to_contain_text("5 处修改、1 张照片待上传")
    expect(page.locator("#sheet-state")).to_contain_text("5 处修改、1 张照片待上传")
    page.get_by_role("button", name="上传", exact=True).click()
    expect(device(page)).to_contain_text("没有网络，或连不上服务器")
    phone.context.close()

    # The phone was off in between; everything is still there.
    phone.begin()
    phone.context.set_offline(True)
    page = phone.page()
    expect(page.locator("#remark")).to_have_value("车间写的")
    expect(page.locator("#check-line input[value=no]")).to_be_checked()
    expect(page.locator("#seen-smart_equipment_count input[value=inputs]")).to_be_checked()
    expect(page.locator("#waiting img")).to_have_attribute("alt", "装配线")

    # The office changes two fields, one of them the same.
    with bench.session() as session:
        office = people.actor_of(session.get_one(people.Account, bench.people["city"]))
        changes = {"remark": Change("", "办公室写的"), "check-mes": Change("", "yes")}
        save_sheet(session, office, bench.ids["visit"], changes, now=NOW)
        session.commit()

    with serving(bench.app, port):
        phone.sign_in()
        phone.context.set_offline(False)
        clash = page.locator("#clashes .clash")
        expect(clash).to_contain_text("车间写的")
        expect(clash).to_contain_text("演示市局审核员")
        expect(clash).to_contain_text("办公室写的")
        # What nobody else touched is on the server already, the photo waits, and the office's other field came in.
        expect(page.locator("#check-mes input[value=yes]")).to_be_checked()
        assert stored(bench).answers["note-line"] == "停机检修"
        assert page.evaluate(KEPT)[:2] == [["remark"], 1]
        clash.get_by_role("button", name="用本机填的").click()
        expect(device(page)).to_contain_text("已上传 1/1")
        assert stored(bench).answers == {
            "check-line": "no", "note-line": "停机检修", "seen-smart_equipment_count": "inputs",
            "found-smart_equipment_count-current": "158", "remark": "车间写的", "check-mes": "yes",
        }  # fmt: skip
        with bench.session() as session:
            [photo] = session.scalars(select(InspectionPhoto))
            assert (photo.sha256, photo.caption) == (hashlib.sha256(PHOTO).hexdigest(), "装配线")
        expect(page.locator("#shots img")).to_have_attribute("alt", "装配线")
        assert page.evaluate(KEPT) == [[], 0, 1]

        _session_over(phone, page)
        _signing_out(phone, page)
    phone.context.close()
    assert phone.errors == []


def _session_over(phone: Phone, page: Page) -> None:
    """The session ends in the workshop: the phone keeps the text, and sends it once somebody signed in again."""
    with phone.bench.session() as session:
        session.execute(delete(LoginSession))
        session.commit()
    page.fill("#remark", "过期以后写的")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(device(page)).to_contain_text("登录已过期，内容已存在本机")
    phone.sign_in("city")
    page.get_by_role("button", name="上传", exact=True).click()
    expect(device(page)).to_contain_text("另一个账户")
    assert stored(phone.bench).answers["remark"] == "车间写的"
    phone.sign_in()
    page.get_by_role("button", name="上传", exact=True).click()
    expect(device(page)).to_contain_text("已保存")
    assert stored(phone.bench).answers["remark"] == "过期以后写的"


def _signing_out(phone: Phone, page: Page) -> None:
    """Signing out with something that is not uploaded asks; afterwards the phone holds nothing."""
    page.fill("#remark", "还没有上传")
    page.get_by_role("button", name="退出").click()
    asked = page.locator("#device-ask")
    expect(asked).to_contain_text("1 处修改、0 张照片没有上传")
    asked.get_by_role("button", name="不退出").click()
    expect(asked).to_have_count(0)
    page.get_by_role("button", name="退出").click()
    asked.get_by_role("button", name="仍然退出并删除").click()
    page.wait_for_url(f"{phone.site}/**")
    expect(page.get_by_role("link", name="登录")).to_be_visible()
    phone.sign_in()
    fresh = phone.page()
    expect(fresh.locator("#remark")).to_have_value("过期以后写的")
    assert fresh.evaluate(KEPT) == [[], 0, 0]


def _add_photo(page: Page, caption: str, content: bytes) -> None:
    page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
    page.fill("#photo-caption", caption)
    page.get_by_role("button", name="加入照片").click()


def test_what_comes_while_a_photo_is_on_its_way_is_sent_after_it(bench: Bench, chromium: Chromium) -> None:
    held: list[Any] = []
    with serving(bench.app) as site, chromium.new_context(locale="zh-CN") as context:
        token = people.session_token(bench.app, bench.people["lead"])
        context.add_cookies([{"name": COOKIE, "value": token, "url": site, "httpOnly": True}])
        page = context.new_page()
        page.route("**/photos", lambda route: route.continue_() if held else held.append(route))
        page.goto(f"{site}/review/inspections/{bench.ids['visit']}")
        _add_photo(page, "装配线", PHOTO)
        while not held:
            page.wait_for_timeout(20)
        _add_photo(page, "仓库", samples.picture(size=(80, 40)))
        expect(page.locator("#waiting figcaption")).to_have_count(2)
        page.fill("#remark", "等的时候写的")
        page.get_by_role("button", name="保存", exact=True).click()
        held[0].continue_()
        expect(page.locator("#shots img")).to_have_count(2)
        expect(device(page)).to_contain_text("已上传 1/1")
        assert page.evaluate(KEPT)[:2] == [[], 0]
    assert stored(bench).answers["remark"] == "等的时候写的"
    with bench.session() as session:
        assert session.scalars(select(InspectionPhoto.caption).order_by(InspectionPhoto.id)).all() == ["装配线", "仓库"]
