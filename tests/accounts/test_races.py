"""Several at once, and what changed between looking and doing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Enterprise
from registry.permissions import OPERATOR
from registry.services.accounts import administration, credentials, making, registration, tokens
from registry.services.accounts.passwords import require_good
from registry.services.accounts.registration import Registration
from registry.services.demo.words import demo_code
from registry.terms import Role, TokenPurpose
from tests import people
from tests.accounts.conftest import Made, account, actions, writing

CODE = demo_code("320402", 77)


def register(app: Flask, email: str) -> str:
    asked = Registration(email=email, name="演示经办人", enterprise_name="演示同时有限公司", uscc=CODE)
    with app.extensions["registry"].write() as session:
        try:
            registration.register(session, asked, "hash", now=datetime.now(UTC))
        except Conflict as error:
            return error.message
        session.commit()
    return "done"


def test_eight_colleagues_at_once_make_one_enterprise_with_one_owner(app: Flask) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: register(app, f"p{number}@example.com"), range(8)))
    assert set(answers) <= {"done", "这家企业刚被另一个人注册，请再提交一次，您将申请加入它。"}
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Enterprise.uscc)).all() == [CODE]
        made = session.scalars(select(Account)).all()
    assert [one.standing for one in made if one.is_owner] == ["active"]
    assert {one.standing for one in made if not one.is_owner} <= {"pending"}
    assert len(made) == answers.count("done")


def test_one_address_eight_times_at_once_makes_one_account(app: Flask) -> None:
    with writing(app) as session:
        people.enterprise(session, "演示同时有限公司", uscc=CODE)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: register(app, "p@example.com"), range(8)))
    assert set(answers) <= {"done", "刚有同样的注册提交，请稍后直接登录。"}
    assert len([name for name, _subject in actions(app) if name == "account.register"]) == 1


def test_a_link_used_eight_times_at_once_works_once(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    now = datetime.now(UTC)
    with writing(app) as session:
        token = tokens.issue(session, session.get_one(Account, person), TokenPurpose.RESET, now=now)

    def use(number: int) -> bool:
        with app.extensions["registry"].write() as session:
            try:
                credentials.redeem_link(session, token, TokenPurpose.RESET, f"hash{number}", now=now)
            except NotFound:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_a_password_that_changed_between_looking_and_entering_does_not_let_in(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    now = datetime.now(UTC)
    with app.extensions["registry"].read() as session:
        examined = credentials.credentials_of(session, account_id=person)
    with writing(app) as session:
        credentials.set_password(session, OPERATOR, person, "another hash", now=now)
    with writing(app) as session:
        assert credentials.sign_in(session, examined, now=now) is None
        actor = people.actor_of(session.get_one(Account, person))
        with pytest.raises(NotAllowed, match="刚刚在别处更改过"):
            credentials.change_password(session, actor, examined, "third hash", own_token="x", now=now)
    assert account(app, person).password_hash == "another hash"
    assert actions(app)[-1] == ("account.sign_in_failed", person)


def test_two_administrators_disable_each_other_at_once_and_one_stays(app: Flask, make: Made) -> None:
    pair = [make(Role.ADMINISTRATOR), make(Role.ADMINISTRATOR)]
    with app.extensions["registry"].read() as session:
        actors = [people.actor_of(session.get_one(Account, person)) for person in pair]

    def shut(number: int) -> bool:
        with app.extensions["registry"].write() as session:
            try:
                administration.disable(session, actors[number], pair[1 - number])
            except NotAllowed:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(shut, range(2))) == [False, True]


def test_commands_want_the_permission(app: Flask, make: Made) -> None:
    with app.extensions["registry"].write() as session:
        clerk = people.actor_of(session.get_one(Account, make(Role.EXPERT)))
        for step in (administration.disable, administration.enable, administration.end_sessions):
            with pytest.raises(NotAllowed):
                step(session, clerk, 1)
        with pytest.raises(NotAllowed):
            making.invite(session, clerk, email="a@b.cn", name="x", role=Role.EXPERT, now=datetime.now(UTC))
        with pytest.raises(InvalidInput, match="企业用户自行注册"):
            making.invite(session, OPERATOR, email="a@b.cn", name="x", role=Role.ENTERPRISE, now=datetime.now(UTC))


def test_an_invited_or_declined_account_is_not_made_active_by_enabling(app: Flask, make: Made) -> None:
    with writing(app) as session:
        invited = people.staff(session, Role.EXPERT).id
        firm = people.enterprise(session, uscc=None)
        declined = people.make_account(
            session, Role.ENTERPRISE, enterprise=firm, claimed_uscc=CODE, known_password=True
        ).id
        for person, standing in ((invited, "invited"), (declined, "pending")):
            administration.disable(session, OPERATOR, person)
            assert administration.enable(session, OPERATOR, person).standing == standing
            assert administration.enable(session, OPERATOR, person).standing == standing
    assert [name for name, _subject in actions(app)] == ["account.disable", "account.enable"] * 2


def test_passwords_that_are_no_passwords() -> None:
    for password in ("x" * 201, "aaaaaaaaaaaa", "qwertyuiop-1", "zhangsan-zhangsan"):
        with pytest.raises(InvalidInput):
            require_good(password, near=("zhangsan",))
    require_good("密码也可以用中文写成的句子", near=("ab",))
