"""The officers' pages of calls: made, changed, published and excepted in the browser, nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.application_form import CriterionKind, Rules
from registry.models import Call, CallExtension, CallForm, Event, Waiver
from registry.services.calls import managing
from registry.services.calls.waivers import waive
from registry.terms import CallRule, Role
from tests import people
from tests.browser import Browser, Page
from tests.calls.conftest import sign_in
from tests.calls.makers import NOW, application, enterprise, text

PAGES = ("", "/edit", "/rules", "/publish", "/extensions", "/waivers")
NEW = {
    "category": "mun_demo_smart_workshop",
    "year": "2026",
    "title": "关于组织申报 2026 年市级示范智能车间的通知",
    "document_number": "常工信[2026]12号",
    "opens_at": "2026-05-01T09:00",
    "closes_at": "2026-05-31T17:00",
    "introduction": "第一段\n\n第二段",
}


def stored(app: Flask, call_id: int) -> Call:
    """The call as it is stored."""
    with app.extensions["registry"].read() as session:
        call = session.get_one(Call, call_id)
        assert call.forms
        assert call.extensions is not None
        session.expunge_all()
    return call


def value(page: Page, name: str) -> str:
    """What stands in a control."""
    for tag in ("input", "textarea"):
        for control in page.all(tag):
            if control.get("name") == name:
                return (control.get("value") if tag == "input" else "".join(control.itertext())) or ""
    raise AssertionError(name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_sound_in_both_languages(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser, language: str
) -> None:
    for address in ("/admin/calls", "/admin/calls/new"):
        officer_browser.get(f"{address}?lang={language}")
    for which in ("open", "draft", "closed"):
        for suffix in PAGES:
            officer_browser.get(f"/admin/calls/{calls_of[which]}{suffix}?lang={language}")


def test_others_have_no_way_in(app: Flask, calls_of: dict[str, int]) -> None:
    addresses = ["/admin/calls", "/admin/calls/new", *(f"/admin/calls/{calls_of['open']}{suffix}" for suffix in PAGES)]
    district = sign_in(app, Role.DISTRICT_REVIEWER, "TNQ")
    for address in addresses:
        assert "没有此项权限" in district.get(address, 403).source
    for suffix in ("/edit", "/rules", "/publish", "/extensions", "/waivers", "/extensions/TNQ/end", "/waivers/1/end"):
        district.post(f"/admin/calls/{calls_of['open']}{suffix}", {"version": "1"}, 403)
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(CallExtension.reason)) is None
    administrator = sign_in(app, Role.ADMINISTRATOR)
    for address in addresses:
        administrator.get(address)
    for suffix in PAGES:
        administrator.get(f"/admin/calls/9999{suffix}", 404)


def test_a_call_is_made_changed_and_published(app: Flask, officer_browser: Browser) -> None:
    form = officer_browser.get("/admin/calls/new")
    page = officer_browser.submit(form, NEW)
    assert page.h1 == NEW["title"]
    [call_id] = [
        int(link.rsplit("/", 1)[1])
        for link in page.links().values()
        if link.startswith("/admin/calls/") and link.rsplit("/", 1)[1].isdigit()
    ][:1]
    call = stored(app, call_id)
    assert (call.state, call.document_number, call.introduction) == ("draft", "常工信〔2026〕12号", "第一段\n\n第二段")
    assert (call.opens_at.isoformat(), call.closes_at.isoformat()) == (
        "2026-05-01T01:00:00+00:00",
        "2026-05-31T09:00:00+00:00",
    )
    edit = officer_browser.get(f"/admin/calls/{call_id}/edit")
    assert value(edit, "closes_at") == "2026-05-31T17:00"
    officer_browser.submit(edit, {"closes_at": "2026年6月1日 17:00"})
    assert stored(app, call_id).closes_at.isoformat() == "2026-06-01T09:00:00+00:00"
    Browser(app).get(f"/calls/{call_id}", 404)
    confirm = officer_browser.get(f"/admin/calls/{call_id}/publish")
    assert "每家企业限报 1 项。" in confirm.source
    done = officer_browser.submit(confirm)
    assert "查看公开页" in done.links()
    assert Browser(app).get(f"/calls/{call_id}").h1 == NEW["title"]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"closes_at": "2026-04-30T17:00"}, ["截止时间：应在开始时间之后；请更正"]),
        ({"closes_at": "2026-05-31T09:00", "opens_at": "2026-05-31T09:00"}, ["截止时间：应在开始时间之后；请更正"]),
        (
            {"opens_at": "五月一日", "closes_at": "2026-02-30 17:00"},
            [
                "开始时间：“五月一日”不是日期和时刻；请写成 2026-05-31 17:00 的样子",
                "截止时间：“2026-02-30 17:00”没有这个时刻；请核对年、月、日和时、分",
            ],
        ),
        ({"closes_at": ""}, ["截止时间：没有填写；请填写"]),
        ({"closes_at": "2026-05-31"}, ["截止时间：“2026-05-31”不是日期和时刻；请写成 2026-05-31 17:00 的样子"]),
        ({"year": "26"}, ["年度：“26”不合要求；请填 2010 到 2100 的整数"]),
        ({"title": ""}, ["标题：没有填写；请填写"]),
        ({"title": "长" * 201}, ["标题：有 201 个字，最多 200 个；请缩短"]),
        ({"category": ""}, ["类别：没有选择类别；请选择"]),
        ({"category": "no_such"}, ["类别：没有选择类别；请选择"]),
        ({"document_number": "12号"}, ["文号：写法应如 常工信〔2026〕12号；请更正"]),
        (
            {"document_number": "x", "closes_at": "2026-04-30T17:00", "category": "mun_smart_mfg_zone", "year": "2020"},
            [
                "类别：市智能制造示范区只在 2021– 年设立；请改选类别或年度",
                "文号：写法应如 常工信〔2026〕12号；请更正",
                "截止时间：应在开始时间之后；请更正",
            ],
        ),
    ],
)  # fmt: skip
def test_errors_are_all_said_and_nothing_typed_is_lost(
    app: Flask, officer_browser: Browser, changes: dict[str, str], sentences: list[str]
) -> None:
    typed = NEW | changes
    answer = officer_browser.submit(officer_browser.get("/admin/calls/new"), typed, status=422)
    assert answer.errors_shown == sentences
    for name in ("year", "title", "document_number", "opens_at", "closes_at", "introduction"):
        assert value(answer, name).strip() == typed[name], name
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Call)).all() == []


def test_the_second_officer_loses_nothing_and_sees_what_changed(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    mine = officer_browser.get(f"/admin/calls/{calls_of['open']}/edit")
    other = sign_in(app, Role.ADMINISTRATOR)
    other.submit(other.get(f"/admin/calls/{calls_of['open']}/edit"), {"title": "别人改的标题"})
    answer = officer_browser.submit(mine, {"title": "我改的标题", "introduction": "我写的说明"}, status=409)
    assert answer.errors_shown == ["这个通知已被他人更新：05-20 09:30 改了标题。请核对后再保存，您填写的内容都还在。"]
    assert (value(answer, "title"), value(answer, "introduction").strip()) == ("我改的标题", "我写的说明")
    assert "现在保存的是：别人改的标题" in answer.source
    assert stored(app, calls_of["open"]).title == "别人改的标题"
    officer_browser.submit(answer)
    assert stored(app, calls_of["open"]).title == "我改的标题"


def test_fields_that_are_not_of_the_form_change_nothing(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    page = officer_browser.get(f"/admin/calls/{calls_of['draft']}/edit")
    officer_browser.submit(page, {"state": "published", "is_demo": "1", "id": "77", "created_at": "2000-01-01"})
    call = stored(app, calls_of["draft"])
    assert (call.state, call.is_demo, call.created_at) == ("draft", False, NOW)


def rules_of(app: Flask, call_id: int) -> Rules:
    """The rules in force."""
    return Rules.from_json(stored(app, call_id).form.rules)


def test_the_rules_editor_keeps_what_it_shows(app: Flask, calls_of: dict[str, int], officer_browser: Browser) -> None:
    before = stored(app, calls_of["open"])
    page = officer_browser.get(f"/admin/calls/{calls_of['open']}/rules")
    officer_browser.submit(page)
    after = stored(app, calls_of["open"])
    assert (after.form.rules, after.version) == (before.form.rules, before.version)


def test_rules_are_edited_without_a_script(app: Flask, calls_of: dict[str, int], officer_browser: Browser) -> None:
    address = f"/admin/calls/{calls_of['open']}/rules"
    page = officer_browser.get(address)
    blank = [
        control.get("name") or "" for control in page.all("input") if (control.get("name") or "").endswith("-text")
    ]
    assert blank[-1] == "criteria-9-text"
    more = officer_browser.submit(
        page,
        {"criteria-9-text": "关键工序数控化率", "criteria-9-kind": "number", "per_enterprise": "三"},
        button=("more", "1"),
        status=200,
    )
    assert value(more, "per_enterprise") == "三"
    assert more.errors_shown == []
    changes = {
        "per_enterprise": "2",
        "quotas-TNQ": "12",
        "quotas-JKQ": "0",
        "criteria-9-threshold": "50％",
        "criteria-9-unit": "%",
        "criteria-11-text": "有智能制造规划",
        "criteria-11-evidence": "1",
        "criteria-0-remove": "1",
        "excludes": ["mun_demo_smart_workshop"],
        "files-photo-least": "3",
        "files-audit_report": "1",
        "files-audit_report-least": "0",
        "second_person": None,
    }
    done = officer_browser.submit(more, changes)
    assert done.h1 == "关于组织申报 2026 年市级示范智能车间的通知"
    rules = rules_of(app, calls_of["open"])
    assert (rules.per_enterprise, rules.quotas, rules.excludes) == (
        2,
        {"TNQ": 12, "JKQ": 0},
        ("mun_demo_smart_workshop",),
    )
    assert rules.second_person is False
    assert [item.code for item in rules.criteria] == [
        "networking", "storage", "scheduling", "traceability", "legal_person", "in_production", "honest", "c1", "c2",
    ]  # fmt: skip
    added = rules.criteria[-2]
    assert (added.kind, str(added.threshold), added.unit) == (CriterionKind.NUMBER, "50", "%")
    assert rules.criteria[-1].evidence
    assert {item.kind.value: item.at_least for item in rules.files}["photo"] == 3
    assert {item.kind.value: item.at_least for item in rules.files}["audit_report"] == 0


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"quotas-TNQ": "-1"}, ["天宁区：“-1”不合要求；请填 0 到 1000 的整数"]),
        ({"per_enterprise": ""}, ["每家企业最多申报（项）：没有填写；请填写"]),
        ({"handling_days": "0"}, ["每一步的承诺时限（天）：“0”不合要求；请填 1 到 365 的整数"]),
        ({"handling_days": "99999999999999999999"}, ["每一步的承诺时限（天）：“99999999999999999999”不合要求；请填 1 到 365 的整数"]),
        ({"criteria-8-text": "达标", "criteria-8-kind": "number"}, ["条件第 9 行：按数值判断的条件要有最低值；请填写"]),
        ({"criteria-8-threshold": "七十"}, ["条件第 9 行：“七十”不是数字；请只填一个数，不带单位、“约”和说明"]),
        ({"criteria-8-threshold": "70"}, ["条件第 9 行：没有写条件的内容；请填写，或删除这一条"]),
        ({"criteria-8-text": "x", "criteria-8-kind": "magic"}, ["条件第 9 行：没有选择怎样判断；请选择"]),
        ({"kpis": ["smart_equipment_rate"]}, [
            "条件第 2 行：所用指标不在本通知要求填写的指标中；请在指标中勾选，或改用别的条件",
            "必填指标：自动化、智能化设备使用率由台数计算，要同时填写自动化、智能化设备数、车间设备总台套数；请一并勾选",
        ]),
        ({"kpis": ["no_such"], "excludes": ["no_such"]}, [
            "已有这些认定的项目不能申报：所选类别不在类别表中；请重新选择",
            "条件第 1 行：所用指标不在本通知要求填写的指标中；请在指标中勾选，或改用别的条件",
            "条件第 2 行：所用指标不在本通知要求填写的指标中；请在指标中勾选，或改用别的条件",
            "必填指标：所选指标不在指标表中；请重新选择",
        ]),
        ({"files-photo-least": "21"}, ["现场照片至少：“21”不合要求；请填 0 到 20 的整数"]),
    ],
)  # fmt: skip
def test_bad_rules_are_said_at_their_place_and_stay_typed(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser, changes: dict[str, Any], sentences: list[str]
) -> None:
    before = stored(app, calls_of["open"]).form.rules
    page = officer_browser.get(f"/admin/calls/{calls_of['open']}/rules")
    answer = officer_browser.submit(page, changes, status=422)
    assert answer.errors_shown == sentences
    for name, typed in changes.items():
        if isinstance(typed, str) and not name.endswith("-kind"):
            assert value(answer, name) == typed
    assert stored(app, calls_of["open"]).form.rules == before


def test_rules_that_changed_meanwhile_are_not_overwritten(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    mine = officer_browser.get(f"/admin/calls/{calls_of['open']}/rules")
    other = sign_in(app, Role.ADMINISTRATOR)
    other.submit(other.get(f"/admin/calls/{calls_of['open']}/rules"), {"handling_days": "7"})
    answer = officer_browser.submit(mine, {"per_enterprise": "5"}, status=409)
    assert answer.errors_shown == [
        "这个通知已被他人更新：05-20 09:30 改了申报规则。请核对后再保存，您填写的内容都还在。"
    ]
    assert value(answer, "per_enterprise") == "5"


def test_a_used_version_of_the_rules_stays(app: Flask, calls_of: dict[str, int], officer_browser: Browser) -> None:
    with app.extensions["registry"].write() as session:
        call = session.get_one(Call, calls_of["open"])
        application(session, call, enterprise(session), "draft")
        session.commit()
    page = officer_browser.get(f"/admin/calls/{calls_of['open']}/rules")
    assert "成为新的一版。" in page.source
    done = officer_browser.submit(page, {"per_enterprise": "4"})
    assert "第 2 版，2026-05-20 09:30，0 份申报在用" in done.source
    assert "第 1 版，2026-05-20 09:30，1 份申报在用" in done.source
    with app.extensions["registry"].read() as session:
        assert [
            form.rules["per_enterprise"]
            for form in session.scalars(
                select(CallForm).where(CallForm.call_id == calls_of["open"]).order_by(CallForm.number)
            )
        ] == [1, 4]


def test_a_new_call_takes_the_rules_of_an_earlier_one(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    page = officer_browser.get(f"/admin/calls/{calls_of['open']}/rules")
    officer_browser.submit(page, {"per_enterprise": "3"})
    form = officer_browser.get("/admin/calls/new")
    officer_browser.submit(form, NEW | {"rules_from": str(calls_of["open"])})
    with app.extensions["registry"].read() as session:
        newest = session.scalars(select(Call).order_by(Call.id.desc())).first()
        assert newest is not None
        assert managing.rules_of(newest).per_enterprise == 3
    for wrong in ("x", "9999", "99999999999999999999"):
        answer = officer_browser.submit(form, NEW | {"rules_from": wrong}, status=422)
        assert answer.errors_shown == ["申报规则：没有这个选项；请重新选择"]


def test_an_unfinished_draft_is_not_published(app: Flask, officer_browser: Browser) -> None:
    officer_browser.submit(officer_browser.get("/admin/calls/new"), NEW | {"document_number": ""})
    with app.extensions["registry"].read() as session:
        call_id = session.scalars(select(Call.id)).one()
    page = officer_browser.get(f"/admin/calls/{call_id}/publish")
    assert "还没有填写文号，发布前请补上。" in page.source
    answer = officer_browser.submit(page, status=422)
    assert answer.errors_shown == ["还没有填写文号，发布前请补上。"]
    assert stored(app, call_id).state == "draft"


def test_a_draft_that_changed_after_the_confirmation_page_is_not_published(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    page = officer_browser.get(f"/admin/calls/{calls_of['draft']}/publish")
    other = sign_in(app, Role.ADMINISTRATOR)
    other.submit(other.get(f"/admin/calls/{calls_of['draft']}/edit"), {"title": "又改了"})
    answer = officer_browser.submit(page, status=409)
    assert answer.errors_shown == ["这个通知已被他人更新：05-20 09:30 改了标题。请核对后再保存，您填写的内容都还在。"]
    assert stored(app, calls_of["draft"]).state == "draft"


def test_a_unit_gets_a_later_deadline_and_loses_it(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    address = f"/admin/calls/{calls_of['open']}/extensions"
    page = officer_browser.get(address)
    answer = officer_browser.submit(
        page, {"unit": "JTQ", "closes_at": "2026-05-31T17:00", "reason": "汛情"}, status=422
    )
    assert answer.errors_shown == ["延期到：应晚于通知的截止时间 2026-05-31 17:00。"]
    assert (value(answer, "closes_at"), value(answer, "reason")) == ("2026-05-31T17:00", "汛情")
    done = officer_browser.submit(answer, {"closes_at": "2026-06-03T17:00"})
    assert done.rows() == [["金坛区", "2026-06-03 17:00", "汛情", "取消金坛区的延期"]]
    again = officer_browser.submit(done, action="/JTQ/end")
    assert again.rows() == []
    assert officer_browser.submit(again, status=422).errors_shown == [
        "板块：没有选择板块；请选择",
        "延期到：没有填写；请填写",
        "原因：没有填写；请填写",
    ]
    officer_browser.post(f"{address}/JTQ/end", status=404)


def test_a_rule_is_waived_for_the_enterprise_that_is_meant(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    with app.extensions["registry"].write() as session:
        enterprise(session, "演示重名有限公司")
        coded = enterprise(session, "演示重名有限公司", "91320402MA1DEM0017").id
        session.commit()
    page = officer_browser.get(f"/admin/calls/{calls_of['open']}/waivers")
    typed = {"enterprise": "演示没有的公司", "rule": "age", "reason": "重点项目"}
    answer = officer_browser.submit(page, typed, status=422)
    assert answer.errors_shown == [
        "企业名称或统一社会信用代码：没有登记这家企业；请核对名称或代码，企业注册后才能豁免。"
    ]
    assert value(answer, "reason") == "重点项目"
    answer = officer_browser.submit(answer, {"enterprise": "演示重名有限责任公司"}, status=422)
    assert answer.errors_shown == ["是哪一家：有几家企业叫这个名称，请选择是哪一家。"]
    done = officer_browser.submit(answer, {"enterprise_id": str(coded)})
    assert done.rows()[0][:3] == ["演示重名有限公司", "成立年限", "重点项目"]
    again = officer_browser.submit(done, typed | {"enterprise": "91320402MA1DEM0017"}, action="/waivers", status=409)
    assert again.errors_shown == ["已于 2026-05-20 为这家企业豁免“成立年限”，原因：重点项目。"]
    with app.extensions["registry"].read() as session:
        [waiver] = session.scalars(select(Waiver)).all()
        assert (waiver.enterprise_id, waiver.rule) == (coded, "age")
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.action, event.note) == ("call.waive", "重点项目")
    assert officer_browser.submit(done, action=f"/waivers/{waiver.id}/end").rows() == []


def test_exceptions_of_another_call_are_not_found(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        waiver = waive(
            session,
            actor,
            calls_of["open"],
            enterprise_id=enterprise(session).id,
            rule=CallRule.AGE,
            reason="x",
            now=NOW,
        ).id
        session.commit()
    officer_browser.post(f"/admin/calls/{calls_of['closed']}/waivers/{waiver}/end", status=404)


def test_lists_ask_the_same_questions_however_long(
    app: Flask, calls_of: dict[str, int], officer_browser: Browser
) -> None:
    for _ in range(2):
        officer_browser.get("/admin/calls")
    before = len(officer_browser.statements)
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        for number in range(3):
            made = managing.create_call(session, actor, text(title=f"通知 {number}"), now=NOW)
            application(session, made, enterprise(session, f"演示第{number}有限公司"))
        session.commit()
    officer_browser.get("/admin/calls")
    page = officer_browser.get("/admin/calls")
    assert len(page.rows()) == 7
    assert len(officer_browser.statements) == before
