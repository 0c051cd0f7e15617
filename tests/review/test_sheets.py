"""Criteria sheets: what passes in a lump, reasons that are asked for, many at once, and two officers."""

from __future__ import annotations

from copy import deepcopy

from registry.models import CallForm
from registry.terms import ApplicationStatus as S
from tests import applicants
from tests.browser import Browser, Page, check_page
from tests.review.conftest import Desk, form_token
from tests.review.test_bulk import tables

CODES = [item.code for item in applicants.rules_without_files().criteria]
DECLARED = 94.4
"""Networking rate of the usual application, in per cent."""


def require_more(desk: Desk) -> None:
    """Let the call ask for a higher networking rate than was declared, as if an inspection had found less."""
    with desk.session() as session:
        form = session.query(CallForm).one()
        rules = deepcopy(form.rules)
        next(item for item in rules["criteria"] if item["code"] == "networking")["threshold"] = "95"
        form.rules = rules
        session.commit()


def opened(browser: Browser, ids: list[int]) -> Page:
    """The page of several sheets."""
    token = form_token(browser.get("/review?tab=all"))
    page = Page(browser.post("/review/sheets", {"id": [str(found) for found in ids]}, 200, token=token))
    check_page(page, "/review/sheets")
    return page


def test_the_rest_passes_but_nothing_that_fails_or_was_answered(desk: Desk) -> None:
    found = desk.add()
    require_more(desk)
    desk.change(found, criteria={"storage": "no"}, criteria_reasons={"storage": "没有立体仓库。"})
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{found}")
    assert "未达到" in page.text(page.one("section", id="sheet"))
    page = browser.submit(page, action="/sheet", button=("rest", "yes"), status=303)
    assert desk.find(found).criteria == {code: "yes" for code in CODES if code != "networking"} | {"storage": "no"}
    assert "1 项不符合，1 项未填" in page.text(page.one("div", id="bar"))


def test_what_is_not_met_needs_a_reason_which_goes_into_the_return(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    given = {"sheet-networking": "no", "sheet-traceability": "no", "reason-traceability": "缺少追溯截图。"}
    page = browser.submit(browser.get(f"/review/{found}"), given, action="/sheet", status=422)
    assert page.errors_shown == ["请写明“智能设备联网率”不符合的原因。"]
    assert page.text(page.one("textarea", id="reason-traceability")) == "缺少追溯截图。"
    assert desk.find(found).criteria == {}
    given["reason-networking"] = "台账只有 140 台联网。"
    page = browser.submit(page, given, action="/sheet", button=("then", "return"), status=303)
    assert page.text(page.one("textarea", id="remark-criterion-traceability")) == "缺少追溯截图。"
    assert page.text(page.one("textarea", id="remark-kpi-networked_equipment_count-current")) == "台账只有 140 台联网。"
    browser.submit(page, action="/return", status=303)
    stored = desk.find(found)
    assert stored.status == S.RETURNED
    assert {"criterion-traceability", "kpi-networked_equipment_count-current"} <= set(stored.open_fields or ())


def test_a_reason_goes_with_its_answer(desk: Desk) -> None:
    found = desk.add()
    desk.change(found, criteria={"honest": "no"}, criteria_reasons={"honest": "有一条失信记录。"})
    browser = desk.browser("TNQ")
    browser.submit(browser.get(f"/review/{found}"), {"sheet-honest": "yes"}, action="/sheet", status=303)
    assert (desk.find(found).criteria, desk.find(found).criteria_reasons) == ({"honest": "yes"}, {})


def test_many_at_once_go_on_to_ranks_and_letter(desk: Desk) -> None:
    ids = [desk.add() for _ in range(4)]
    browser = desk.browser("TNQ")
    page = opened(browser, ids)
    given = {
        f"choice-{ids[0]}": "all",
        f"choice-{ids[1]}": "all",
        f"choice-{ids[2]}": "except",
        f"no-{ids[2]}-honest": "yes",
    }
    page = browser.submit(page, given, action="/sheets/save", button=("then", "recommend"), status=422)
    assert page.errors_shown == ["SB-2026-0003：请写明不符合的原因。"]
    assert [desk.find(found).criteria for found in ids] == [{}] * 4
    given[f"why-{ids[2]}"] = "有一条失信记录。"
    page = browser.submit(page, given, action="/sheets/save", button=("then", "recommend"), status=200)
    assert "已保存 3 份审核表。" in page.text()
    assert [row[:2] for row in tables(page)["将要办理"]] == [["1", "SB-2026-0001"], ["2", "SB-2026-0002"]]
    assert desk.find(ids[2]).criteria == dict.fromkeys(CODES, "yes") | {"honest": "no"}
    assert desk.find(ids[2]).criteria_reasons == {"honest": "有一条失信记录。"}
    assert desk.find(ids[3]).criteria == {}
    browser.submit(page, {"letter_number": "演示〔2026〕7号"}, action="/bulk/confirm", status=303)
    assert [desk.find(found).status for found in ids] == [S.RECOMMENDED, S.RECOMMENDED, S.SUBMITTED, S.SUBMITTED]


def test_what_fails_a_threshold_is_ticked_and_never_passed_in_a_lump(desk: Desk) -> None:
    found = desk.add()
    require_more(desk)
    browser = desk.browser("TNQ")
    page = opened(browser, [found])
    assert f"智能设备联网率 {DECLARED}%，要求不低于 95%，已列为不符合" in page.text()
    page = browser.submit(page, action="/sheets/save", button=("rest", "yes"), status=200)
    [chosen] = [box for box in page.all("input") if box.get("type") == "radio" and box.get("checked") is not None]
    ticked = [
        box.get("name") for box in page.all("input") if box.get("type") == "checkbox" and box.get("checked") is not None
    ]
    assert (chosen.get("value"), ticked) == ("except", [f"no-{found}-networking"])
    token = form_token(page)
    forged = {"seen": f"{found}:{desk.find(found).version}", f"choice-{found}": "all"}
    answer = Page(browser.post("/review/sheets/save", forged, 422, token=token))
    assert "智能设备联网率未达到要求" in answer.errors_shown[0]
    # Verified and found right, the officer takes the tick away.
    browser.submit(page, {f"no-{found}-networking": None}, action="/sheets/save", status=303)
    assert desk.find(found).criteria == dict.fromkeys(CODES, "yes")


def test_nothing_is_stored_over_what_somebody_else_did(desk: Desk) -> None:
    ids = [desk.add(), desk.add()]
    first, second = desk.browser("TNQ"), desk.browser("TNQ")
    page = opened(second, ids)
    given = {"sheet-honest": "no", "reason-honest": "有一条失信记录。"}
    first.submit(first.get(f"/review/{ids[1]}"), given, action="/sheet", status=303)
    page = second.submit(page, {f"choice-{found}": "all" for found in ids}, action="/sheets/save", status=409)
    assert page.errors_shown == ["有 1 项刚被他人改动，整批都没有保存。"]
    assert "现在的审核表：近三年没有严重失信记录 不符合（有一条失信记录。）" in page.text()
    assert desk.find(ids[0]).criteria == {}
    second.submit(page, action="/sheets/save", status=303)
    assert desk.find(ids[1]).criteria == dict.fromkeys(CODES, "yes")
