"""The officer's desk in a real browser: keys, what the bar says while a sheet is filled, and no focus under a bar."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import press
from tests.journeys.test_review import desk, officer  # noqa: F401  (fixtures)
from tests.review.conftest import Desk
from tests.review.test_sheets import CODES

COVERED = """() => {
  const found = document.activeElement;
  if (!found || found === document.body || found === document.documentElement) return null;
  const parts = [...found.getClientRects()].filter((part) => part.width && part.height);
  if (!parts.length) return 'no box: ' + found.outerHTML.slice(0, 120);
  const [box] = parts;
  const x = Math.min(innerWidth - 1, Math.max(0, box.left + Math.min(box.width, 600) / 2));
  const y = box.top + Math.min(box.height, 40) / 2;
  if (y < 0 || y >= innerHeight) return 'out of view: ' + found.outerHTML.slice(0, 120);
  const top = document.elementFromPoint(x, y);
  return top && (found.contains(top) || top.contains(found) || found.closest('label')?.contains(top))
    ? '' : 'covered: ' + found.outerHTML.slice(0, 120);
}"""
"""What is to be said against the thing that has the focus; '' for nothing, null when none has it."""


def hidden_stops(page: Page, most: int = 150) -> list[str]:
    """Tab stops that nobody sees, from the head of the page to its end."""
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(COVERED)
        if said is None:
            break
        if said:
            found.append(said)
    return found


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_no_stop_lies_under_a_bar(desk: Desk, officer: Any, width: int, height: int) -> None:  # noqa: F811
    desk.change(1, criteria={"storage": "no"}, criteria_reasons={"storage": "没有立体仓库。"})
    page = officer("TNQ", "/review/1", width=width)
    page.set_viewport_size({"width": width, "height": height})
    assert hidden_stops(page) == []
    for path in ("/review/1?step=return", "/review/2?step=recommend", "/review/sheets/upload"):
        page.goto(page.url.split("/review")[0] + path)
        assert hidden_stops(page) == [], path
    page.goto(page.url.split("/review")[0] + "/review")
    page.check("#pick-all")
    assert hidden_stops(page) == []
    press(page, "button[formaction*='/review/sheets']")
    page.check("input[name=choice-2][value=except]")
    assert hidden_stops(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_sheet_by_keyboard_alone(desk: Desk, officer: Any) -> None:  # noqa: F811
    page = officer("TNQ", "/review/1")
    assert page.evaluate("document.querySelectorAll('.crit').length") == len(CODES)
    assert page.inner_text("#sheet-says") == "8 项都没有填"
    assert not page.is_visible("#go-recommend")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("没有立体仓库。yas")
    assert page.inner_text("#sheet-says") == "1 项不符合，7 项未填"
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert page.inner_text("#sheet-says") == "1 项不符合"
    assert page.inner_text("#bar .btn--main").startswith("退回修改")
    page.keyboard.press("r")
    page.wait_for_url("**step=return**")
    assert page.input_value("#remark-criterion-storage") == "没有立体仓库。yas"
    page.goto(page.url.split("?")[0])
    page.keyboard.press("3")
    page.keyboard.press("y")
    page.keyboard.press("t")
    page.wait_for_url("**step=recommend**")
    assert desk.find(1).criteria == dict.fromkeys(CODES, "yes")
    page.fill("#letter_number", "演示〔2026〕7号")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=recommend**")
    page.keyboard.press("j")
    page.wait_for_url("**/review/2**")


def test_four_criteria_are_in_view_without_scrolling(officer: Any) -> None:  # noqa: F811
    page = officer("TNQ", "/review/1", width=1366)
    page.set_viewport_size({"width": 1366, "height": 768})
    seen = page.evaluate(
        "() => { const bar = document.getElementById('bar').getBoundingClientRect().top;"
        " return [...document.querySelectorAll('.crit')].filter((row) => row.getBoundingClientRect().bottom <= bar).length; }"
    )
    assert seen >= 4


def test_switched_off_no_letter_acts(desk: Desk, officer: Any) -> None:  # noqa: F811
    page = officer("TNQ", "/account")
    page.uncheck("input[name=keys]")
    press(page, "form[action='/account/keys'] button")
    page.goto(page.url.split("/account")[0] + "/review/1")
    for letter in "ayjr":
        page.keyboard.press(letter)
    assert (page.url.split("/review")[1], page.inner_text("#sheet-says")) == ("/1", "8 项都没有填")
    assert desk.find(1).criteria == {}
