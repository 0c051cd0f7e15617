"""Each rule that stands against an application, quoted; and what a waiver does to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.eligibility import years_after
from registry.db import writers
from registry.models import Call, Enterprise, ProjectName
from registry.services.calls.managing import eligibility
from registry.services.calls.waivers import waive
from registry.terms import CallRule
from tests.calls.makers import CATEGORY, NOW, application, enterprise, officer, published, title

OPEN_RULES = Rules(per_enterprise=0, cool_down_years=0, least_age_years=0)


def found(session: Session, call: Call, rules: Rules, holder: Enterprise, **given: Any) -> dict[str, str]:
    """Sentence by rule."""
    asked = {"project_id": None, "established_on": None, "now": NOW} | given
    rows = eligibility(session, call=call, rules=rules, enterprise_id=holder.id, **asked)
    assert [row.waived for row in rows] == [False] * len(rows)
    return {row.rule.value: row.sentence for row in rows}


def test_a_second_application_is_refused_with_the_rule_quoted(engine: Engine) -> None:
    with writers(engine)() as session:
        actor, holder = officer(session), enterprise(session)
        call, other = published(session, actor), published(session, actor, title="另一个通知")
        rules = replace(OPEN_RULES, per_enterprise=1)
        application(session, call, holder, "draft")
        for status in ("withdrawn", "rejected", "not_recommended"):
            application(session, call, holder, status)
        application(session, other, holder)
        application(session, call, enterprise(session, "演示别家有限公司"))
        assert found(session, call, rules, holder) == {}
        mine = application(session, call, holder, "returned")
        assert found(session, call, rules, holder) == {
            "per_enterprise": f"每家企业在本通知下限报 1 项，您已提交 {mine.number}"
        }
        assert found(session, call, rules, holder, counted_application_id=mine.id) == {}
        assert found(session, call, OPEN_RULES, holder) == {}


def test_a_project_with_the_same_or_a_higher_title_is_excluded(engine: Engine) -> None:
    rules = replace(OPEN_RULES, excludes=(CATEGORY, "prov_demo_smart_workshop"))
    with writers(engine)() as session:
        call, holder = published(session, officer(session)), enterprise(session)
        held = title(session, holder, "演示齿轮箱装配智能车间", "prov_demo_smart_workshop")
        lower = title(session, holder, "演示热处理车间", "mun_smart_workshop")
        sentence = "已获同级或更高认定的项目不能再申报，“演示齿轮箱装配智能车间”已是省级示范智能车间"
        assert found(session, call, rules, holder, project_id=held.id) == {"exclusion": sentence}
        assert found(session, call, rules, holder, project_id=lower.id) == {}
        assert found(session, call, rules, holder, project_name="演示全新车间") == {}
        assert found(session, call, rules, holder, project_name="演示齿轮箱 装配智能车间") == {"exclusion": sentence}
        held.former_names.append(ProjectName(name="演示老车间", name_key="演示老车间"))
        session.flush()
        assert found(session, call, rules, holder, project_name="演示老车间") == {"exclusion": sentence}
        asks = application(session, call, holder, "draft")
        asks.project_name = "演示齿轮箱装配智能车间"
        session.flush()
        assert found(session, call, rules, holder, counted_application_id=asks.id) == {"exclusion": sentence}
        assert found(session, call, rules, enterprise(session, "演示别家"), project_name="演示老车间") == {}


def test_only_valid_titles_exclude(engine: Engine) -> None:
    rules = replace(OPEN_RULES, excludes=(CATEGORY,), most_titles=1)
    with writers(engine)() as session:
        call, holder = published(session, officer(session)), enterprise(session)
        revoked = title(session, holder, "演示甲车间", revoked_on=date(2023, 1, 1))
        expired = title(session, holder, "演示乙车间", expired_on=date(2024, 1, 1))
        for project in (revoked, expired):
            assert found(session, call, rules, holder, project_id=project.id) == {}


def test_an_enterprise_with_enough_titles_may_not_apply(engine: Engine) -> None:
    with writers(engine)() as session:
        call, holder = published(session, officer(session)), enterprise(session)
        title(session, holder, "演示甲车间")
        title(session, holder, "演示乙车间", "mun_smart_workshop")
        assert found(session, call, replace(OPEN_RULES, most_titles=2), holder) == {}
        title(session, holder, "演示丙车间")
        assert found(session, call, replace(OPEN_RULES, most_titles=2), holder) == {
            "most_titles": "每家企业最多有 2 项有效的市级示范智能车间，您已有 2 项"
        }


@pytest.mark.parametrize(("day", "refused"), [("2024-05-21", True), ("2024-05-20", False), ("2022-01-01", False)])
def test_after_a_revocation_an_enterprise_waits(engine: Engine, day: str, refused: bool) -> None:
    rules = replace(OPEN_RULES, cool_down_years=2)
    with writers(engine)() as session:
        call, holder = published(session, officer(session)), enterprise(session)
        title(session, holder, "演示甲车间", revoked_on=date.fromisoformat(day))
        title(session, holder, "演示乙车间", "mun_smart_workshop", revoked_on=date(2026, 1, 1))
        sentence = "市级示范智能车间被撤销后 2 年内不能申报，您于 2024-05-21 被撤销，2026-05-21 起可以申报"
        assert found(session, call, rules, holder) == ({"cool_down": sentence} if refused else {})


def test_a_young_enterprise_waits(engine: Engine) -> None:
    rules = replace(OPEN_RULES, least_age_years=1)
    with writers(engine)() as session:
        call, holder = published(session, officer(session)), enterprise(session)
        assert found(session, call, rules, holder) == {}
        assert found(session, call, rules, holder, established_on=date(2025, 5, 20)) == {}
        assert found(session, call, rules, holder, established_on=date(2025, 5, 21)) == {
            "age": "企业成立应满 1 年，您的成立日期是 2025-05-21，2026-05-21 起可以申报"
        }


def test_a_leap_day_is_a_year_old_on_the_first_of_march() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_waiver_lifts_its_rule_for_its_enterprise_in_its_call(engine: Engine) -> None:
    rules = replace(OPEN_RULES, least_age_years=5, most_titles=1)
    with writers(engine)() as session:
        actor = officer(session)
        call, holder = published(session, actor), enterprise(session)
        title(session, holder, "演示甲车间")
        waive(session, actor, call.id, enterprise_id=holder.id, rule=CallRule.AGE, reason="重点项目", now=NOW)
        rows = eligibility(
            session,
            call=call,
            rules=rules,
            enterprise_id=holder.id,
            project_id=None,
            established_on=date(2024, 1, 1),
            now=NOW,
        )
        assert [(row.rule, row.waived) for row in rows] == [(CallRule.MOST_TITLES, False), (CallRule.AGE, True)]
        other = published(session, actor, title="另一个通知")
        again = eligibility(
            session,
            call=other,
            rules=rules,
            enterprise_id=holder.id,
            project_id=None,
            established_on=date(2024, 1, 1),
            now=NOW,
        )
        assert [row.waived for row in again] == [False, False]
