"""What an administrator does takes effect on the very next request; members, roles, links, matrix of pages."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Account, Enterprise, Event, Message
from registry.permissions import HOLDERS, OPERATOR, Permission
from registry.services.accounts import administration, membership, messages
from registry.services.accounts.registration import Registration, register
from registry.services.demo.words import demo_code
from registry.terms import AccountStanding, Role
from tests import people
from tests.accounts.conftest import NOON, Made, account, actions, is_signed_in, writing
from tests.browser import Browser


@pytest.fixture
def administrator(app: Flask, make: Made) -> Browser:
    """A browser of an administrator, beside whom there is another one."""
    make(Role.ADMINISTRATOR)
    return people.signed_in(app, make(Role.ADMINISTRATOR))


def test_the_list_is_searched_filtered_and_paged(app: Flask, make: Made, administrator: Browser) -> None:
    for unit in ("TNQ", "WJQ"):
        make(Role.DISTRICT_REVIEWER, unit=unit)
    clerk = make(Role.ENTERPRISE, enterprise="演示涡轮有限公司")

    def found(query: str) -> list[str]:
        return [row[2] for row in administrator.get(f"/admin/accounts?{query}").rows()]

    assert found("role=district_reviewer") == ["板块审核员", "板块审核员"]
    assert [row[3] for row in administrator.get("/admin/accounts?unit=WJQ").rows()] == ["武进区"]
    assert found("q=涡轮") == ["企业用户"]
    assert found("q=" + account(app, clerk).email.upper()) == ["企业用户"]
    assert found("q=100%25") == []
    assert found("standing=disabled") == []
    for query in ("role=king", "unit=X", "standing=x", "page=0", "page=x", "page=99999999999"):
        administrator.get(f"/admin/accounts?{query}", 400)
    with writing(app) as session:
        for _ in range(60):
            people.staff(session, Role.EXPERT)
    page = administrator.get("/admin/accounts?role=expert")
    assert len(page.rows()) == 50
    assert len(administrator.get(page.links()["下一页"]).rows()) == 10


def test_the_list_costs_the_same_with_one_and_with_many(app: Flask, administrator: Browser) -> None:
    def queries() -> int:
        # The first request after a public change brings the public record up to date as well.
        administrator.get("/admin/accounts")
        administrator.get("/admin/accounts")
        return len(administrator.statements)

    before = queries()
    with writing(app) as session:
        for _ in range(20):
            people.enterprise_account(session)
    assert queries() == before


def test_a_desk_at_which_nobody_can_sign_in_is_named(app: Flask, make: Made, administrator: Browser) -> None:
    """What is sent there would wait unseen: the only officer of a district is disabled, or has not come yet."""
    make(Role.DISTRICT_REVIEWER, unit="TNQ")
    only, publisher = make(Role.DISTRICT_REVIEWER, unit="JKQ"), make(Role.PUBLISHER)
    city = make(Role.MUNICIPAL_REVIEWER)

    def vacant() -> str:
        return administrator.get("/admin/accounts").text(administrator.get("/admin/accounts").one("p", id="vacant"))

    before = vacant()
    assert "常州经开区" not in before
    assert "天宁区" not in before
    assert "武进区" in before
    assert "发布员" not in before
    for person in (only, publisher):
        administrator.submit(administrator.get(f"/admin/accounts/{person}"), action=f"/{person}/disable")
    with app.extensions["registry"].read() as session:
        assert messages.officers(session, Role.DISTRICT_REVIEWER, unit="JKQ") == [city], "the city hears of it"
    assert "板块审核员（常州经开区）" in vacant()
    assert vacant().endswith("发布员。")


def test_a_role_change_holds_at_once_and_ends_sessions(app: Flask, make: Made, administrator: Browser) -> None:
    person = make(Role.DISTRICT_REVIEWER, unit="TNQ")
    signed_in = people.signed_in(app, person)
    page = administrator.get(f"/admin/accounts/{person}")
    administrator.submit(page, {"role": "auditor", "unit": "TNQ"}, action=f"/{person}")
    made = account(app, person)
    assert (made.role, made.unit_code) == ("auditor", None)
    assert not is_signed_in(signed_in)
    with app.extensions["registry"].read() as session:
        event = session.scalars(select(Event).where(Event.action == "account.role")).one()
        assert event.changes == {"role": ["district_reviewer", "auditor"], "unit": ["TNQ", None]}


def test_the_second_of_two_administrators_is_told(app: Flask, make: Made, administrator: Browser) -> None:
    person = make(Role.DISTRICT_REVIEWER, unit="TNQ")
    page = administrator.get(f"/admin/accounts/{person}")
    administrator.submit(page, {"role": "auditor"}, action=f"/{person}")
    again = administrator.submit(page, {"role": "publisher", "unit": ""}, action=f"/{person}", status=409)
    assert again.errors_shown == ["这个账户刚被他人更新（现在是审计员，正常），请核对后再试。"]
    assert account(app, person).role == "auditor"
    administrator.submit(again, {"role": "publisher"}, action=f"/{person}")
    assert account(app, person).role == "publisher"


def test_disabling_ends_sessions_and_enabling_lets_in_again(app: Flask, make: Made, administrator: Browser) -> None:
    person = make(Role.EXPERT)
    signed_in = people.signed_in(app, person)
    administrator.submit(administrator.get(f"/admin/accounts/{person}"), action="/disable")
    assert not is_signed_in(signed_in)
    page = administrator.get(f"/admin/accounts/{person}")
    administrator.submit(page, action="/enable")
    assert is_signed_in(people.signed_in(app, person))
    administrator.submit(page, action="/sessions")
    assert actions(app) == [("account.disable", person), ("account.enable", person), ("account.sessions_end", person)]


def test_nobody_changes_the_own_account_and_one_administrator_stays(app: Flask, make: Made) -> None:
    alone = make(Role.ADMINISTRATOR)
    browser = people.signed_in(app, alone)
    page = browser.get(f"/admin/accounts/{alone}")
    assert "停用账户" not in page.text()
    assert "停用、权限和第二因子由另一位系统管理员办理。" in page.text()
    for step in ("disable", "second-factor"):
        browser.post(f"/admin/accounts/{alone}/{step}", status=403)
    browser.post(f"/admin/accounts/{alone}", {"role": "auditor", "unit": "", "version": "1"}, 403)
    with writing(app) as session:
        for step in (administration.disable, lambda *given: administration.change_role(*given, Role.AUDITOR)):
            with pytest.raises(NotAllowed, match="最后一位系统管理员"):
                step(session, OPERATOR, alone)


def test_enterprise_and_staff_accounts_are_not_interchanged(app: Flask, make: Made) -> None:
    clerk, expert = make(Role.ENTERPRISE), make(Role.EXPERT)
    with writing(app) as session:
        for person, role in ((clerk, Role.AUDITOR), (expert, Role.ENTERPRISE)):
            with pytest.raises(InvalidInput, match="不能互换"):
                administration.change_role(session, OPERATOR, person, role)


def test_unknown_accounts_are_not_found(app: Flask, administrator: Browser) -> None:
    before = actions(app)
    for number in (999, 2**31, 2**70):
        administrator.get(f"/admin/accounts/{number}", 404)
        administrator.post(f"/admin/accounts/{number}/disable", status=404)
        administrator.post(f"/admin/accounts/{number}/link", status=404)
    administrator.post("/admin/accounts/1/explode", status=404)
    assert actions(app) == before


def test_pages_open_to_the_roles_of_their_policy_only(app: Flask, make: Made) -> None:
    pages = {
        "/admin/accounts": Permission.ACCOUNT_MANAGE,
        "/admin/accounts/new": Permission.ACCOUNT_MANAGE,
        "/admin/memberships": Permission.MEMBERSHIP_APPROVE,
        "/admin/audit": Permission.AUDIT_READ,
        "/enterprise/team": Permission.TEAM_MANAGE,
        "/account": Permission.ACCOUNT_OWN,
        "/inbox": Permission.MESSAGE_OWN,
    }
    for role in Role:
        person = make(role, unit="TNQ" if role is Role.DISTRICT_REVIEWER else None, is_owner=role is Role.ENTERPRISE)
        browser = people.signed_in(app, person)
        for path, permission in pages.items():
            allowed = role in HOLDERS[permission]
            page = browser.get(path, 200 if allowed else 403, audited=allowed and path == "/admin/audit")
            assert allowed or f"{role.zh}没有此项权限。" in page.text()
    anonymous = Browser(app)
    for path in pages:
        assert anonymous.client.get(path).headers["Location"] == f"/sign-in?next={path}"


def test_the_head_shows_only_what_opens(app: Flask, make: Made) -> None:
    for role in Role:
        person = make(role, unit="TNQ" if role is Role.DISTRICT_REVIEWER else None, is_owner=role is Role.ENTERPRISE)
        browser = people.signed_in(app, person)
        page = browser.get("/account")
        navigation = page.one("nav", aria_label="主导航")
        hrefs = [link.get("href") or "" for link in navigation.iter() if link.get("href")]
        for href in hrefs:
            assert browser.client.get(href).status_code == 200, f"{role}: {href}"
        assert ("head--staff" in (page.one("header").get("class") or "").split()) == (role is not Role.ENTERPRISE)


def waiting(app: Flask, *, uscc: str | None = "", claimed: str | None = None) -> tuple[int, int]:
    """(enterprise, somebody who waits to join it)"""
    with writing(app) as session:
        firm = people.enterprise(session, uscc=uscc)
        person = people.make_account(
            session, Role.ENTERPRISE, enterprise=firm, claimed_uscc=claimed, standing="pending"
        )
        return firm.id, person.id


def test_the_owner_approves_declines_and_removes(app: Flask, make: Made) -> None:
    firm, first = waiting(app)
    with writing(app) as session:
        enterprise = session.get_one(Enterprise, firm)
        owner = people.make_account(session, Role.ENTERPRISE, enterprise=enterprise, is_owner=True).id
        second = people.make_account(session, Role.ENTERPRISE, enterprise=enterprise, standing="pending").id
    browser = people.signed_in(app, owner)
    page = browser.submit(browser.get("/enterprise/team"), action=f"/{first}/approve")
    assert (account(app, first).standing, account(app, first).is_owner) == ("active", False)
    page = browser.submit(page, action=f"/{second}/decline")
    assert account(app, second).standing == "disabled"
    browser.post(f"/enterprise/team/{second}/approve", status=409)
    member = people.signed_in(app, first)
    member.get("/enterprise/team", 403)
    member.post(f"/enterprise/team/{owner}/remove", status=403)
    browser.post(f"/enterprise/team/{owner}/remove", status=422)
    browser.submit(page, action=f"/{first}/remove")
    assert not is_signed_in(member)
    with app.extensions["registry"].read() as session:
        told = session.execute(select(Message.account_id, Message.subject).order_by(Message.id)).all()
    name = page.text(page.all("p")[0]).split()[0]
    assert [tuple(row) for row in told] == [(first, f"您已加入{name}"), (second, "加入企业的申请没有获得批准")]


def test_owners_decide_about_their_own_enterprise_only(app: Flask, make: Made) -> None:
    _firm, stranger = waiting(app)
    owner = make(Role.ENTERPRISE, is_owner=True)
    browser = people.signed_in(app, owner)
    for step in ("approve", "decline", "remove"):
        browser.post(f"/enterprise/team/{stranger}/{step}", status=404)
        browser.post(f"/enterprise/team/{2**40}/{step}", status=404)
    browser.post(f"/admin/memberships/{stranger}/approve", status=403)
    assert account(app, stranger).standing == "pending"


def test_the_bureau_gives_an_enterprise_its_code_and_its_first_owner(app: Flask, make: Made) -> None:
    code = demo_code("320402", 4711)
    firm, person = waiting(app, uscc=None, claimed=code)
    browser = people.signed_in(app, make(Role.MUNICIPAL_REVIEWER))
    page = browser.get("/admin/memberships")
    assert "批准后登记此代码" in page.text()
    browser.submit(page, action=f"/{person}/approve")
    made = account(app, person)
    assert (made.standing, made.is_owner, made.claimed_uscc) == ("active", True, None)
    with app.extensions["registry"].read() as session:
        assert session.get_one(Enterprise, firm).uscc == code
    assert "没有人等待批准" in browser.get("/admin/memberships").text()


def test_a_claimed_code_that_was_taken_meanwhile_is_a_conflict(app: Flask, make: Made) -> None:
    code = demo_code("320402", 4712)
    _firm, person = waiting(app, uscc=None, claimed=code)
    with writing(app) as session:
        people.enterprise(session, "演示抢先有限公司", uscc=code)
    city = make(Role.MUNICIPAL_REVIEWER)
    with app.extensions["registry"].write() as session:
        actor = people.actor_of(session.get_one(Account, city))
        with pytest.raises(Conflict, match="演示抢先有限公司"):
            membership.approve(session, actor, person, now=NOON)


def test_an_owner_cannot_answer_for_a_code(app: Flask, make: Made) -> None:
    firm, person = waiting(app, uscc=None, claimed=demo_code("320402", 4713))
    with writing(app) as session:
        owner = people.make_account(
            session, Role.ENTERPRISE, enterprise=session.get_one(Enterprise, firm), is_owner=True
        )
        owner_id = owner.id
    people.signed_in(app, owner_id).post(f"/enterprise/team/{person}/approve", status=403)
    assert account(app, person).standing == AccountStanding.PENDING


def test_one_entry_of_the_head_is_the_page(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ENTERPRISE, is_owner=True))
    for path, entry in (("/enterprise/team", "企业与成员"), ("/enterprise", "申报首页"), ("/account", None)):
        if path == "/enterprise" and "enterprise.dashboard" not in app.view_functions:
            continue
        page = browser.get(path)
        navigation = page.one("nav", aria_label="主导航")
        here = [page.text(link) for link in navigation.iter() if link.get("aria-current") == "page"]
        assert here == ([entry] if entry else [])


@pytest.mark.parametrize("is_declined", [True, False])
def test_enabling_decides_nothing_about_who_may_act_for_an_enterprise(
    app: Flask, make: Made, is_declined: bool
) -> None:
    """An enterprise that has its code: nothing beside the record of events tells that somebody only asked."""
    owner = make(Role.ENTERPRISE, is_owner=True, enterprise="演示涡轮有限公司")
    with writing(app) as session:
        enterprise = session.get_one(Account, owner).enterprise
        assert enterprise is not None
        enterprise.uscc = demo_code("320402", 3)
        session.flush()
        asked = Registration(email="a@example.com", name="李明", enterprise_name=enterprise.name, uscc=enterprise.uscc)
        made = register(session, asked, "hash", now=NOON)
        assert made is not None
        person = made.id
    with writing(app) as session:
        if is_declined:
            membership.decline(session, people.actor_of(session.get_one(Account, owner)), person, now=NOON)
        else:
            administration.disable(session, OPERATOR, person)
        assert administration.enable(session, OPERATOR, person).standing == "pending"
        membership.approve(session, people.actor_of(session.get_one(Account, owner)), person, now=NOON)
        administration.disable(session, OPERATOR, person)
        assert administration.enable(session, OPERATOR, person).standing == "active"
