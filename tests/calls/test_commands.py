"""Commands on calls: what they refuse, what they record, and that older forms stay as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from registry.application_form import Criterion, CriterionKind, default_rules
from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Application, Call, CallForm, Event
from registry.services.calls import managing
from registry.services.calls.waivers import end_waiver, extend, waive
from registry.terms import CallRule, Role
from tests.calls.makers import CATEGORY, CLOSES, NOW, OPENS, application, enterprise, officer, published, text


def test_a_draft_is_made_with_the_usual_rules_and_a_tidy_number(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = managing.create_call(session, actor, text(document_number=" 常工信 [2026] 12号 "), now=NOW)
        session.commit()
        assert (call.state, call.document_number, call.form.number) == ("draft", "常工信〔2026〕12号", 1)
        assert managing.rules_of(call) == managing.usual_rules(session, CATEGORY)
        assert managing.rules_of(call).excludes == (
            "mun_demo_smart_workshop", "prov_demo_smart_workshop", "prov_smart_mfg_demo_workshop",
        )  # fmt: skip
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.action, event.subject_id, event.actor_id) == ("call.create", call.id, actor.id)
        assert event.changes["closes_at"] == [None, "2026-05-31T17:00:00+08:00"]


@pytest.mark.parametrize(
    "role", [Role.DISTRICT_REVIEWER, Role.PUBLISHER, Role.AUDITOR, Role.EXPERT], ids=lambda role: role.value
)
def test_only_the_city_and_administrators_manage_calls(engine: Engine, role: Role) -> None:
    with writers(engine)() as session:
        other = officer(session, role)
        call = published(session, officer(session))
        commands = [
            lambda: managing.create_call(session, other, text(), now=NOW),
            lambda: managing.update_call(session, other, call.id, text(), seen_version=call.version),
            lambda: managing.revise_rules(
                session, other, call.id, default_rules(CATEGORY), seen_version=call.version, now=NOW
            ),
            lambda: managing.publish_call(session, other, call.id, seen_version=call.version, now=NOW),
            lambda: extend(session, other, call.id, unit="TNQ", closes_at=CLOSES + timedelta(1), reason="x"),
            lambda: waive(session, other, call.id, enterprise_id=1, rule=CallRule.AGE, reason="x", now=NOW),
            lambda: end_waiver(session, other, call.id, 1),
        ]
        for command in commands:
            with pytest.raises(NotAllowed, match="没有此项权限"):
                command()


def test_everything_wrong_with_a_text_is_said_at_once(engine: Engine) -> None:
    with writers(engine)() as session:
        wrong = text(category="no_such", year=1999, title=" ", document_number="12号", opens_at=CLOSES, closes_at=OPENS)
        with pytest.raises(managing.CallFaults) as refused:
            managing.create_call(session, officer(session), wrong, now=NOW)
        assert [field for field, _ in refused.value.faults] == [
            "category",
            "year",
            "title",
            "document_number",
            "closes_at",
        ]


def test_a_category_is_offered_in_its_years(engine: Engine) -> None:
    with writers(engine)() as session:
        with pytest.raises(managing.CallFaults) as refused:
            managing.create_call(session, officer(session), text(category="prov_demo_smart_workshop"), now=NOW)
        assert refused.value.faults == (("category", "省级示范智能车间只在 –2020 年设立；请改选类别或年度"),)


def test_a_published_call_keeps_its_category_year_and_number(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        changed = text(category="mun_smart_workshop", year=2027, document_number="")
        with pytest.raises(managing.CallFaults) as refused:
            managing.update_call(session, actor, call.id, changed, seen_version=call.version)
        assert [field for field, _ in refused.value.faults] == ["category", "year", "document_number"]
        later = text(closes_at=CLOSES + timedelta(days=2))
        managing.update_call(session, actor, call.id, later, seen_version=call.version)
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert event.changes == {"closes_at": ["2026-05-31T17:00:00+08:00", "2026-06-02T17:00:00+08:00"]}


def test_publishing_needs_a_number_and_a_deadline_to_come(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = managing.create_call(session, actor, text(document_number=""), now=NOW)
        with pytest.raises(InvalidInput, match="文号"):
            managing.publish_call(session, actor, call.id, seen_version=call.version, now=NOW)
        managing.update_call(session, actor, call.id, text(), seen_version=call.version)
        with pytest.raises(InvalidInput, match="截止时间已经过去"):
            managing.publish_call(session, actor, call.id, seen_version=call.version, now=CLOSES)
        managing.publish_call(session, actor, call.id, seen_version=call.version, now=NOW)
        with pytest.raises(Conflict, match="已经发布"):
            managing.publish_call(session, actor, call.id, seen_version=call.version, now=NOW)


def test_the_second_of_two_officers_is_told_what_changed(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        seen = call.version
        managing.update_call(session, actor, call.id, text(title="另一个标题"), seen_version=seen)
        with pytest.raises(Conflict, match="改了标题。请核对后再保存，您填写的内容都还在"):
            managing.update_call(session, actor, call.id, text(title="第三个"), seen_version=seen)
        with pytest.raises(Conflict):
            managing.revise_rules(session, actor, call.id, default_rules(CATEGORY), seen_version=seen, now=NOW)
        now_seen = call.version
        extend(session, actor, call.id, unit="LYS", closes_at=CLOSES + timedelta(1), reason="停电")
        with pytest.raises(Conflict, match="改了延期"):
            managing.update_call(session, actor, call.id, text(), seen_version=now_seen)
        with pytest.raises(NotFound):
            managing.update_call(session, actor, 999, text(), seen_version=1)


def test_applications_keep_the_rules_they_were_begun_with(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        first = replace(default_rules(CATEGORY), per_enterprise=2)
        managing.revise_rules(session, actor, call.id, first, seen_version=call.version, now=NOW)
        assert [form.number for form in call.forms] == [1]
        begun = application(session, call, enterprise(session), "draft")
        second = replace(first, per_enterprise=3, handling_days=5)
        managing.revise_rules(session, actor, call.id, second, seen_version=call.version, now=NOW)
        session.commit()
        session.expire_all()
        old = session.get_one(Application, begun.id).call_form
        assert (old.number, old.rules["per_enterprise"]) == (1, 2)
        assert [form.number for form in session.get_one(Call, call.id).forms] == [1, 2]
        assert managing.rules_of(call) == second
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert event.changes == {"rules.per_enterprise": [2, 3], "rules.handling_days": [15, 5]}
        version = call.version
        managing.revise_rules(session, actor, call.id, second, seen_version=version, now=NOW)
        assert (call.version, session.query(CallForm).count()) == (version, 2)


def test_unsound_rules_are_refused_with_every_fault(engine: Engine) -> None:
    bad = replace(
        default_rules(CATEGORY),
        per_enterprise=-1,
        handling_days=0,
        quotas={"TNQ": -3, "XXX": 1},
        excludes=("no_such",),
        criteria=(
            Criterion(code="a", text=""),
            Criterion(code="b", text="有", kind=CriterionKind.NUMBER),
            Criterion(code="c", text="达标", kind=CriterionKind.KPI, kpi="oee", threshold=None),
            Criterion(code="d", text="同"),
            Criterion(code="e", text="同"),
        ),
        kpis=("smart_equipment_rate",),
    )
    with writers(engine)() as session:
        with pytest.raises(managing.CallFaults) as refused:
            managing.create_call(session, officer(session), text(), now=NOW, rules=bad)
        assert [field for field, _ in refused.value.faults] == [
            "per_enterprise", "handling_days", "quotas-TNQ", "quotas", "excludes",
            "criteria-0", "criteria-1", "criteria-2", "criteria-3", "criteria-4", "kpis",
        ]  # fmt: skip


def test_an_extension_is_later_has_a_reason_and_is_recorded(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        for given, field in (
            ({"unit": "XXX", "closes_at": CLOSES + timedelta(1), "reason": "x"}, "unit"),
            ({"unit": "TNQ", "closes_at": CLOSES, "reason": "x"}, "closes_at"),
            ({"unit": "TNQ", "closes_at": CLOSES + timedelta(1), "reason": " "}, "reason"),
        ):
            with pytest.raises(InvalidInput) as refused:
                extend(session, actor, call.id, **given)  # type: ignore[arg-type]
            assert refused.value.field == field
        extend(session, actor, call.id, unit="TNQ", closes_at=CLOSES + timedelta(1), reason="停电")
        extend(session, actor, call.id, unit="TNQ", closes_at=CLOSES + timedelta(2), reason="停电两天")
        assert [(item.unit_code, item.reason) for item in call.extensions] == [("TNQ", "停电两天")]
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert event.changes == {"extension.TNQ": ["2026-06-01T17:00:00+08:00", "2026-06-02T17:00:00+08:00"]}
        assert event.note == "停电两天"


def test_a_rule_is_waived_once_with_a_reason(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        holder = enterprise(session)
        with pytest.raises(InvalidInput) as refused:
            waive(session, actor, call.id, enterprise_id=999, rule=CallRule.AGE, reason="x", now=NOW)
        assert refused.value.field == "enterprise"
        waiver = waive(session, actor, call.id, enterprise_id=holder.id, rule=CallRule.AGE, reason="市级重点", now=NOW)
        assert managing.waived_rules(session, call.id, holder.id) == {CallRule.AGE}
        with pytest.raises(Conflict, match="已于 2026-05-20 为这家企业豁免“成立年限”，原因：市级重点"):
            waive(session, actor, call.id, enterprise_id=holder.id, rule=CallRule.AGE, reason="再来", now=NOW)
        end_waiver(session, actor, call.id, waiver.id)
        assert managing.waived_rules(session, call.id, holder.id) == frozenset()
        with pytest.raises(NotFound):
            end_waiver(session, actor, call.id, waiver.id)
