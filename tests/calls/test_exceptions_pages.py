"""Exceptions of a call in the browser: a later deadline for a unit, a rule waived for an enterprise."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from registry.models import Event, Waiver
from registry.services.calls.waivers import waive
from registry.terms import CallRule, Role
from tests import people
from tests.browser import Browser
from tests.calls.makers import NOW, enterprise
from tests.calls.officers import value


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
        "延期到：请填写延期到",
        "原因：请填写原因",
    ]
    officer_browser.post(f"{address}/JTQ/end", status=409)


def test_of_two_who_give_a_unit_time_the_later_sees_the_other(
    calls_of: dict[str, int], officer_browser: Browser
) -> None:
    address = f"/admin/calls/{calls_of['open']}/extensions"
    seen, typed = officer_browser.get(address), {"unit": "JTQ", "closes_at": "2026-06-03T17:00", "reason": "汛情"}
    first = officer_browser.submit(seen, typed)
    late = officer_browser.submit(seen, typed | {"closes_at": "2026-06-09T17:00"}, status=409)
    assert "这个通知已被他人更新" in late.errors_shown[0]
    assert (value(late, "closes_at"), late.rows()[0][1]) == ("2026-06-09T17:00", "2026-06-03 17:00")
    moved = officer_browser.submit(late, {}, action="/extensions")
    assert moved.rows()[0][1] == "2026-06-09 17:00"
    late = officer_browser.submit(first, action="/JTQ/end", status=409)
    assert "请核对现在的延期后再取消" in late.errors_shown[0]


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
    with app.extensions["registry"].read() as session:
        assert session.get(Waiver, waiver) is not None
