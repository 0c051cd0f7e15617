"""Saving: anything may be missing, nothing typed is lost, nothing but the form's own fields changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.applications.conftest import Desk
from tests.browser import Browser, Page


def autosave(browser: Browser, key: int, answers: Any, version: Any, **more: Any) -> tuple[int, Any]:
    """(status, answer) of an autosave as the script sends it."""
    token = browser.get(f"/enterprise/applications/{key}").one("input", name="seen") is not None and browser.token()
    response = browser.client.post(
        f"/enterprise/applications/{key}/autosave",
        data=json.dumps({"version": version, "answers": answers} | more),
        headers={"X-CSRFToken": str(token), "Content-Type": "application/json"},
    )
    return response.status_code, response.get_json(force=True, silent=True)


def test_an_empty_draft_is_saved_with_whatever_was_typed(desk: Desk) -> None:
    key = desk.make("empty")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=project")
    following = browser.submit(
        page, {"project_name": "演示　新车间", "industry_class": "99x", "summary": "第一行\r\n第二行"},
        button=("go", "next"), status=303,
    )  # fmt: skip
    assert following.h1 == "建设地点"
    assert desk.typed(key) == {
        "project_name": "演示 新车间",
        "industry_class": "99x",
        "summary": "第一行\n第二行",
    }
    again = browser.get(f"/enterprise/applications/{key}?section=project")
    assert again.text(again.one("p", id="industry_class-err")) == "应为四位数字（可在前面写 C），如 3484"
    assert "第一行\n第二行" in "".join(again.one("textarea", id="summary").itertext())
    assert desk.actions(key) == ["application.begin"]


@pytest.mark.parametrize(
    ("go", "heading"), [("stay", "项目信息"), ("prev", "企业信息"), ("later", "申报首页"), ("check", "核对并提交")]
)
def test_each_button_saves_and_goes_its_way(desk: Desk, go: str, heading: str) -> None:
    key = desk.make("empty")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=project")
    assert browser.submit(page, {"products": "齿轮"}, button=("go", go), status=303).h1 == heading
    assert desk.typed(key) == {"products": "齿轮"}


def test_a_box_can_be_unchecked_again(desk: Desk) -> None:
    key = desk.make("draft")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=commitment")
    browser.submit(page, {"commitment": ""}, button=("go", "stay"), status=303)
    assert "commitment" not in desk.read(key).answers


def test_extra_fields_change_nothing(desk: Desk) -> None:
    key = desk.make("draft")
    before = desk.read(key)
    desk.clerk().post(
        f"/enterprise/applications/{key}",
        {"version": before.version, "status": "recognised", "number": "SB-2026-0001", "enterprise_id": "2",
         "confirmed_by": "1", "unit_code": "WJQ", "rank": "1", "file-photo": "x", "town": "新街道"},
        303,
    )  # fmt: skip
    after = desk.read(key)
    assert {**before.answers, "town": "新街道"} == after.answers
    assert (after.status, after.number, after.enterprise_id, after.confirmed_by, after.unit_code, after.rank) == (
        "draft", None, before.enterprise_id, None, None, None,
    )  # fmt: skip


def test_two_people_fill_different_fields_at_the_same_time(desk: Desk) -> None:
    key = desk.make("empty")
    one, other = desk.clerk(), desk.checker()
    page_one = one.get(f"/enterprise/applications/{key}?section=project")
    page_other = other.get(f"/enterprise/applications/{key}?section=project")
    one.submit(page_one, {"project_name": "甲车间"}, button=("go", "stay"), status=303)
    # The name stands empty in the other's page, and is not a change of theirs.
    other.submit(page_other, {"project_name": None, "products": "齿轮"}, button=("go", "stay"), status=303)
    assert desk.typed(key) == {"project_name": "甲车间", "products": "齿轮"}
    assert desk.read(key).typed_by == desk.who.checker.id


def test_what_a_colleague_changed_meanwhile_is_no_question_to_who_did_not_touch_it(desk: Desk) -> None:
    key = desk.make("draft")
    one, other = desk.clerk(), desk.checker()
    mine = other.get(f"/enterprise/applications/{key}?section=place")
    one.submit(
        one.get(f"/enterprise/applications/{key}?section=place"), {"town": "甲镇"}, button=("go", "stay"), status=303
    )
    # The whole section is sent, the town as it stood before the colleague's change.
    other.submit(mine, {"address": "乙路1号"}, button=("go", "stay"), status=303)
    assert (desk.read(key).answers["town"], desk.read(key).answers["address"]) == ("甲镇", "乙路1号")


def conflict(desk: Desk) -> tuple[int, Browser, Page]:
    """The page for the second of two people who changed the same field."""
    key = desk.make("draft")
    one, other = desk.clerk(), desk.checker()
    mine = other.get(f"/enterprise/applications/{key}?section=place")
    one.submit(
        one.get(f"/enterprise/applications/{key}?section=place"), {"town": "甲镇"}, button=("go", "stay"), status=303
    )
    typed = {"town": "乙镇", "address": "乙路1号"}
    return key, other, other.submit(mine, typed, button=("go", "next"), status=409)


def test_the_second_of_two_sees_both_texts_and_loses_nothing(desk: Desk) -> None:
    key, other, page = conflict(desk)
    assert page.h1 == "请选择用哪一份内容"
    texts = [page.text(item) for item in page.all("p") if item.get("class") == "side__text"]
    assert texts == ["甲镇", "乙镇"]
    assert desk.read(key).answers["address"] == "演示路2号"
    other.submit(page, status=303)
    assert (desk.read(key).answers["town"], desk.read(key).answers["address"]) == ("乙镇", "乙路1号")


def test_the_stored_text_can_be_kept(desk: Desk) -> None:
    key, other, page = conflict(desk)
    other.submit(page, {"pick-town": "stored"}, status=303)
    assert (desk.read(key).answers["town"], desk.read(key).answers["address"]) == ("甲镇", "乙路1号")


def test_what_was_typed_into_a_submitted_form_stays_on_the_page(desk: Desk) -> None:
    key = desk.make("confirmed")
    late = desk.checker()
    page = late.get(f"/enterprise/applications/{key}?section=project")
    desk.clerk().post(f"/enterprise/applications/{key}/submit", {"version": desk.read(key).version}, 303)
    answer = late.submit(page, {"summary": "还没有保存的长文字"}, button=("go", "next"), status=409)
    assert answer.h1 == "内容没有保存"
    assert "还没有保存的长文字" in answer.text()
    assert desk.read(key).answers["summary"] != "还没有保存的长文字"


def test_locked_fields_stay_and_the_typed_text_is_shown(desk: Desk) -> None:
    key = desk.make("returned")
    browser = desk.clerk()
    page = browser.get(f"/enterprise/applications/{key}?section=place")
    answer = browser.submit(page, {"lon": "120.03", "town": "偷改的镇"}, button=("go", "stay"), status=409)
    assert "审核员没有开放下面的栏目" in answer.text()
    assert "偷改的镇" in answer.text()
    stored = desk.read(key).answers
    assert (stored["lon"], stored["town"]) == ("120.03", "演示街道")


def test_autosave_answers_what_follows_and_makes_no_event(desk: Desk) -> None:
    key = desk.make("draft")
    version = desk.read(key).version
    answers = {"kpi-operating_cost-current": "500", "lon": "31.7", "kpi-defect_rate-current": "150"}
    status, answer = autosave(desk.clerk(), key, answers, version)
    assert status == 200
    assert answer["version"] == version + 1
    assert answer["derived"]["operating_cost"] == "变差：上升 30.8%"
    assert answer["saved_at"].endswith("+08:00")
    assert {item["field"] for item in answer["faults"]} == {"lon", "kpi-defect_rate-current"}
    assert desk.actions(key) == ["application.begin"]


def test_autosave_tells_only_of_typed_fields(desk: Desk) -> None:
    key = desk.make("empty")
    status, answer = autosave(desk.clerk(), key, {"established_on": "昨天"}, 1)
    assert (status, [item["field"] for item in answer["faults"]]) == (200, ["established_on"])


def test_autosave_names_what_changed_elsewhere(desk: Desk) -> None:
    key = desk.make("draft")
    old = desk.read(key).version
    autosave(desk.clerk(), key, {"town": "甲镇"}, old, seen={"town": "演示街道"})
    status, answer = autosave(desk.checker(), key, {"town": "乙镇"}, old, seen={"town": "演示街道"})
    assert status == 409
    assert (answer["version"], answer["changed"]) == (
        old + 1, [{"field": "town", "label": "镇（街道）", "stored": "甲镇", "typed": "乙镇"}],
    )  # fmt: skip
    assert (answer["type"], answer["code"]) == ("http://localhost/api#conflict", "conflict")
    assert desk.read(key).answers["town"] == "甲镇"


@pytest.mark.parametrize(
    ("answers", "version"),
    [(None, 1), ([], 1), ({"town": 3}, 1), ({"town": "x"}, "1"), ({"town": "x"}, None), ({"town": "x"}, 10**30)],
)
def test_autosave_refuses_what_is_no_form(desk: Desk, answers: Any, version: Any) -> None:
    key = desk.make("empty")
    status, answer = autosave(desk.clerk(), key, answers, version)
    assert (status, answer["title"]) == (400, "地址或参数有误")


@pytest.mark.parametrize("text", ["\x00\x01镇", "\ud800镇", "镇" + "\u202e", "镇" * 20_000])
def test_bytes_that_no_screen_shows_do_no_harm(desk: Desk, text: str) -> None:
    key = desk.make("empty")
    browser = desk.clerk()
    status, _answer = autosave(browser, key, {"town": text}, 1)
    assert status in (200, 400)
    browser.get(f"/enterprise/applications/{key}?section=place")


@pytest.mark.parametrize(("state", "expected"), [("submitted", 403), ("withdrawn", 403)])
def test_autosave_of_a_form_that_is_closed(desk: Desk, state: str, expected: int) -> None:
    key = desk.make(state)
    browser = desk.clerk()
    response = browser.client.post(
        f"/enterprise/applications/{key}/autosave",
        json={"version": 1, "answers": {"town": "x"}},
        headers={"X-CSRFToken": browser.token()},
    )
    assert (response.status_code, response.mimetype) == (expected, "application/problem+json")


def test_the_form_itself_may_be_sent_to_autosave(desk: Desk) -> None:
    key = desk.make("draft")
    response = desk.clerk().post(
        f"/enterprise/applications/{key}/autosave", {"version": desk.read(key).version, "town": "丙镇"}, 200
    )
    assert response.get_json()["version"] == desk.read(key).version
    assert desk.read(key).answers["town"] == "丙镇"


def test_a_form_without_its_token_comes_back_whole(desk: Desk) -> None:
    key = desk.make("empty")
    browser = desk.clerk()
    response = browser.post(f"/enterprise/applications/{key}", {"version": 1, "town": "甲镇"}, 400, token="")
    page = Page(response)
    assert page.one("input", name="town").get("value") == "甲镇"
    browser.submit(page, status=303)
    assert desk.typed(key) == {"town": "甲镇"}
