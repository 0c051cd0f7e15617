"""Bulk steps: the confirmation page tells the truth, one transaction, the first that changed is named."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from registry.models import Application, Event
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.terms import Action
from registry.terms import ApplicationStatus as S
from tests import applicants
from tests.browser import Browser, Page, check_page
from tests.review.conftest import Desk, form_token, make_desk


def fill_sheets(desk: Desk, *ids: int) -> None:
    """A complete criteria sheet for each."""
    criteria = {item.code: "yes" for item in applicants.rules_without_files().criteria}
    for found in ids:
        desk.change(found, criteria=criteria)


def fill_sheets_of(session: Session, *ids: int) -> None:
    """A complete criteria sheet for each, of whatever call it is."""
    for found in ids:
        application = session.get_one(Application, found)
        application.criteria = {item.code: "yes" for item in form_for(application).rules.criteria}


def planned(browser: Browser, ids: list[int], action: str, status: int = 200, **more: str) -> Page:
    """The confirmation page."""
    token = form_token(browser.get("/review?tab=all"))
    response = browser.post(
        "/review/bulk", {"id": [str(found) for found in ids], "action": action} | more, status, token=token
    )
    page = Page(response)
    check_page(page, "/review/bulk")
    return page


def tables(page: Page) -> dict[str, list[list[str]]]:
    """Rows of the tables by caption."""
    found = {}
    for table in page.all("table"):
        caption = page.text(table.find("{http://www.w3.org/1999/xhtml}caption"))
        cells = [[page.text(cell) for cell in row] for row in table.iter("{http://www.w3.org/1999/xhtml}tr")]
        found[caption] = cells[1:]
    return found


def test_the_plan_changes_nothing_and_names_refusals(desk: Desk) -> None:
    ready, blank, elsewhere = desk.add(), desk.add(), desk.add(unit="WJQ", lon="119.95", lat="31.70")
    fill_sheets(desk, ready)
    with desk.session() as session:
        before = session.query(Event).count()
    page = planned(desk.browser("TNQ"), [ready, blank, elsewhere], "recommend")
    found = tables(page)
    assert [row[1] for row in found["将要办理"]] == ["SB-2026-0001"]
    assert [row[0] for row in found["不能办理"]] == ["SB-2026-0002"]
    assert found["不能办理"][0][3].startswith("条件审核表还有 8 项没有填")
    assert "SB-2026-0003" not in page.text()
    with desk.session() as session:
        assert session.query(Event).count() == before
    assert desk.find(ready).status == S.SUBMITTED


def test_a_quota_that_ends_half_way(app: Flask) -> None:
    desk = make_desk(app, quotas={"TNQ": 2})
    ids = [desk.add() for _ in range(3)]
    fill_sheets(desk, *ids)
    browser = desk.browser("TNQ")
    page = planned(browser, ids, "recommend")
    found = tables(page)
    assert [row[:2] for row in found["将要办理"]] == [["1", "SB-2026-0001"], ["2", "SB-2026-0002"]]
    assert found["不能办理"][0][3] == "本板块推荐名额 2 个，已用 2 个；确需增加请联系市局。"
    page = browser.submit(page, {"rank": "4", "letter_number": ""}, action="/bulk/confirm", status=409)
    assert "SB-2026-0001：请填写推荐函的文号。" in page.errors_shown[0]
    page = browser.submit(page, {"rank": "4", "letter_number": "演示〔2026〕7号"}, action="/bulk/confirm", status=303)
    assert "已办理 2 项。" in page.text()
    assert [(desk.find(found).status, desk.find(found).rank) for found in ids] == [
        (S.RECOMMENDED, 4), (S.RECOMMENDED, 5), (S.SUBMITTED, None),
    ]  # fmt: skip


def test_all_or_nothing_when_one_changed(desk: Desk) -> None:
    ids = [desk.add() for _ in range(3)]
    fill_sheets(desk, *ids)
    browser = desk.browser("TNQ")
    page = planned(browser, ids, "recommend")
    other = desk.browser("TNQ")
    other.submit(
        other.get(f"/review/{ids[1]}?step=not_recommend"), {"message": "不符"}, action="/not_recommend", status=303
    )
    page = browser.submit(page, {"rank": "1", "letter_number": "演示〔2026〕7号"}, action="/bulk/confirm", status=409)
    assert page.errors_shown[0].startswith("SB-2026-0002：")
    assert "整批都没有办理" in page.errors_shown[0]
    assert page.one("input", id="letter_number").get("value") == "演示〔2026〕7号"
    assert [desk.find(found).status for found in ids] == [S.SUBMITTED, S.NOT_RECOMMENDED, S.SUBMITTED]
    browser.submit(page, action="/bulk/confirm", status=303)
    assert [desk.find(found).status for found in ids] == [S.RECOMMENDED, S.NOT_RECOMMENDED, S.RECOMMENDED]


def test_city_steps_in_bulk(desk: Desk) -> None:
    ids = [desk.add() for _ in range(2)]
    with desk.session() as session:
        for found in ids:
            row = session.get_one(applicants.Application, found)
            applicants.step(session, row, desk.actors["TNQ"], Action.RECOMMEND, applicants.recommendation(row))
        session.commit()
    browser = desk.browser("city")
    for action, status in (("accept", S.CHECKING), ("propose", S.PROPOSED)):
        browser.submit(planned(browser, ids, action), action="/bulk/confirm", status=303)
        assert [desk.find(found).status for found in ids] == [status, status]
    page = browser.submit(planned(browser, ids, "reject"), action="/bulk/confirm", status=409)
    assert "请写明给企业的说明。" in page.errors_shown[0]
    browser.submit(page, {"message": "资料不实。"}, action="/bulk/confirm", status=303)
    assert [desk.find(found).status for found in ids] == [S.REJECTED, S.REJECTED]


def test_giving_many_to_one_person(desk: Desk) -> None:
    ids = [desk.add(), desk.add(unit="WJQ", lon="119.95", lat="31.70")]
    browser = desk.browser("city")
    person: Actor = desk.actors["TNQ"]
    page = planned(browser, ids, "assign", assignee=str(person.id))
    assert [row[0] for row in tables(page)["不能办理"]] == ["SB-2026-0002"]
    browser.submit(page, action="/bulk/confirm", status=303)
    assert [desk.find(found).assignee_id for found in ids] == [person.id, None]


def test_wrong_selections_are_told(desk: Desk) -> None:
    browser = desk.browser("TNQ")
    token = form_token(browser.get(f"/review/{desk.add()}"))
    for fields in ({}, {"id": "x"}, {"id": "1", "action": "return"}, {"id": "1"}, {"id": ["9" * 30]}):
        browser.post("/review/bulk", fields, 422, token=token)
    for fields in ({"action": "accept"}, {"action": "accept", "seen": "1"}, {"action": "accept", "seen": "1:x"}):
        browser.post("/review/bulk/confirm", fields, 422, token=token)
    too_many = {"id": [str(number) for number in range(1, 202)], "action": "recommend"}
    page = Page(browser.post("/review/bulk", too_many, 422, token=token))
    assert page.errors_shown == ["一次最多选 200 项，现选了 201 项。"]


def test_a_selection_of_two_calls_is_ranked_in_each(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    with desk.session() as session:
        other_call = applicants.open_call(session, rules=applicants.rules_without_files()).id
        session.commit()
    other = Desk(desk.app, other_call, desk.actors, desk.serial).add()
    fill_sheets(desk, first, second, other)
    browser = desk.browser("TNQ")
    page = planned(browser, [first, other, second], "recommend")
    ranks = {
        field.get("name"): field.get("value") for field in page.all("input") if "rank" in (field.get("name") or "")
    }
    assert ranks == {f"rank-{first}": "1", f"rank-{other}": "1", f"rank-{second}": "2"}
    browser.submit(page, {"letter_number": "演示〔2026〕8号"}, action="/bulk/confirm", status=303)
    assert [desk.find(found).rank for found in (first, other, second)] == [1, 1, 2]
