"""A mail address counts once the link in its letter was used: registering, and another address of an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registry.keeping import NOTICE_VERSION
from registry.models import Account, Enterprise, MailProof, Message
from registry.permissions import OPERATOR
from registry.services.accounts import administration, joining
from registry.services.accounts.making import find
from registry.services.demo.words import demo_code
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, account, actions, is_signed_in, sign_in, writing
from tests.accounts.mailserver import MailServer
from tests.accounts.test_links import NEW, person_of
from tests.accounts.test_registration import CODE, NAME, TYPED, accounts, register
from tests.browser import Browser, Page

MAIL = TYPED["email"]
PASSWORD = TYPED["new_password"]


@pytest.fixture
def posted(make_app: Callable[..., Flask], sqlite_url: str, mail_server: MailServer) -> Flask:
    """An application that sends mail."""
    return make_app(sqlite_url, mail_url=mail_server.url, public_url="https://site.example/smart")


def link_in(app: Flask, mail_server: MailServer, to: str) -> str:
    """The path of the link in the last letter to an address."""
    app.extensions["registry_mail"].wait(10)
    return mail_server.link(to)


def plain(page: Page) -> str:
    """A page without its form token."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.source)


def test_an_account_comes_about_with_the_link_of_its_letter(posted: Flask, mail_server: MailServer) -> None:
    answer = register(posted)
    assert "请打开邮件中的链接设置密码，完成注册" in answer.text()
    assert accounts(posted) == []
    with posted.extensions["registry"].read() as session:
        assert session.scalars(select(Enterprise)).all() == []
        assert "password" not in str(session.scalars(select(MailProof.content)).all())
    assert actions(posted) == [("account.register_asked", None)]
    browser = Browser(posted)
    path = link_in(posted, mail_server, MAIL)
    # A stranger's words do not go out under the site's name.
    assert not any(word in mail_server.letters[-1].body for word in (NAME, TYPED["name"]))
    page = browser.get(path)
    assert [text in page.text() for text in (MAIL, NAME, CODE)] == [True, True, True]
    for typed, said in (
        ({}, "请填写新密码"),
        (NEW | {"new_password_again": "other-green-boats"}, "两次输入的密码不同"),
        (dict.fromkeys(NEW, "clerk-clerk"), "密码不能包含邮箱、姓名"),
    ):
        assert said in browser.submit(page, typed, status=422).errors_shown[0]
    assert accounts(posted) == []
    home = browser.submit(page, NEW)
    assert home.h1 == "申报首页"
    assert f"有变化时会发站内信，同时发邮件到 {MAIL}。" in home.text()
    [made] = accounts(posted)
    assert (made.email, made.standing, made.is_owner) == (MAIL, "active", True)
    assert is_signed_in(browser)
    browser.get(path, 404)


def test_the_password_of_an_account_is_that_of_who_reads_its_letters(posted: Flask, mail_server: MailServer) -> None:
    """Whoever registers with a stranger's address, or keeps its link from before, has nothing to sign in with."""
    intruder = {"new_password": "intruder-knows-12", "new_password_again": "intruder-knows-12"}
    assert "new_password" not in Browser(posted).get("/register").source
    Browser(posted).post("/register", TYPED | intruder)
    with writing(posted) as session:
        # As it waited before the password was asked for behind the link.
        [proof] = session.scalars(select(MailProof))
        proof.content = proof.content | {"password_hash": people.PASSWORD_HASH}
    owner = Browser(posted)
    owner.submit(owner.get(link_in(posted, mail_server, MAIL)), NEW)
    for known in (intruder["new_password"], people.PASSWORD):
        sign_in(Browser(posted), MAIL, known, status=422)
    sign_in(Browser(posted), MAIL, NEW["new_password"])


@pytest.mark.parametrize("is_known", [False, True])
def test_a_colleague_too_chooses_his_password_behind_a_letter(
    posted: Flask, mail_server: MailServer, is_known: bool
) -> None:
    with writing(posted) as session:
        host = people.enterprise_account(session, NAME).id
        token = joining.colleague_link(session, people.actor_of(session.get_one(Account, host)), now=datetime.now(UTC))
    colleague = person_of(posted)[1] if is_known else "colleague@example.com"
    browser = Browser(posted)
    page = browser.get(f"/join/{token}")
    assert "new_password" not in page.source
    sent = browser.post(page.response.request.full_path, {"name": "演示同事", "email": colleague, "consent": "1"})
    assert sent.headers["Location"] == "/sign-in?done=letter"
    posted.extensions["registry_mail"].wait(10)
    if is_known:
        assert [each.email for each in accounts(posted) if each.name == "演示同事"] == []
        assert browser.get(f"/join/{token}").h1 == "加入企业", "the link waits for somebody who has no account"
        return
    path = mail_server.link(colleague)
    assert NAME in browser.get(path).text()
    browser.post(path, NEW)
    posted.extensions["registry_mail"].wait(10)
    [made] = [each for each in accounts(posted) if each.email == colleague]
    assert (made.enterprise_id, made.standing, made.consent_version) == (
        account(posted, host).enterprise_id,
        "active",
        NOTICE_VERSION,
    )
    for over in (path, f"/join/{token}"):
        Browser(posted).get(over, 404)


