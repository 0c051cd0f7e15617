"""The round on its pages, without a script: what officers, experts and chairs are shown, and what they are refused."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from registry.evaluation.terms import AssignmentState
from registry.models import Account, Assignment, Panel
from registry.permissions import Actor
from tests.evaluation import makers
from tests.evaluation.conftest import Site
from tests.evaluation.makers import rows_of, typed


def test_an_officer_makes_a_panel_draws_and_reads_the_results(site: Site) -> None:
    city = site.browser(site.round.city)
    listed = city.get("/review/panels")
    assert "3 份" in listed.text()
    page = city.get(listed.links()["新建评审组：关于组织申报2026年示范智能车间的通知（演示）"])
    refused = city.submit(page, {"closes_at": "2020-01-01 17:00"}, status=422)
    assert refused.errors_shown == ["评审截止时间应在现在以后；请更正。"]
    made = city.submit(page, {"closes_at": "2036-12-04 17:00", "name": "装备一组"}, status=303)
    assert made.h1 == "装备一组"
    drawn = city.submit(made, action="/draw", status=303)
    assert len(drawn.rows()) == 3
    assert {row[4] for row in drawn.rows()} == {"0 / 3"}
    record = city.get(drawn.links()["抽取记录"])
    assert "按种子重新抽取，结果一致" in record.text()
    assert len(record.rows()) == 3
    again = city.submit(drawn, {"reason": ""}, action="/draw", status=422)
    assert again.errors_shown == ["原因：请写明原因。"]
    queue = city.get("/review?stage=scoring")
    assert queue.text().count("专家评审中 0/3") == 3
    assert city.get("/review?stage=chair").rows() == []


def test_a_panel_is_changed_before_its_draw_and_the_appointed_expert_goes_with_the_application(site: Site) -> None:
    with site.session() as session:
        panel = makers.panel(session, site.round, draw=False, closes_at=makers.NOW.replace(year=2036)).id
        session.commit()
    city = site.browser(site.round.city)
    address = f"/review/panels/{panel}/applications/{site.round.applications[0]}"
    chosen = str(site.round.experts[0].id)
    page = city.submit(city.get(address), {"expert": chosen, "reason": "熟悉"}, action="/appoint", status=303)
    assert "指定" in page.text()
    edit = city.get(f"/review/panels/{panel}/edit")
    kept = [str(key) for key in site.round.applications[1:]]
    changed = city.submit(edit, {"applications": kept, "chair": chosen, "name": "装备二组"}, status=303)
    assert (changed.h1, len(changed.rows())) == ("装备二组", 2)
    assert site.seats() == []
    stale = city.submit(edit, {"name": "装备三组"}, status=409)
    assert stale.errors_shown == ["这个评审组刚被他人更新，请核对后再办理，您填写的内容都还在。"]
    assert stale.one("input", name="name").get("value") == "装备三组"
    drawn = city.submit(city.get(f"/review/panels/{panel}"), action="/draw", status=303)
    after = city.get(f"/review/panels/{panel}/edit")
    assert "名单和人数不再变动" in after.text()
    renamed = city.submit(after, {"name": "装备四组", "chair": ""}, status=303)
    assert (renamed.h1, len(renamed.rows())) == ("装备四组", len(drawn.rows()))


def test_an_expert_answers_scores_and_submits_without_a_script(site: Site) -> None:
    panel = site.drawn()
    (seat, who), *_others = site.seats()
    expert = site.browser(who)
    page = expert.get(f"/expert/{seat}")
    assert page.h1 == "演示评审第1车间"
    assert page.text(page.one("header")).startswith("专家评审")
    assert "演示齿轮箱" not in page.text()
    assert "智能化程度（演示）" not in page.text()
    nothing = expert.submit(page, {"answer": "conflict"}, action="/declare", status=422)
    assert nothing.errors_shown == ["请写明原因。"]
    expert.submit(page, {"answer": "none"}, action="/declare", status=303)
    sheet = expert.get(f"/expert/{seat}")
    assert "智能化程度（演示）" in sheet.text()
    # On a tablet the papers stand below the sheet, so a link leads to them before anything is scored.
    assert sheet.links()["申报材料"] == "#papers"
    assert 'id="papers"' in sheet.source
    for hidden in ("演示法人", "演示联系人", "85681234", "contact@example.com"):
        assert hidden not in sheet.source
    short = expert.submit(
        sheet, {"points-smart": "40.3"}, button=("go", "submit"), action=f"/expert/{seat}", status=422
    )
    assert [error.partition("；")[0] for error in short.errors_shown] == [
        "“智能化程度（演示）”的评分应是数字，以 0.5 分为一档，如 17.5",
        "“改造效果（演示）”还没有评分",
        "“创新示范（演示）”还没有评分",
    ]
    done = expert.submit(short, typed("81.5"), button=("go", "submit"), action=f"/expert/{seat}", status=303)
    assert "评分已提交" in done.text()
    assert [row.state for row in _rows(site, panel) if row.id == seat] == [AssignmentState.SUBMITTED]
    listed = expert.get("/expert?tab=done")
    assert "81.5" in listed.text()
    for other_seat, other in site.seats()[1:]:
        assert site.browser(who).raw(f"/expert/{other_seat}").status_code == 404
        assert "81.5" not in site.browser(other).get(f"/expert/{other_seat}").text()


def test_what_is_typed_too_late_is_refused_with_409_and_stays_on_the_page(site: Site) -> None:
    panel = site.drawn()
    (seat, who), *_others = site.seats()
    expert = site.browser(who)
    expert.submit(expert.get(f"/expert/{seat}"), {"answer": "none"}, action="/declare", status=303)
    page = expert.get(f"/expert/{seat}")
    with site.session() as session:
        row = session.get_one(Panel, panel)
        row.closes_at = makers.NOW.replace(year=2020)
        session.commit()
    late = expert.submit(page, typed("77.5"), button=("go", "submit"), action=f"/expert/{seat}", status=409)
    assert "评审时间已经截止" in late.text()
    assert late.one("input", name="points-smart").get("value") == "31"
    answer = expert.client.post(
        f"/expert/{seat}/autosave",
        json={"version": 2, "answers": {"points-smart": "31"}, "seen": {"points-smart": ""}},
        headers={"X-CSRFToken": expert.token()},
    )
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert _sheet(site, seat) == {}


def test_autosave_answers_the_running_total(site: Site) -> None:
    site.drawn()
    (seat, who), *_others = site.seats()
    expert = site.browser(who)
    expert.submit(expert.get(f"/expert/{seat}"), {"answer": "none"}, action="/declare", status=303)
    answers = {"points-smart": "31", "points-effect": "２０．５", "reason-smart": "好"}
    answer = expert.client.post(
        f"/expert/{seat}/autosave",
        json={"version": 2, "answers": answers, "seen": dict.fromkeys(answers, "")},
        headers={"X-CSRFToken": expert.token()},
    )
    assert answer.json["derived"] == {"total": "51.5"}
    assert _sheet(site, seat)["reason-smart"] == "好"
    bad = expert.client.post(
        f"/expert/{seat}/autosave", data="[1]", content_type="application/json",
        headers={"X-CSRFToken": expert.token()},
    )  # fmt: skip
    assert bad.status_code == 400


def test_the_chair_rules_on_a_wide_spread_and_the_workbook_tells_it(site: Site) -> None:
    panel = site.drawn("60", "80", "90")
    city = site.browser(site.round.city)
    address = f"/review/panels/{panel}/applications/{site.round.applications[0]}"
    page = city.get(address)
    assert "分差过大" in page.text()
    assert city.get("/review/today").links()["1 评分待组长裁定"] == "/review/panels"
    refused = city.submit(
        page, {"decision": "set", "points": "101", "reason": "重读材料"}, action="/decide", status=422
    )
    assert refused.errors_shown == ["另定的分数应在 0 到 100 之间；请填写。"]
    assert refused.one("input", name="points").get("value") == "101"
    done = city.submit(refused, {"decision": "set", "points": "79", "reason": "重读材料"}, action="/decide", status=303)
    assert "重读材料" in done.text()
    assert "待组长裁定" not in city.get("/review/today").text()
    book = load_workbook(io.BytesIO(city.raw(f"/review/panels/{panel}/results.xlsx", audited=True).data))
    row = [cell.value for cell in book["评审结果汇总表"][3]]
    assert row[5:] == [60, 80, 90, 79, 30, "分差过大", "另定分数：重读材料", "1"]
    assert book.sheetnames == ["评审结果汇总表", "专家名单"]
    names = {account.name for account in _accounts(site)}
    publisher = site.browser(site.round.publisher)
    other = load_workbook(io.BytesIO(publisher.raw(f"/review/panels/{panel}/results.xlsx", audited=True).data))
    assert other.sheetnames == ["评审结果汇总表"]
    assert [name for name in names if name in publisher.get(address).text()] == []
    assert "79" in publisher.get(f"/review/panels/{panel}").text()


def test_two_officers_at_once(site: Site) -> None:
    panel = site.drawn("60", "80", "90")
    first, second = site.browser(site.round.city), site.browser(site.round.city)
    address = f"/review/panels/{panel}/applications/{site.round.applications[0]}"
    pages = [first.get(address), second.get(address)]
    first.submit(pages[0], {"decision": "accept", "reason": "可以"}, action="/decide", status=303)
    clash = second.submit(pages[1], {"decision": "set", "points": "70", "reason": "偏高"}, action="/decide", status=409)
    assert clash.errors_shown == ["评分或裁定刚有变化，请核对后再裁定，您填写的内容都还在。"]
    assert clash.one("input", name="reason", id="why-one").get("value") == "偏高"


def test_a_chair_of_the_panel_sees_sheets_without_names(site: Site) -> None:
    panel = site.drawn("60", "80", "90")
    chair = site.round.experts[4]
    with site.session() as session:
        session.get_one(Panel, panel).chair_id = chair.id
        session.commit()
    expert = site.browser(chair)
    page = expert.get(expert.get("/expert").links()["演示一组"])
    assert "演示评审第1车间" in page.text()
    own = {account.name for account in _accounts(site) if account.id != chair.id and account.role == "expert"}
    main = page.text(page.one("main"))
    assert [name for name in own if name != _name(site, chair) and name in main] == []
    ruled = expert.submit(page, {"decision": "accept", "reason": "评分合理"}, action="/decide", status=303)
    assert "采用计算分" in ruled.text()
    assert site.browser(site.round.experts[3]).raw(f"/expert/panels/{panel}").status_code == 404


def test_seats_are_changed_with_a_reason(site: Site) -> None:
    panel = site.drawn("60")
    city = site.browser(site.round.city)
    address = f"/review/panels/{panel}/applications/{site.round.applications[0]}"
    (first, _), (second, _), _third = site.seats()
    refused = city.submit(city.get(address), {}, action=f"/{second}/substitute", status=422)
    assert refused.errors_shown == ["原因：请写明原因。"]
    page = city.submit(refused, {"reason": "联系不上"}, action=f"/{second}/substitute", status=303)
    assert "联系不上" in page.text()
    page = city.submit(page, {"reason": "加总有误"}, action=f"/{first}/reopen", status=303)
    assert [row.state for row in _rows(site, panel) if row.id == first] == [AssignmentState.ASSIGNED]
    appoint = city.submit(page, {"reason": "熟悉"}, action="/appoint", status=422)
    assert appoint.errors_shown == ["专家：请选择专家。"]


@pytest.mark.parametrize("step", ["substitute", "release"])
def test_nobody_is_replaced_whose_sheet_came_in_unseen(site: Site, step: str) -> None:
    panel = site.drawn()
    city = site.browser(site.round.city)
    page = city.get(f"/review/panels/{panel}/applications/{site.round.applications[0]}")
    seat, _ = site.seats()[0]
    with site.session() as session:
        makers.score(session, site.round, session.get_one(Assignment, seat), "60")
        session.commit()
    told = city.submit(page, {"reason": "联系不上"}, action=f"/{seat}/{step}", status=409)
    assert told.errors_shown == ["这位专家的评分刚刚提交或退回，请看过以后再决定。"]
    assert [row.state for row in _rows(site, panel) if row.id == seat] == [AssignmentState.SUBMITTED]
    city.submit(told, action=f"/{seat}/{step}", status=303)
    assert seat not in [row.id for row in _rows(site, panel)]


def test_the_pool_is_kept_on_its_pages(site: Site) -> None:
    city = site.browser(site.round.city)
    expert = site.round.experts[0].id
    page = city.get(f"/admin/experts/{expert}")
    form = f"/admin/experts/{expert}"
    refused = city.submit(page, {"employer": "", "employer_uscc": "123"}, action=form, status=422)
    assert refused.errors_shown == ["工作单位：请填写工作单位"]
    saved = city.submit(
        refused, {"employer": "演示研究院", "employer_uscc": "", "title": "教授"}, action=form, status=303
    )
    assert saved.one("input", name="employer").get("value") == "演示研究院"
    missing = city.submit(saved, {"enterprise": "没有这家", "reason": "亲属"}, action="/conflicts", status=422)
    assert "登记中没有这家企业" in missing.text()
    assert missing.one("input", name="enterprise").get("value") == "没有这家"
    stale = city.submit(page, {"employer": "另一单位"}, action=form, status=409)
    assert "刚被他人更新" in stale.text()


def test_the_case_names_the_stage_and_what_a_proposal_waits_for(site: Site) -> None:
    site.drawn("60", "80")
    page = site.browser(site.round.city).get(f"/review/{site.round.applications[0]}")
    assert "专家评审中 2/3" in page.text()
    assert "专家评分还没有交齐（2/3）" in page.text()
    district = site.browser(site.round.casts[0].district).get(f"/review/{site.round.applications[0]}")
    assert "专家评审中" not in district.text()
    own = site.browser(site.round.casts[0].clerk).get(f"/enterprise/applications/{site.round.applications[0]}")
    assert "市级审核中" in own.text()
    assert "专家" not in own.text(own.one("main"))


def _rows(site: Site, panel: int) -> list[Assignment]:
    with site.session() as session:
        found = [row for key in site.round.applications for row in rows_of(session, key) if row.panel_id == panel]
        session.expunge_all()
        return found


def _sheet(site: Site, seat: int) -> dict[str, str]:
    with site.session() as session:
        return dict(session.get_one(Assignment, seat).sheet)


def _accounts(site: Site) -> list[Account]:
    with site.session() as session:
        found = [session.get_one(Account, actor.id) for actor in site.round.experts]
        session.expunge_all()
        return found


def _name(site: Site, who: Actor) -> str:
    return next(account.name for account in _accounts(site) if account.id == who.id)
