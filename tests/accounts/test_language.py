"""Who reads English gets messages and mail in English; the Chinese sentence stands in the database as before."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Account, Message
from registry.terms import Role
from tests import people
from tests.accounts.conftest import sign_in, writing
from tests.accounts.mailserver import MailServer
from tests.browser import Browser

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def posted(make_app: Callable[..., Flask], database_url: str, mail_server: MailServer) -> Flask:
    """An application that sends mail."""
    return make_app(database_url, mail_url=mail_server.url, public_url="https://site.example")


def language_of(app: Flask, account_id: int) -> str:
    with app.extensions["registry"].read() as session:
        return session.scalar(select(Account.language).where(Account.id == account_id))


def ask_to_join(app: Flask, mail_server: MailServer, name: str, code: str, email: str) -> None:
    password = {"new_password": "seven-green-boats", "new_password_again": "seven-green-boats", "consent": "1"}
    typed = {"enterprise_name": name, "uscc": code, "name": "Ann Example", "email": email}
    Browser(app).post("/register", typed | password)
    app.extensions["registry_mail"].wait(10)
    Browser(app).post(mail_server.link(email), password)


def test_mail_and_inbox_speak_the_language_of_the_last_sign_in(posted: Flask, mail_server: MailServer) -> None:
    with writing(posted) as session:
        company = people.enterprise(session, "演示齿轮有限公司")
        owner = people.make_account(session, Role.ENTERPRISE, enterprise=company, is_owner=True, known_password=True)
        person, address, code = owner.id, owner.email, company.uscc
    assert language_of(posted, person) == "zh"
    browser = Browser(posted)
    page = browser.get("/sign-in?lang=en")
    browser.submit(page, {"email": address, "password": people.PASSWORD})
    assert language_of(posted, person) == "en"

    ask_to_join(posted, mail_server, "演示齿轮有限公司", code or "", "ann@example.com")
    posted.extensions["registry_mail"].wait(10)
    [letter] = [each for each in mail_server.letters if each.to == address]
    assert letter.subject.endswith("] Ann Example asks to join 演示齿轮有限公司")
    assert "Please verify, then approve or decline." in letter.body

    english, chinese = browser.get("/inbox?lang=en"), browser.get("/inbox")
    [body] = [part for part in english.all("p") if part.get("class") == "inbox__body"]
    assert english.text(body).startswith("Ann Example (ann@example.com) has registered and asks to join 演示")
    assert [part.get("lang") for part in body] == ["zh"]
    assert "Ann Example（ann@example.com）注册并申请加入演示齿轮有限公司，请核实后批准或谢绝。" in chinese.text()
    with posted.extensions["registry"].read() as session:
        assert session.scalars(select(Message.subject)).one() == "Ann Example申请加入演示齿轮有限公司"

    sign_in(Browser(posted), address, people.PASSWORD)
    assert language_of(posted, person) == "zh"
    ask_to_join(posted, mail_server, "演示齿轮有限公司", code or "", "bob@example.com")
    posted.extensions["registry_mail"].wait(10)
    assert mail_server.letters[-1].subject.endswith("Ann Example申请加入演示齿轮有限公司")


def test_a_reset_letter_is_in_the_language_of_the_page(posted: Flask, mail_server: MailServer) -> None:
    with writing(posted) as session:
        address = people.make_account(session, Role.EXPERT, known_password=True).email
    browser = Browser(posted)
    for path in ("/reset?lang=en", "/reset"):
        browser.submit(browser.get(path), {"email": address})
        posted.extensions["registry_mail"].wait(10)
    english, chinese = mail_server.letters
    assert english.subject.endswith("Reset the password")
    assert not CHINESE.search(english.body)
    assert chinese.subject.endswith("重设密码")
    assert chinese.body.startswith("请打开下面的链接设置新密码")


def test_a_message_from_before_is_shown_as_it_was_written(app: Flask) -> None:
    with writing(app) as session:
        person = people.staff(session, Role.EXPERT)
        session.add(Message(account_id=person.id, subject="旧消息", body="旧内容", created_at=person.created_at))
        session.flush()
        key = person.id
    page = people.signed_in(app, key).get("/inbox?lang=en")
    assert "旧内容" in page.text()
    marked = [part.text for part in page.all("span") if part.get("lang") == "zh"]
    assert {"旧消息", "旧内容"} <= set(marked)
