"""What an officer has for his own: kept filters, keys that can be switched off, the place in the queue as filtered."""

from __future__ import annotations

from datetime import timedelta

from registry.models import Account, SavedFilter
from registry.services.review.saved import MOST
from tests import applicants
from tests.browser import XHTML, Browser, Page
from tests.review.conftest import Desk, form_token


def kept(page: Page) -> list[str]:
    """Names of the kept filters that the queue shows."""
    found = [box for box in page.all("div") if box.get("class") == "saved"]
    return [page.text(link) for box in found for link in box.iter(f"{XHTML}a")]


def keep(browser: Browser, address: str, name: str, status: int = 303) -> Page:
    """Keep the filters of a queue's address."""
    return browser.submit(browser.get(address), {"name": name}, action="/review/filters", status=status)


def test_filters_are_kept_under_a_name_and_lead_back(desk: Desk) -> None:
    desk.add()
    desk.add(industry="36", industry_class="3670")
    browser = desk.browser("TNQ")
    page = keep(browser, "/review?industry=36&page=1", "汽车行业")
    assert kept(page) == ["汽车行业"]
    page = browser.get(page.links()["汽车行业"])
    assert "演示第2智能车间" in page.text()
    assert "演示第1智能车间" not in page.text()
    # The same name again replaces, another officer sees nothing of it and cannot remove it.
    page = keep(browser, "/review?industry=34", "汽车行业")
    assert page.links()["汽车行业"] == "/review?industry=34"
    other = desk.browser("city")
    assert kept(other.get("/review?tab=all")) == []
    with desk.session() as session:
        [row] = session.query(SavedFilter).all()
    other.post(f"/review/filters/{row.id}/remove", {}, 404)
    page = browser.submit(page, action="/remove", status=303)
    assert kept(page) == []


def test_a_view_that_cannot_be_kept_says_why(desk: Desk) -> None:
    desk.add()
    browser = desk.browser("TNQ")
    page = keep(browser, "/review?due=late", "", 422)
    assert page.errors_shown == ["请给这些条件起一个名称，如“已超期未分派”。"]
    page = keep(browser, "/review?due=late", "长" * 41, 422)
    assert page.one("input", id="filter-name").get("value") == "长" * 41
    token = form_token(page)
    assert Page(browser.post("/review/filters", {"name": "全部"}, 422, token=token)).errors_shown
    with desk.session() as session:
        account = desk.actors["TNQ"].id
        session.add_all(SavedFilter(account_id=account, name=f"第{n}组", query="due=late") for n in range(MOST))
        session.commit()
    page = keep(browser, "/review?due=late", "再一组", 422)
    assert page.errors_shown == [f"最多保存 {MOST} 组条件；请先删去不用的。"]


def test_keys_are_switched_off_in_the_account(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    assert browser.get(f"/review/{found}").all("kbd")
    browser.submit(browser.get("/account"), {"keys": None}, action="/account/keys", status=302)
    for path in ("/review", f"/review/{found}"):
        page = browser.get(path)
        assert (page.all("kbd"), [box for box in page.all("div") if box.get("data-keys") is not None]) == ([], [])
    with desk.session() as session:
        assert session.get_one(Account, desk.actors["TNQ"].id).uses_keys is False
    browser.submit(browser.get("/account"), {"keys": "yes"}, action="/account/keys", status=302)
    assert browser.get("/review").all("kbd")


def place(page: Page) -> str:
    """The place in the queue as the bar says it."""
    [nav] = [found for found in page.all("nav") if found.get("class") == "casepos"]
    return page.text(nav).replace(" J", "").replace(" K", "")


def test_before_and_after_follow_the_queue_as_filtered(desk: Desk) -> None:
    ids = [desk.add(industry=code, industry_class=f"{code}{rest}") for code, rest in (("34", "51"), ("36", "70")) * 2]
    for position, found in enumerate(ids):
        desk.change(found, step_since=applicants.NOW - timedelta(days=9 - position))
    browser = desk.browser("TNQ")
    page = browser.get("/review?industry=36&step=submitted")
    page = browser.get(page.links()["演示第2智能车间"])
    assert place(page) == "1 / 2 下一条"
    page = browser.get(next(link.get("href") or "" for link in page.all("a") if link.get("rel") == "next"))
    assert (page.h1, place(page)) == ("演示第4智能车间", "上一条 2 / 2")
    # What is stored on the way does not lose the place, nor does a step that takes the application out of the queue.
    page = browser.submit(page, {"note": "看过。"}, action="/note", status=303)
    assert place(page) == "上一条 2 / 2"
    back = next(
        link.get("href") or ""
        for link in page.all("a")
        if page.text(link) == "待办" and "industry" in (link.get("href") or "")
    )
    assert "演示第1智能车间" not in browser.get(back).text()
    page = browser.get(f"/review/{ids[1]}?industry=36&step=not_recommend")
    page = browser.submit(page, {"message": "不符。"}, action="/not_recommend", status=303)
    assert place(page) == "共 1 条 下一条"
    assert page.links()["下一条待办"].startswith(f"/review/{ids[3]}?")
