"""The public pages of calls: what they say, what they keep to themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from registry.services.calls.waivers import extend
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.calls.makers import CLOSES, NOW, application, enterprise, published, title

pytestmark = pytest.mark.usefixtures("at_noon")


def test_calls_are_listed_by_phase_and_drafts_are_not(app: Flask, calls_of: dict[str, int]) -> None:
    browser = Browser(app)
    page = browser.get("/calls")
    headings = [page.text(heading) for heading in page.all("h2")]
    assert headings == ["正在受理 1 个", "即将开始 1 个", "已经截止 1 个"]
    assert "还没发布的通知" not in page.source
    assert "受理中，还有 11 天" in page.source
    assert "2026-05-01 09:00 至 2026-05-31 17:00" in page.source
    assert page.response.headers["Cache-Control"] == "no-cache"


def test_longer_lists_ask_no_more_questions(app: Flask, calls_of: dict[str, int]) -> None:
    browser = Browser(app)
    browser.get("/calls")
    browser.get("/calls")
    before = len(browser.statements)
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        for number in range(3):
            call = published(session, actor, title=f"通知 {number}", category="prov_advanced_smart_factory")
            extend(session, actor, call.id, unit="JTQ", closes_at=CLOSES + timedelta(days=3), reason="汛情")
        session.commit()
    assert browser.get("/calls").source.count("通知 ") >= 3
    assert len(browser.statements) == before == 4


@pytest.mark.parametrize("query", ["enterprise=a%00b&established_on=%00", "enterprise=%ED%A0%80"])
def test_bytes_that_are_no_text_are_refused(app: Flask, calls_of: dict[str, int], query: str) -> None:
    page = Browser(app).get(f"/calls/{calls_of['open']}/check?{query}", 400)
    assert "enterprise" in page.text()


def test_the_list_says_what_to_do_when_nothing_is_open(app: Flask) -> None:
    page = Browser(app).get("/calls")
    assert "现在没有正在受理的申报通知。" in page.source
    assert page.links()["查看已认定的项目"] == "/projects"


@pytest.mark.parametrize("suffix", ["", "/form", "/check"])
def test_a_draft_does_not_exist_for_the_public(app: Flask, calls_of: dict[str, int], suffix: str) -> None:
    page = Browser(app).get(f"/calls/{calls_of['draft']}{suffix}", 404)
    assert "没有这个申报通知。" in page.source
    for number in ("9999", "3000000000", "99999999999999999999"):
        Browser(app).get(f"/calls/{number}{suffix}", 404)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("which", ["open", "upcoming", "closed"])
@pytest.mark.parametrize("suffix", ["", "/form", "/check", "/check?established_on=2020-01-01"])
def test_pages_are_sound_in_both_languages(
    app: Flask, calls_of: dict[str, int], language: str, which: str, suffix: str
) -> None:
    address = f"/calls/{calls_of[which]}{suffix}"
    page = Browser(app).get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert page.all("html")[0].get("lang") == ("zh-CN" if language == "zh" else "en")
    Browser(app).get(f"/calls?lang={language}")


def test_a_call_states_rules_criteria_files_and_deadlines(app: Flask, calls_of: dict[str, int]) -> None:
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        extend(session, actor, calls_of["open"], unit="JTQ", closes_at=CLOSES + timedelta(days=3), reason="汛情")
        session.commit()
    page = Browser(app).get(f"/calls/{calls_of['open']}")
    assert page.h1 == "关于组织申报 2026 年市级示范智能车间的通知"
    said = [page.text(line) for line in page.all("li")]
    assert "每家企业限报 1 项。" in said
    assert "企业成立应满 1 年。" in said
    assert "自动化、智能化设备使用率：不低于 70%" in said
    assert "现场照片：至少 2 份" in said
    units = {row[0]: row[1:] for row in page.rows()}
    assert units["金坛区"] == ["2026-06-03 17:00 已延期 汛情", "不限"]
    assert units["天宁区"] == ["2026-05-31 17:00", "不限"]
    assert "第一段。" in page.source
    assert "常工信〔2026〕12号" in page.source


def test_an_open_call_leads_on_and_a_closed_one_does_not(app: Flask, calls_of: dict[str, int]) -> None:
    assert "开始申报" in Browser(app).get(f"/calls/{calls_of['open']}").links()
    assert "开始申报" not in Browser(app).get(f"/calls/{calls_of['upcoming']}").links()
    assert "开始申报" not in Browser(app).get(f"/calls/{calls_of['closed']}").links()
    with time_machine.travel(CLOSES, tick=False):
        assert "今天截止" in Browser(app).get(f"/calls/{calls_of['open']}").source
    with time_machine.travel(CLOSES + timedelta(seconds=1), tick=False):
        page = Browser(app).get(f"/calls/{calls_of['open']}")
        assert "已截止" in page.source
        assert "开始申报" not in page.links()


def test_the_blank_form_has_every_field_of_the_form(app: Flask, calls_of: dict[str, int]) -> None:
    from registry.application_form import default_rules, form_of

    page = Browser(app).get(f"/calls/{calls_of['open']}/form")
    heads = [row[0] for row in page.rows()]
    for field in form_of(default_rules("mun_demo_smart_workshop")).fields:
        if not field.kpi:
            assert any(head.startswith(field.label) for head in heads), field.label
    kpis = {row[0]: row[1:] for row in page.rows() if len(row) >= 3}
    assert kpis["车间生产运营成本"] == ["万元/年", "", ""]
    assert kpis["工业机器人"] == ["台(套)", "—", ""]
    assert kpis["智能设备联网率"] == ["%", "由台数计算"]


def check(app: Flask, call_id: int, query: str, status: int = 200) -> dict[str, list[str]]:
    """Outcome and reason by rule."""
    page = Browser(app).get(f"/calls/{call_id}/check?{query}", status)
    return {row[0]: row[1:] for row in page.rows()}


def test_the_self_check_answers_each_rule_from_public_data(app: Flask, calls_of: dict[str, int]) -> None:
    with app.extensions["registry"].write() as session:
        holder = enterprise(session, uscc="91320402MA1DEM0017")
        title(session, holder, "演示齿轮箱装配智能车间")
        title(session, holder, "演示老车间", revoked_on=date(2025, 6, 1))
        session.commit()
    number = calls_of["open"]
    found = check(app, number, "enterprise=演示明远精密传动有限公司&established_on=2025-12-01&criterion-storage=no")
    assert found["截止时间"] == ["✓ 符合", "现在可以申报，2026-05-31 17:00 截止"]
    assert found["每家企业的申报数"][0] == "– 没有核对"
    assert found["已有同级或更高认定"] == ["– 没有核对", "这些项目不能再报，其他项目可以：演示齿轮箱装配智能车间"]
    assert found["撤销后的等待期"] == [
        "✕ 不符合",
        "市级示范智能车间被撤销后 2 年内不能申报，您于 2025-06-01 被撤销，2027-06-01 起可以申报",
    ]
    assert found["成立年限"][0] == "✕ 不符合"
    assert found["物料仓储和配送实现自动化、智能化"] == ["✕ 不符合", "您回答否；不符合这一条件不能申报"]
    assert found["自动化、智能化设备使用率"] == ["– 没有核对", "请填写，要求不低于 70%"]
    by_code = check(app, number, "enterprise=91320402ma1dem0017&project=演示齿轮箱装配智能车间")
    assert by_code["已有同级或更高认定"] == [
        "✕ 不符合",
        "已获同级或更高认定的项目不能再申报，“演示齿轮箱装配智能车间”已是市级示范智能车间",
    ]
    other = check(app, number, "enterprise=演示明远精密传动有限公司&project=演示新车间&criterion-networking=69.9%25")
    assert other["已有同级或更高认定"] == ["✓ 符合", "这个项目没有同级或更高的认定"]


def test_the_self_check_tells_nothing_that_is_not_public(app: Flask, calls_of: dict[str, int]) -> None:
    from registry.models import Call

    with app.extensions["registry"].write() as session:
        applicant = enterprise(session, "演示只注册过有限公司", "91320402MA1DEM0025")
        application(session, session.get_one(Call, calls_of["open"]), applicant)
        session.commit()
    page = Browser(app).get(f"/calls/{calls_of['open']}/check?enterprise=91320402MA1DEM0025")
    unknown = Browser(app).get(f"/calls/{calls_of['open']}/check?enterprise=91320402MA1DEM0033")
    assert page.rows() == unknown.rows()
    assert "演示只注册过" not in page.source
    assert "SB-2026" not in page.source


def test_the_self_check_is_a_yes_when_everything_is_answered(app: Flask, calls_of: dict[str, int]) -> None:
    from registry.application_form import CriterionKind, default_rules

    answers = "&".join(
        f"criterion-{item.code}={'yes' if item.kind == CriterionKind.YES_NO else '70'}"
        for item in default_rules("mun_demo_smart_workshop").criteria
    )
    page = Browser(app).get(f"/calls/{calls_of['open']}/check?enterprise=x&established_on=2012年3月18日&{answers}")
    assert "核对过的都符合，还有几条没有核对" in page.source
    assert page.one("input", id="established_on").get("value") == "2012年3月18日"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("established_on=昨天", "成立日期：“昨天”不是日期；请写成 2020-12-18、2020/12/18 或 2020年12月18日"),
        ("established_on=2030-01-01", "成立日期：“2030-01-01”日期 2030-01-01 在将来；请核对这个日期"),
        ("criterion-networking=NaN", "智能设备联网率（%）：“NaN”不是数字；请只填一个数，不带单位、“约”和说明"),
        ("project=" + "长" * 201, "车间或工厂名称：有 201 个字，最多 200 个；请缩短"),
    ],
)
def test_bad_input_is_answered_at_its_field(app: Flask, calls_of: dict[str, int], query: str, sentence: str) -> None:
    page = Browser(app).get(f"/calls/{calls_of['open']}/check?{query}&criterion-storage=yes", 400)
    assert page.errors_shown == [sentence]
    chosen = [option for option in page.one("select", id="criterion-storage") if option.get("selected") is not None]
    assert [option.get("value") for option in chosen] == ["yes"]


def test_names_with_markup_are_shown_as_they_are(app: Flask, calls_of: dict[str, int]) -> None:
    page = Browser(app).get(f"/calls/{calls_of['open']}/check?enterprise=<b>x</b>&established_on=2000-01-01")
    assert page.one("input", id="enterprise").get("value") == "<b>x</b>"


def test_reading_and_checking_set_no_cookie(app: Flask, calls_of: dict[str, int]) -> None:
    browser = Browser(app)
    for suffix in ("", f"/{calls_of['open']}", f"/{calls_of['open']}/form", f"/{calls_of['open']}/check?project=x"):
        assert "Set-Cookie" not in browser.get(f"/calls{suffix}").response.headers
    assert NOW.year == 2026
