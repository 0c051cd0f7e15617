"""An enterprise goes on when its administrator left; whoever registers under a name on record is looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Enterprise, Event, Message
from registry.permissions import Actor
from registry.services.accounts import membership, succession
from registry.services.accounts.registration import Registration, register
from registry.services.demo.words import demo_code
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role
from tests import people
from tests.people import actor_of, signed_in
from tests.recognition.makers import LATER
from tests.titles.makers import writing


def subjects(app: Flask, account: Account) -> list[str]:
    """What an account was told."""
    with app.extensions["registry"].read() as session:
        return list(session.scalars(select(Message.subject).where(Message.account_id == account.id)))


def test_the_bureau_makes_a_member_administrator_and_takes_the_departed_out(app: Flask) -> None:
    with writing(app) as session:
        owner = people.enterprise_account(session, "演示继任有限公司")
        member = people.make_account(session, Role.ENTERPRISE, enterprise=owner.enterprise)
        member.name = "演示继任者"
        city = people.staff(session, Role.MUNICIPAL_REVIEWER)
    browser = signed_in(app, city.id)
    page = browser.get("/admin/memberships?q=演示继任")
    refused = browser.client.post(
        f"/admin/memberships/{owner.id}/end-owner", data={"csrf_token": browser.token(), "reason": "离职"}
    )
    assert (refused.status_code, "唯一的管理员" in refused.get_data(as_text=True)) == (409, True)
    page = browser.submit(page, {"reason": "原管理员离职，企业来函"}, action=f"/{member.id}/owner")
    assert "已更换企业管理员" in page.text()
    page = browser.submit(page, {"reason": "已离职"}, action=f"/{owner.id}/end-owner")
    with app.extensions["registry"].read() as session:
        held = {row.id: row.is_owner for row in session.scalars(select(Account).where(Account.role == "enterprise"))}
        assert held == {owner.id: False, member.id: True}
        notes = session.scalars(select(Event.note).where(Event.action == "membership.owner").order_by(Event.id)).all()
        assert notes == ["原管理员离职，企业来函", "已离职"]
    assert "演示继任者现在是企业管理员" in subjects(app, owner)
    team = signed_in(app, member.id).get("/enterprise/team")
    assert "演示继任者" in team.text()


def test_an_owner_hands_on_within_his_enterprise_only(app: Flask) -> None:
    with writing(app) as session:
        owner = people.enterprise_account(session, "演示移交有限公司")
        member = people.make_account(session, Role.ENTERPRISE, enterprise=owner.enterprise)
        waiting = people.make_account(
            session, Role.ENTERPRISE, enterprise=owner.enterprise, standing=AccountStanding.PENDING
        )
        stranger = people.enterprise_account(session, "演示别家有限公司")

        def refuse(kind: type[Exception], actor: Account, account: Account, reason: str = "") -> None:
            with pytest.raises(kind):
                succession.make_owner(session, actor_of(actor), account.id, reason=reason, now=LATER)

        refuse(NotFound, stranger, member)
        refuse(NotAllowed, member, member)
        refuse(Conflict, owner, waiting)
        refuse(InvalidInput, people.staff(session, Role.ADMINISTRATOR), member)
        refuse(NotFound, people.staff(session, Role.ADMINISTRATOR), people.staff(session, Role.AUDITOR), "演示")
        with pytest.raises(NotAllowed):
            succession.end_owner(session, actor_of(owner), owner.id, reason="演示", now=LATER)
    browser = signed_in(app, owner.id)
    page = browser.submit(browser.get("/enterprise/team"), {}, action=f"/{member.id}/owner")
    assert "已设为企业管理员" in page.text()


def asked(email: str, name: str, uscc: str) -> Registration:
    """A registration."""
    return Registration(email=email, name="演示来人", enterprise_name=name, uscc=uscc)


def test_a_name_on_record_with_another_code_waits_for_the_bureau_who_sees_both(app: Flask) -> None:
    name, code = "演示同名有限公司", demo_code("320402", 41_001)
    with writing(app) as session:
        known = people.enterprise(session, name)
        city = people.staff(session, Role.MUNICIPAL_REVIEWER)
        register(session, asked("twin@example.com", name, code), "hash", now=LATER)
        account = session.scalars(select(Account).where(Account.email == "twin@example.com")).one()
        assert (account.standing, account.is_owner) == (AccountStanding.PENDING, False)
        assert account.enterprise_id != known.id
        [body] = session.scalars(select(Message.body).where(Message.account_id == city.id))
        assert f"序号 {known.id}，代码 {known.uscc}" in body
        assert code in body
    page = signed_in(app, city.id).get("/admin/memberships")
    assert f"同名企业：序号 {known.id}，代码 {known.uscc}" in page.text()
    with writing(app) as session:
        membership.approve(session, actor_of(city), account.id, now=LATER)
        assert session.get_one(Account, account.id).is_owner
        other = asked("free@example.com", "演示无同名有限公司", demo_code("320402", 41_002))
        register(session, other, "hash", now=LATER)
        free = session.scalars(select(Account).where(Account.email == "free@example.com")).one()
        assert (free.standing, free.is_owner) == (AccountStanding.ACTIVE, True)


@pytest.mark.parametrize(("days", "bureau_hears"), [(10, False), (100, True)])
def test_the_bureau_hears_of_a_joiner_when_the_owner_was_not_seen_for_long(
    app: Flask, days: int, bureau_hears: bool
) -> None:
    with writing(app) as session:
        owner = people.enterprise_account(session, "演示久别有限公司")
        city = people.staff(session, Role.MUNICIPAL_REVIEWER)
        seen = Entry(action="account.sign_in", subject_type="account", subject_id=owner.id)
        record(session, Actor(id=owner.id, role=Role.ENTERPRISE), seen, at=LATER - timedelta(days=days))
        enterprise = session.get_one(Enterprise, owner.enterprise_id)
        register(session, asked("joiner@example.com", enterprise.name, enterprise.uscc or ""), "hash", now=LATER)
    assert len(subjects(app, owner)) == 1
    assert bool(subjects(app, city)) == bureau_hears