def test_known_and_unknown_addresses_are_answered_alike_on_every_way(posted: Flask, mail_server: MailServer) -> None:
    _person, known = person_of(posted)
    answers = []
    for email in (known, "stranger@example.com"):
        browser = Browser(posted)
        sent = browser.post("/register", TYPED | {"email": email})
        posted.extensions["registry_mail"].wait(10)
        answer = browser.get(sent.headers["Location"])
        refused = sign_in(browser, email, PASSWORD, status=422)
        answers.append((plain(answer), plain(refused).replace(email, "")))
    assert answers[0] == answers[1]
    assert [letter.subject.split("] ")[1] for letter in mail_server.letters if letter.to == known] == [
        "有人用您的邮箱再次注册"
    ]


def test_a_link_is_over_after_a_day_and_the_first_of_several_ends_the_others(
    posted: Flask, mail_server: MailServer, clock: Clock
) -> None:
    register(posted)
    first = link_in(posted, mail_server, MAIL)
    register(posted)
    second = link_in(posted, mail_server, MAIL)
    browser = Browser(posted)
    browser.submit(browser.get(second), NEW)
    browser.get(first, 404)
    register(posted, email="late@example.com", enterprise_name="演示另外的有限公司", uscc=demo_code("320402", 8))
    late = link_in(posted, mail_server, "late@example.com")
    clock.forward(hours=24, seconds=1)
    assert "请重新申请一个" in browser.get(late, 404).text()
    assert [each.email for each in accounts(posted)] == [MAIL]


def change(browser: Browser, email: str, status: int = 302, password: str = people.PASSWORD) -> Page:
    """Ask for another address."""
    page = browser.get("/account/email")
    return browser.submit(page, {"email": email, "password": password}, status=status)


def test_a_new_address_holds_when_its_link_was_used_and_the_old_one_is_told(
    posted: Flask, mail_server: MailServer
) -> None:
    person, before = person_of(posted)
    browser = people.signed_in(posted, person)
    assert "密码不对" in change(browser, "new@example.com", 422, password="wrong").errors_shown[0]
    assert "打开之前邮箱不变" in change(browser, "new@example.com").text()
    assert account(posted, person).email == before
    stranger = Browser(posted)
    path = link_in(posted, mail_server, "new@example.com")
    assert "密码不对" in stranger.submit(stranger.get(path), {"password": "guess"}, status=422).errors_shown[0]
    assert account(posted, person).email == before, "a stranger's click takes no address over"
    assert "邮箱已修改" in stranger.submit(stranger.get(path), {"password": people.PASSWORD}).text()
    assert account(posted, person).email == "new@example.com"
    posted.extensions["registry_mail"].wait(10)
    assert [each.subject.split("] ")[1] for each in mail_server.letters if each.to == before] == ["账户的邮箱已修改"]
    assert actions(posted, "account.email") == [("account.email_asked", person), ("account.email", person)]
    stranger.get(path, 404)
    fresh = Browser(posted)
    sign_in(fresh, before, people.PASSWORD, status=422)
    sign_in(fresh, "new@example.com", people.PASSWORD)


@pytest.mark.parametrize("way", ["password", "reset", "disabled and enabled"])
def test_a_new_password_ends_the_link_of_a_new_address(posted: Flask, mail_server: MailServer, way: str) -> None:
    """Whoever knew the old one and asked for an address of his own would take the account over with it."""
    person, before = person_of(posted)
    thief, path = people.signed_in(posted, person), ""
    change(thief, "thief@example.com")
    path = link_in(posted, mail_server, "thief@example.com")
    new = {"new_password": "horse-battery-77", "new_password_again": "horse-battery-77"}
    if way == "password":
        owner = people.signed_in(posted, person)
        owner.submit(owner.get("/account/password"), new | {"password": people.PASSWORD}, status=302)
    elif way == "reset":
        owner = Browser(posted)
        owner.submit(owner.get("/reset"), {"email": before}, status=302)
        owner.submit(owner.get(link_in(posted, mail_server, before)), new, status=302)
    else:
        with posted.extensions["registry"].write() as session:
            administration.disable(session, OPERATOR, person)
            administration.enable(session, OPERATOR, person)
            session.commit()
    Browser(posted).get(path, 404)
    assert account(posted, person).email == before


def test_an_address_of_somebody_else_is_not_told_apart_and_stays_his(posted: Flask, mail_server: MailServer) -> None:
    person, _own = person_of(posted)
    other, taken = person_of(posted, Role.AUDITOR)
    browser = people.signed_in(posted, person)
    answers = []
    for email in (taken, "free@example.com"):
        sent = browser.post("/account/email", {"email": email, "password": people.PASSWORD})
        posted.extensions["registry_mail"].wait(10)
        answers.append(plain(browser.get(sent.headers["Location"])))
    assert answers[0] == answers[1]
    with posted.extensions["registry"].read() as session:
        [told] = session.scalars(select(Message).where(Message.account_id == other))
        assert told.subject == "有人想把您的邮箱用作另一个账户的邮箱"
        assert session.scalars(select(MailProof.email)).all() == ["free@example.com"]


def test_without_a_mail_server_an_address_changes_at_once(app: Flask, make: Made) -> None:
    person, other = make(Role.EXPERT), make(Role.AUDITOR)
    browser = people.signed_in(app, person)
    assert "邮箱已修改" in change(browser, "New@Example.com").text()
    assert "New@Example.com" in browser.get("/account").text()
    assert "已有账户" in change(browser, account(app, other).email, 422).errors_shown[0]
    assert "就是它" in change(browser, "New@Example.com", 422).errors_shown[0]
    with app.extensions["registry"].read() as session:
        found = find(session, "new@example.com")
        assert isinstance(found, Account)
        assert found.id == person
