"""A bureau's annex goes in by the browser: a few questions, written, taken back, written again from memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.terms import Role
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.imports.listed import counted, public
from tests.journeys.conftest import REPORTER, Watch, press, serving

ROWS = 60
MOST_QUESTIONS = 6
RENAMED = "演示更名后的企业有限公司"
CODE = "91320413DEM000014F"
"""The code of 演示企业01有限公司 in the demo stock."""
SIMILAR = ("常州星河试样机械有限公司", "常州市星河试样机械有限公司", "星河试样机械有限公司")
DONE = "() => document.readyState === 'complete' && !document.querySelector('#progress')"
BLOCKS = (("武进区", 20), ("新北区", 15), ("常州经开区", 10), ("溧阳市", 15))


@dataclass(frozen=True)
class Desk:
    """An officer at his pages."""

    page: Page
    site: str

    def upload(self, path: Path) -> None:
        """Choose the kind and the file, and wait until it is read."""
        self.page.goto(f"{self.site}/admin/imports")
        self.page.select_option("#kind", "projects")
        self.page.set_input_files("#list", path)
        press(self.page, "text=上传并读取")
        self.settle()

    def settle(self) -> None:
        """Wait until the background is done. The page comes anew by itself, and while it comes it is empty: neither the
        work nor a question stands on it, so only a page that has come whole is read."""
        self.page.wait_for_function(DONE, timeout=60_000)

    def press(self, words: str) -> None:
        press(self.page, f"button:has-text('{words}')")
        self.settle()

    def questions(self) -> list[str]:
        """The sentences of the open questions."""
        return self.page.locator("fieldset legend").all_inner_texts()

    def answer_all(self) -> int:
        """Answer until nothing is open, since an answer can lead to a further question; how many there were."""
        count = 0
        while questions := self.questions():
            assert count < 2 * MOST_QUESTIONS, questions
            self.answer()
            count += len(questions)
        return count

    def answer(self) -> None:
        """Agree with what is proposed; of other questions take the choice that says it is the same."""
        for question in self.page.locator("fieldset").all():
            labels = question.locator("label.radio")
            for words in ("采用建议", "就是", "更名", "改名"):
                if labels.filter(has_text=words).count():
                    labels.filter(has_text=words).first.click()
                    break
            else:
                raise AssertionError(question.inner_text())
        self.press("保存并重新核对")


def annex(path: Path) -> Path:
    """The annex of a notice: its number in the title, units merged over their rows, a total below."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附件"
    sheet.append(["附件"])
    sheet.append(["2021年度常州市示范智能车间名单"])
    sheet.append(["（常工信投资〔2021〕88号，排名不分先后）"])
    sheet.append(["序号", "所属辖市、区", "企业名称", "统一社会信用代码", "车间名称"])
    for line in (1, 2, 3):
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=5)
    units = [unit for unit, count in BLOCKS for _row in range(count)]
    for number, unit in enumerate(units, 1):
        name, code = f"演示{chr(0x4E00 + number * 37)}{chr(0x5200 + number * 53)}精工有限公司", None
        if number <= len(SIMILAR):
            name = SIMILAR[number - 1]
        elif number == 30:
            name, code = RENAMED, CODE
        sheet.append([number, unit, name, code, f"{chr(0x5E00 + number * 41)}{chr(0x6200 + number * 29)}件智能车间"])
    first = 5
    for _unit, count in BLOCKS:
        sheet.merge_cells(start_row=first, start_column=2, end_row=first + count - 1, end_column=2)
        first += count
    sheet.append(["合计", None, f"{ROWS}个"])
    book.save(path)
    return path


@pytest.fixture(params=[(1366, 768), (390, 844)], ids=["wide", "narrow"])
def desk(request: pytest.FixtureRequest, demo_app: Flask, chromium: Chromium) -> Iterator[Desk]:
    """A publisher in front of the demo stock, at a desk and with a telephone."""
    with demo_app.extensions["registry"].write() as session:
        account = people.staff(session, Role.PUBLISHER).id
        session.commit()
    width, height = request.param
    with serving(demo_app) as site:
        watch = Watch(site)
        context = chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height})
        context.add_init_script(REPORTER)
        context.add_cookies([{"name": COOKIE, "value": people.session_token(demo_app, account), "url": site}])
        page = context.new_page()
        watch.follow(page)
        yield Desk(page, site)
        context.close()
        demo_app.extensions["imports"].wait(30)
    assert watch.complaints == []


def test_an_annex_goes_in_comes_out_and_goes_in_from_memory(desk: Desk, demo_app: Flask, tmp_path: Path) -> None:
    before = counted(demo_app)["recognitions"]
    path = annex(tmp_path / "关于公布2021年度示范智能车间的通知附件.xlsx")
    desk.upload(path)
    assert desk.page.locator("button:has-text('写入登记')").count() == 0
    asked = desk.answer_all()
    assert 0 < asked <= MOST_QUESTIONS
    assert f"{ROWS}行" in desk.page.locator(".figs").inner_text().replace("\n", "")
    assert "汇总行与各行相符" in desk.page.inner_text("main")
    assert counted(demo_app)["recognitions"] == before

    desk.press("写入登记")
    assert "已写入登记" in desk.page.inner_text("main")
    assert counted(demo_app)["recognitions"] == before + ROWS
    listed = public(demo_app, "/projects.csv?q=常州星河试样机械有限公司")
    assert {row["enterprise"] for row in listed} == {SIMILAR[0]}
    assert len(listed) == len(SIMILAR)
    assert {row["enterprise"] for row in public(demo_app, "/projects.csv?q=演示企业01有限公司")} == {RENAMED}

    desk.press("整批撤回")
    assert "已撤回" in desk.page.inner_text("main")
    assert counted(demo_app)["recognitions"] == before
    assert public(demo_app, f"/projects.csv?q={RENAMED}") == []

    desk.upload(path)
    assert not [text for text in desk.questions() if "试样机械" in text]
    assert desk.answer_all() < asked
    desk.press("写入登记")
    assert counted(demo_app)["recognitions"] == before + ROWS
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
