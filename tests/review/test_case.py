"""The detail page: every step with its refusals, and what an officer sees there."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Event
from registry.terms import ApplicationStatus as S
from tests import applicants
from tests.browser import XHTML, Page
from tests.review.conftest import Desk, form_token, make_desk


def sheet(desk: Desk, answer: str = "yes") -> dict[str, str]:
    """A filled criteria sheet as the page sends it."""
    return {f"sheet-{item.code}": answer for item in applicants.rules_without_files().criteria}


def bar_of(page: Page) -> list[str]:
    """The steps that the bar offers, in order, without the letters of their keys."""
    bar = page.one("div", id="bar")
    found = [item for item in bar.iter() if item.tag in (f"{XHTML}button", f"{XHTML}a") and item.get("rel") is None]
    return [re.sub(r" [A-Z]$", "", page.text(item)) for item in found if item.get("hidden") is None]


def test_the_page_is_sound_and_shows_the_form(desk: Desk) -> None:
    found = desk.add()
    page = desk.browser("TNQ").get(f"/review/{found}")
    assert page.h1 == "演示第1智能车间"
    figures = {row[0]: row[1:] for row in page.rows() if len(row) == 4}
    assert figures["车间生产运营成本元/件"] == ["382.4 → 301.71", "–", "降低 21.1%"]
    assert figures["自动化、智能化设备数台(套)"] == ["162", "–", "自动化、智能化设备使用率 93.6%"]
    terms, texts = ([page.text(found) for found in page.all(name)] for name in ("dt", "dd"))
    facts = dict(zip(terms, texts, strict=True))
    assert facts["坐标"] == "坐标从哪里来 天地图/GPS（WGS-84） 经度 120.02 纬度 31.79"
    assert facts["行业大类"] == "34 通用设备制造业"


def test_contacts_are_shown_to_who_asks_and_the_look_is_an_event(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{found}")
    for person in ("0519-85681234", "演示联系人", "演示法人", "contact@example.com"):
        assert person not in page.source
    shown = browser.submit(page, action="/contacts", status=200)
    terms, texts = ([shown.text(one) for one in shown.all(name)] for name in ("dt", "dd"))
    facts = dict(zip(terms, texts, strict=True))
    assert facts["联系电话"] == "0519-85681234"
    assert facts["联系"] == "演示联系人 0519-85681234"
    assert facts["法定代表人"] == "演示法人"
    assert shown.response.headers["Cache-Control"] == "no-store"
    with desk.session() as session:
        [look] = session.scalars(select(Event).where(Event.action == "application.contacts"))
    assert (look.actor_id, look.subject_id, bool(look.request_id)) == (desk.actors["TNQ"].id, found, True)
    assert "查看联系方式" in browser.get(f"/review/{found}").text()
    desk.browser("WJQ").post(f"/review/{found}/contacts", status=404)


def test_english_page_is_sound(desk: Desk) -> None:
    found = desk.add()
    for step in ("", "&step=return", "&step=recommend", "&step=not_recommend"):
        page = desk.browser("TNQ").get(f"/review/{found}?lang=en{step}")
        assert page.one("html").get("lang") == "en"
        assert "Begin an application" in page.text()


def test_a_malformed_step_is_named(desk: Desk) -> None:
    found = desk.add()
    page = desk.browser("TNQ").get(f"/review/{found}?step=nonsense", 400)
    assert "step" in page.text()


def test_return_opens_only_the_marked_fields(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{found}?step=return")
    done = browser.submit(
        page,
        {"remark-products": "请写明型号。", "remark-kpi-operating_cost-current": "请核对。", "message": "请尽快修改。"},
        action="/return",
        status=303,
    )
    stored = desk.find(found)
    assert stored.status == S.RETURNED
    assert stored.open_fields == [
        "kpi-operating_cost-baseline", "kpi-operating_cost-current", "kpi-operating_cost-measure", "products",
    ]  # fmt: skip
    assert "请写明型号。" in done.text()
    assert "总的说明" in done.text()


def test_a_return_without_a_word_is_refused_and_keeps_what_was_typed(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.submit(browser.get(f"/review/{found}?step=return"), action="/return", status=422)
    assert page.errors_shown == ["请在至少一个栏目旁写明意见，或写一段总的说明。"]
    page = browser.submit(page, {"message": "总的说明"}, action="/return", status=422)
    assert page.errors_shown == ["没有标出栏目：请标出要修改的栏目，或勾选“开放整张表”。"]
    assert page.text(page.one("textarea", id="message")) == "总的说明"
    browser.submit(page, {"open_all": "yes"}, action="/return", status=303)
    assert desk.find(found).open_fields is None


def test_a_long_remark_is_refused_at_its_field(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.submit(
        browser.get(f"/review/{found}?step=return"), {"remark-town": "长" * 1001}, action="/return", status=422
    )
    assert page.errors_shown == ["有 1001 个字，最多 1000 个；请缩短。"]
    area = page.one("textarea", id="remark-town")
    assert (area.get("aria-invalid"), len(page.text(area))) == ("true", 1001)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rank": "", "letter_number": "演示〔2026〕1号"}, "请填写推荐顺序，从 1 开始的整数。"),
        ({"rank": "一", "letter_number": "演示〔2026〕1号"}, "“一”不是推荐顺序；请填从 1 开始的整数，如 1。"),
        ({"rank": "1", "letter_number": ""}, "请填写推荐函的文号。"),
    ],
)
def test_a_recommendation_needs_rank_and_letter(desk: Desk, typed: dict[str, str], sentence: str) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.submit(
        browser.get(f"/review/{found}?step=recommend"), sheet(desk) | typed, action="/recommend", status=422
    )
    assert page.errors_shown == [sentence]
    assert page.one("input", id="letter_number").get("value") == typed["letter_number"]
    assert desk.find(found).status == S.SUBMITTED


def test_the_criteria_sheet_must_be_complete_and_fulfilled(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    given = {"rank": "1", "letter_number": "演示〔2026〕1号"}
    page = browser.submit(browser.get(f"/review/{found}?step=recommend"), given, action="/recommend", status=422)
    assert page.errors_shown[0].startswith("条件审核表还有 8 项没有填")
    page = browser.submit(page, given | sheet(desk) | {"sheet-honest": "no"}, action="/recommend", status=422)
    assert page.errors_shown == ["审核为不符合的条件：近三年没有严重失信记录；不符合条件的不能推荐。"]
    browser.submit(page, given | sheet(desk), action="/recommend", status=303)
    stored = desk.find(found)
    assert (stored.status, stored.rank, stored.letter_number) == (S.RECOMMENDED, 1, "演示〔2026〕1号")


def test_from_recommendation_to_proposal_and_back(desk: Desk) -> None:
    found = desk.add()
    district, city = desk.browser("TNQ"), desk.browser("city")
    given = {"rank": "1", "letter_number": "演示[2026]1号"} | sheet(desk)
    district.submit(district.get(f"/review/{found}?step=recommend"), given, action="/recommend", status=303)
    page = city.submit(city.get(f"/review/{found}"), action="/accept", status=303)
    page = city.submit(page, action="/propose", status=303)
    assert desk.find(found).status == S.PROPOSED
    page = city.submit(city.get(f"/review/{found}?step=undo"), action="/undo", status=422)
    assert page.errors_shown == ["请写明原因。"]
    page = city.submit(page, {"reason": "误点了"}, action="/undo", status=303)
    assert desk.find(found).status == S.CHECKING
    assert "误点了" in page.text()
    city.submit(city.get(f"/review/{found}?step=reject"), {"message": "资料不实。"}, action="/reject", status=303)
    assert desk.find(found).status == S.REJECTED


def test_not_recommending_needs_a_message(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.submit(browser.get(f"/review/{found}?step=not_recommend"), action="/not_recommend", status=422)
    assert page.errors_shown == ["请写明给企业的说明。"]
    browser.submit(page, {"message": "不在支持范围。"}, action="/not_recommend", status=303)
    assert desk.find(found).status == S.NOT_RECOMMENDED


def test_only_what_can_be_done_now_is_offered(app: Flask) -> None:
    """A step of another state is not there at all; one of this state that something stands against says what."""
    desk = make_desk(app, quotas={"TNQ": 0})
    found = desk.add()
    assert bar_of(desk.browser("city").get(f"/review/{found}")) == ["保存审核表"]
    page = desk.browser("TNQ").get(f"/review/{found}")
    assert bar_of(page) == ["不予推荐…", "保存审核表", "退回修改…"]
    assert "不能“推荐”：本板块推荐名额 0 个，已用 0 个" in page.text()


def test_the_second_officer_gets_409_and_keeps_what_was_typed(desk: Desk) -> None:
    found = desk.add()
    first, second = desk.browser("TNQ"), desk.browser("TNQ")
    seen = second.get(f"/review/{found}?step=return")
    first.submit(first.get(f"/review/{found}"), {"sheet-honest": "yes"}, action="/sheet", status=303)
    page = second.submit(
        seen, {"remark-products": "请写明型号。", "message": "两位同时办理"}, action="/return", status=409
    )
    told = page.text(page.one("div", id="conflict"))
    assert "板块审核员 演示板块审核员TNQ · 填写条件审核表" in told
    assert page.text(page.one("textarea", id="remark-products")) == "请写明型号。"
    assert page.text(page.one("textarea", id="message")) == "两位同时办理"
    assert desk.find(found).status == S.SUBMITTED
    # The page is ready to be sent again, with the version that stands now.
    second.submit(page, {"remark-products": "请写明型号。"}, action="/return", status=303)
    assert desk.find(found).status == S.RETURNED


def test_a_step_that_is_gone_leaves_the_typed_text_to_copy(desk: Desk) -> None:
    found = desk.add()
    first, second = desk.browser("TNQ"), desk.browser("TNQ")
    seen = second.get(f"/review/{found}?step=return")
    first.submit(
        first.get(f"/review/{found}?step=not_recommend"), {"message": "不推荐"}, action="/not_recommend", status=303
    )
    page = second.submit(seen, {"remark-products": "请写明型号。"}, action="/return", status=409)
    assert "不予推荐，现在是“不予推荐”" in page.text(page.one("div", id="conflict"))
    assert "主要产品 请写明型号。" in page.text()


def test_a_double_click_is_answered_as_done(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{found}?step=return")
    typed = {"remark-products": "请写明型号。"}
    browser.submit(page, typed, action="/return", status=303)
    browser.submit(page, typed, action="/return", status=303)
    with desk.session() as session:
        stored = session.get_one(applicants.Application, found)
        assert [remark.text for remark in stored.remarks] == ["请写明型号。"]


def test_notes_are_internal_and_messages_are_not(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    page = browser.submit(browser.get(f"/review/{found}"), action="/note", status=422)
    assert page.errors_shown == ["请填写备注内容。"]
    page = browser.submit(page, {"note": "去现场看过。"}, action="/note", status=303)
    assert "去现场看过。" in page.text()
    page = browser.submit(page, {"note": "长" * 2001}, action="/note", status=422)
    assert len(page.text(page.one("textarea", id="note"))) == 2001


def test_who_handles_it(desk: Desk) -> None:
    found = desk.add()
    browser = desk.browser("TNQ")
    browser.submit(
        browser.get(f"/review/{found}"), {"assignee": str(desk.actors["TNQ"].id)}, action="/assign", status=303
    )
    assert desk.find(found).assignee_id == desk.actors["TNQ"].id
    page = browser.submit(
        browser.get(f"/review/{found}"), {"assignee": str(desk.actors["WJQ"].id)}, action="/assign", status=422
    )
    assert page.errors_shown == [f"演示板块审核员WJQ 不办理 {desk.find(found).number} 所在的板块。"]


def test_of_two_who_give_it_out_the_later_sees_the_other(desk: Desk) -> None:
    found, other = desk.add(), desk.add()
    first, second = desk.browser("TNQ"), desk.browser("city")
    wanted = str(desk.actors["TNQ"].id)
    seen = second.get(f"/review/{found}")
    first.submit(first.get(f"/review/{found}"), {"assignee": wanted}, action="/assign", status=303)
    late = second.submit(seen, {"assignee": str(desk.actors["city"].id)}, action="/assign", status=409)
    assert desk.find(found).assignee_id == desk.actors["TNQ"].id
    assert late.one("select", id="assignee").find(".//*[@selected]").get("value") == str(desk.actors["city"].id)  # type: ignore[union-attr]
    second.submit(late, {}, action="/assign", status=303)
    assert desk.find(found).assignee_id == desk.actors["city"].id
    # In bulk none of them is given out.
    stale = {"action": "assign", "assignee": wanted, "seen": [f"{found}:1", f"{other}:{desk.find(other).version}"]}
    page = second.post("/review/bulk/confirm", stale, 409).get_data(as_text=True)
    assert "整批都没有办理" in page
    assert desk.find(other).assignee_id is None


def test_steps_of_other_roles_are_refused(desk: Desk) -> None:
    found = desk.add()
    for name, action in (("TNQ", "accept"), ("city", "recommend"), ("publisher", "propose"), ("TNQ", "submit")):
        browser = desk.browser(name)
        token = form_token(browser.get(f"/review/{found}"))
        browser.post(f"/review/{found}/{action}", {"version": desk.find(found).version}, 403, token=token)
        browser.post(f"/review/{found}/nonsense", {}, 404, token=token)
    assert desk.find(found).status == S.SUBMITTED


def test_nobody_decides_on_what_they_submitted(desk: Desk) -> None:
    found = desk.add()
    desk.change(found, created_by=desk.actors["TNQ"].id)
    page = desk.browser("TNQ").get(f"/review/{found}")
    assert "自己提交的申报由他人办理" in page.text()


def test_what_cannot_be_sent_again_is_told_in_words(desk: Desk) -> None:
    found = desk.add()
    first, second = desk.browser("TNQ"), desk.browser("TNQ")
    seen = second.get(f"/review/{found}?step=recommend")
    returned = {"remark-products": "请写明型号。", "message": "请改"}
    first.submit(first.get(f"/review/{found}?step=return"), returned, action="/return", status=303)
    page = second.submit(seen, {"rank": "1"} | sheet(desk) | {"sheet-honest": "no"}, action="/recommend", status=409)
    [typed] = [table for table in page.all("dl") if "推荐顺序" in page.text(table)]
    assert "物料仓储和配送实现自动化、智能化 符合" in page.text(typed)
    assert "近三年没有严重失信记录 不符合" in page.text(typed)
    assert "sheet-" not in page.text(typed)
