"""How many clicks and keys forty applications cost: `python -m tests.review.clicks` drives the real pages and counts.

Three ways, each until all forty are recommended: every case opened and its sheet filled there, all sheets on one
page, and by Excel. A press is a click or a key of choice; what is typed into a field is counted apart. Exit 1 where
a way costs more than its bar, or does not come to its end.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, sync_playwright

from app import create_app
from registry import kpi_definitions, reference
from registry.config import Settings
from registry.terms import ApplicationStatus
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.chromium import ARGUMENTS, find_browser
from tests.conftest import initialise
from tests.review.conftest import Desk, make_desk
from tests.review.test_sheet_book import fill
from tests.serving import serving

FORTY = 40
LETTER = "演示〔2026〕7号"


@dataclass
class Hand:
    """An officer's hand on the page: each press is counted."""

    page: Page
    folder: Path
    presses: int = 0
    typed: int = 0

    def click(self, selector: str) -> None:
        """Press something with the mouse."""
        self.presses += 1
        self.page.click(selector)

    def key(self, letter: str) -> None:
        """Press a key of choice."""
        self.presses += 1
        self.page.keyboard.press(letter)

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.typed += len(text)
        self.page.fill(selector, text)


def each_case(hand: Hand) -> None:
    """Every case is opened, looked at, its sheet filled and saved; then all of them are recommended at once."""
    hand.click("tbody tr:first-child .q-name a")
    for number in range(1, FORTY + 1):
        hand.page.wait_for_selector(f".casepos span:text-is('{number} / {FORTY}')")
        # No officer presses a key before the page has come.
        hand.page.wait_for_load_state()
        hand.key("a")
        hand.key("s")
        hand.page.wait_for_url("**done=sheet**")
        if number < FORTY:
            hand.key("j")
    hand.click(".crumbs a")
    hand.click("#pick-all")
    hand.click("button[value=recommend]")
    confirm(hand)


def one_page(hand: Hand) -> None:
    """All sheets on one page, without exceptions."""
    hand.click("#pick-all")
    hand.click("button[formaction*='/review/sheets']")
    hand.click("#rest")
    hand.click("#recommend")
    confirm(hand)


def by_excel(hand: Hand) -> None:
    """The sheets are downloaded, filled in a spreadsheet program, uploaded, looked at and confirmed."""
    with hand.page.expect_download() as coming:
        hand.click("text=下载审核表（Excel）")
    path = hand.folder / "sheets.xlsx"
    coming.value.save_as(path)
    book = openpyxl.load_workbook(path)
    for row in range(2, FORTY + 2):
        fill(book, row, criteria="符合", 推荐="是", 推荐顺序=row - 1)
    book.save(path)
    hand.click("text=上传填好的审核表")
    with hand.page.expect_file_chooser() as chooser:
        hand.click("#file")
    chooser.value.set_files(path)
    hand.click("form[enctype] button[type=submit]")
    hand.click("button[value=recommend]")
    confirm(hand)


def confirm(hand: Hand) -> None:
    """The page for ranks and letter."""
    hand.page.wait_for_selector("#letter_number")
    hand.type("#letter_number", LETTER)
    hand.click("form.stepform button.btn--main")
    hand.page.wait_for_url("**/review?**done=**")


WAYS: tuple[tuple[str, Callable[[Hand], None], int], ...] = (
    ("every case opened", each_case, 200),
    ("all sheets on one page", one_page, 25),
    ("by Excel", by_excel, 25),
)


def recommended(desk: Desk) -> int:
    """Applications that are recommended now."""
    return sum(desk.find(key).status == ApplicationStatus.RECOMMENDED for key in range(1, FORTY + 1))


def counted(way: Callable[[Hand], None]) -> tuple[Hand, int]:
    """The hand after a way, and how many applications it recommended, on a desk of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/registry.db"
        initialise(url)
        app = create_app(Settings(database_url=url, data_dir=folder, secret_key="k" * 32))
        desk = make_desk(app)
        for number in range(FORTY):
            desk.add(lon=f"{119.9 + number / 400:.4f}")
        token = people.session_token(app, int(desk.actors["TNQ"].id or 0))
        with serving(app) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
            context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
            hand = Hand(context.new_page(), folder)
            hand.page.goto(f"{site}/review")
            way(hand)
            browser.close()
        found = recommended(desk)
        app.extensions["registry"].engine.dispose()
        return hand, found


def main() -> int:
    """Print the figures; 1 where one is over its bar."""
    kpi_definitions.use(reference.kpis_by_code)
    good = True
    for name, way, most in WAYS:
        hand, found = counted(way)
        good = good and hand.presses <= most and found == FORTY
        print(f"{name:<24} {hand.presses:>4} presses (bar {most}), {hand.typed} characters typed, {found} recommended")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
