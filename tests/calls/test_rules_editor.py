"""The rules editor of a call: nothing typed is lost, every fault stands at its place, a used version stays."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.application_form import CriterionKind, Rules
from registry.models import Call, CallForm
from registry.services.calls import managing
from registry.terms import Role
from tests.browser import Browser
from tests.calls.conftest import sign_in
from tests.calls.makers import application, enterprise
from tests.calls.officers import NEW, stored, value


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
        name
        for name in (control.get("name") or "" for control in page.all("input"))
        if name.startswith("criteria-") and name.endswith("-text")
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
        ({"per_enterprise": ""}, ["每家企业最多申报（项）：请填写每家企业最多申报（项）"]),
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
