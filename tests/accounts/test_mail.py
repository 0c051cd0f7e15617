"""Mail of messages: after the commit, never in the way, tried again, with its log in the message."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from registry.db import make_engine, writers
from registry.errors import OperatorError
from registry.mail import MOST_ATTEMPTS, Mailer, parse_url
from registry.models import Message
from registry.services.accounts import messages
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, writing
from tests.accounts.mailserver import MailServer
from tests.browser import Browser
from tests.cli.test_commands import start
from tests.served import flask_serve, form_sent


def mailer(app: Flask) -> Mailer:
    found: Mailer = app.extensions["registry_mail"]
    return found


@pytest.fixture
def posted(make_app: Callable[..., Flask], database_url: str, mail_server: MailServer) -> Flask:
    """An application that sends mail."""
    return make_app(database_url, mail_url=mail_server.url, public_url="https://site.example")


def tell(app: Flask, subject: str = "材料已退回", **columns: object) -> str:
    """Write a message to a new account; returns its address."""
    with writing(app) as session:
        person = people.make_account(session, Role.EXPERT, **columns)
        messages.notify(session, [person.id], subject=subject, body="请补充。")
        return person.email


def states(app: Flask) -> list[tuple[str, int, str]]:
    with app.extensions["registry"].read() as session:
        rows = session.execute(
            select(Message.mail_state, Message.mail_attempts, Message.mail_error).order_by(Message.id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_a_message_is_sent_once_and_says_so(posted: Flask, mail_server: MailServer) -> None:
    address = tell(posted, "第一行\r\nBcc: evil@example.com")
    assert vars(mailer(posted).send_pending()) == {"sent": 1, "failed": 0}
    assert vars(mailer(posted).send_pending()) == {"sent": 0, "failed": 0}
    [letter] = mail_server.letters
    assert letter.to == address
    assert letter.subject == "[智能制造试点示范项目登记] 第一行 Bcc: evil@example.com"
    assert "\nBcc:" not in letter.headers
    assert letter.body.split() == ["请补充。", "https://site.example/inbox"]
    assert states(posted) == [("sent", 1, "")]


@pytest.mark.parametrize("address", ["=?utf-8?q?victim=40a.cn=2C?=x@evil.cn", "victim@a.cn(@evil.cn", "g:x@evil.cn"])
def test_an_address_that_leads_to_others_gets_no_letter(posted: Flask, mail_server: MailServer, address: str) -> None:
    with writing(posted) as session:
        person = people.make_account(session, Role.EXPERT)
        person.email = address
        messages.notify(session, [person.id], subject="材料已退回", body="请补充。")
    good = tell(posted)
    assert vars(mailer(posted).send_pending()) == {"sent": 1, "failed": 1}
    assert [letter.to for letter in mail_server.letters] == [good]


def test_messages_of_a_request_leave_after_its_commit(posted: Flask, mail_server: MailServer) -> None:
    with writing(posted) as session:
        owner = people.enterprise_account(session, "演示齿轮有限公司")
        code, address = owner.enterprise.uscc, owner.email
    browser = Browser(posted)
    typed = {"enterprise_name": "演示齿轮有限公司", "uscc": code, "name": "演示同事", "email": "c@example.com"}
    page = browser.get("/register")
    password = {"new_password": "seven-green-boats", "new_password_again": "seven-green-boats", "consent": "1"}
    browser.submit(page, typed | {"name": ""} | password, status=422)
    mailer(posted).wait(10)
    assert mail_server.letters == []
    browser.post("/register", typed | password)
    mailer(posted).wait(10)
    assert [letter.to for letter in mail_server.letters] == ["c@example.com"]
    browser.post(mail_server.link("c@example.com"), password)
    mailer(posted).wait(10)
    assert [letter.to for letter in mail_server.letters[1:]] == [address]


@pytest.mark.parametrize("address", ["/admin/accounts/new", "/admin/accounts/{expert}/link"])
def test_a_link_that_was_not_stored_is_never_sent(posted: Flask, mail_server: MailServer, address: str) -> None:
    with writing(posted) as session:
        administrator = people.staff(session, Role.ADMINISTRATOR).id
        expert = people.staff(session, Role.EXPERT).id
    browser = people.signed_in(posted, administrator)
    fields = {"email": "new@example.com", "name": "演示新人", "role": "expert", "unit": ""}
    path = address.format(expert=expert)

    def fail(session: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk is full"))

    event.listen(Session, "before_commit", fail)
    try:
        browser.client.post(path, data=fields | {"csrf_token": browser.token()})
    except OperationalError:
        pass
    finally:
        event.remove(Session, "before_commit", fail)
    mailer(posted).wait(10)
    assert mail_server.letters == []
    browser.post(path, fields, 200)
    mailer(posted).wait(10)
    assert len(mail_server.letters) == 1


def test_a_dead_server_breaks_and_delays_nothing(
    make_app: Callable[..., Flask], database_url: str, mail_server: MailServer
) -> None:
    app = make_app(database_url, mail_url=mail_server.url, public_url="https://site.example")
    mail_server.close()
    tell(app)
    with writing(app) as session:
        person = people.staff(session, Role.EXPERT).id
    browser = people.signed_in(app, person)
    began = time.perf_counter()
    browser.post("/inbox/read")
    assert time.perf_counter() - began < 3
    mailer(app).wait(10)
    assert states(app) == [("pending", 0, "ConnectionRefusedError")]


def test_messages_leave_soon_after_a_server_is_back_however_long_it_was_away(
    posted: Flask, mail_server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = mailer(posted).server
    assert back is not None
    tell(posted)
    monkeypatch.setattr(mailer(posted), "server", replace(back, port=9))
    for _minute in range(3 * MOST_ATTEMPTS):
        clock.forward(minutes=1)
        mailer(posted).send_pending(now=clock.now)
        mailer(posted).send_pending(now=clock.now)
    assert states(posted) == [("pending", 0, "ConnectionRefusedError")]
    monkeypatch.setattr(mailer(posted), "server", back)
    clock.forward(minutes=1)
    mailer(posted).send_pending(now=clock.now)
    assert states(posted) == [("sent", 1, "")]
    assert len(mail_server.letters) == 1


def test_a_server_that_is_told_to_stop_still_sends_the_letter_in_hand(
    tmp_path: Path, sqlite_template: Path, mail_server: MailServer
) -> None:
    """A letter with a secret link stands nowhere but in the memory of the process."""
    database = tmp_path / "registry.db"
    shutil.copyfile(sqlite_template, database)
    engine = make_engine(f"sqlite:///{database}")
    with writers(engine)() as session:
        address = people.make_account(session, Role.EXPERT).email
        session.commit()
    engine.dispose()
    mail_server.slow = 1.5
    settings = {"SECRET_KEY": "s" * 40, "MAIL_URL": mail_server.url, "PUBLIC_URL": "http://localhost"}
    with flask_serve(tmp_path, settings) as served:
        assert form_sent(served, "/reset", {"email": address}, Host="localhost").status == 302
        assert mail_server.letters == []
    assert [(letter.to, "/reset/" in letter.body) for letter in mail_server.letters] == [(address, True)]


def test_a_letter_that_is_refused_again_and_again_is_given_up(
    posted: Flask, mail_server: MailServer, clock: Clock
) -> None:
    mail_server.refused.add(tell(posted))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        mailer(posted).send_pending(now=clock.now)
        mailer(posted).send_pending(now=clock.now)
        assert states(posted)[0][1] == attempt, "nothing is tried before its time"
        clock.forward(minutes=5 * 2 ** (attempt - 1))
    assert states(posted) == [("failed", MOST_ATTEMPTS, "SMTPRecipientsRefused 550")]


def test_a_silent_server_does_not_hold_a_request(posted: Flask, mail_server: MailServer) -> None:
    mail_server.silent = 1.5
    tell(posted)
    with writing(posted) as session:
        person = people.staff(session, Role.EXPERT).id
    browser = people.signed_in(posted, person)
    token = browser.token()
    began = time.perf_counter()
    browser.post("/inbox/read", token=token)
    assert time.perf_counter() - began < 1
    mailer(posted).wait(10)
    assert states(posted)[0][:2] == ("pending", 0)


def test_one_refused_address_does_not_stop_the_others(posted: Flask, mail_server: MailServer) -> None:
    addresses = [tell(posted) for _ in range(3)]
    mail_server.refused.add(addresses[1])
    assert vars(mailer(posted).send_pending()) == {"sent": 2, "failed": 1}
    assert [state[0] for state in states(posted)] == ["sent", "pending", "sent"]
    assert states(posted)[1][2] == "SMTPRecipientsRefused 550"


def test_four_senders_send_each_message_once(posted: Flask, mail_server: MailServer) -> None:
    for _ in range(30):
        tell(posted)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: mailer(posted).send_pending(), range(4)))
    assert sum(delivery.sent for delivery in done) == 30
    assert len({letter.to for letter in mail_server.letters}) == len(mail_server.letters) == 30


def test_demo_accounts_and_old_messages_stay_on_the_site(posted: Flask, mail_server: MailServer, clock: Clock) -> None:
    tell(posted, is_demo=True)
    tell(posted)
    clock.forward(days=4)
    mailer(posted).send_pending(now=clock.now + timedelta(0))
    assert [state[0] for state in states(posted)] == ["none", "none"]
    assert mail_server.letters == []


def test_without_a_server_messages_are_for_the_site_only(app: Flask) -> None:
    tell(app)
    mailer(app).send_pending()
    assert states(app) == [("none", 0, "")]


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://host:port", "smtp://host:99999"]
)
def test_a_wrong_mail_url_is_one_sentence(url: str) -> None:
    with pytest.raises(OperatorError, match="REGISTRY_MAIL_URL 应写成"):
        parse_url(url)


def test_wrong_mail_settings_end_the_start(tmp_path: Path) -> None:
    done = start(tmp_path, "init", REGISTRY_MAIL_URL="mail.example.com", REGISTRY_PUBLIC_URL="https://site.example")
    assert done.returncode == 1
    assert done.stderr.startswith("错误：REGISTRY_MAIL_URL 应写成")
    done = start(tmp_path, "init", REGISTRY_MAIL_URL="smtp://mail.example.com")
    assert (done.returncode, done.stderr) == (
        1, "错误：设置了 REGISTRY_MAIL_URL，还须设置 REGISTRY_PUBLIC_URL（网站首页的完整地址）。\n",
    )  # fmt: skip


def test_mail_urls() -> None:
    server = parse_url("smtp+starttls://user%40example.com:p%3Aw@mail.example.com")
    assert (server.host, server.port, server.user, server.password, server.sender) == (
        "mail.example.com", 587, "user@example.com", "p:w", "user@example.com",
    )  # fmt: skip
    assert "p:w" not in repr(server)
    assert parse_url("smtps://mail.example.com").port == 465
    assert parse_url("smtp://mail.example.com:2525/?from=a@b.cn").sender == "a@b.cn"


def test_inbox_pages_and_reading(app: Flask, make: Made) -> None:
    person, other = make(Role.EXPERT), make(Role.EXPERT)
    with writing(app) as session:
        for number in range(35):
            messages.notify(session, [person], subject=f"消息{number}", body="第一行\n<b>第二行</b>")
        messages.notify(session, [other], subject="别人的", body="x")
    browser = people.signed_in(app, person)
    page = browser.get("/inbox")
    assert page.links()["站内信 35"] == "/inbox"
    assert "别人的" not in page.text()
    assert "<b>第二行</b>" in page.text()
    older = browser.get(page.links()["更早"])
    assert list(map(older.text, older.all("h2"))) == [f"未读 消息{n}" for n in (4, 3, 2, 1, 0)]
    browser.post("/inbox/read", {"message": "1"})
    assert "站内信 34" in browser.get("/inbox").links()
    browser.post("/inbox/read", {"message": "36"}, 404)
    browser.post("/inbox/read", {"message": "x"}, 400)
    browser.get("/inbox?before=abc", 400)
    page = browser.submit(browser.get("/inbox?before=1"), status=302)
    assert "站内信" in page.links()
    assert "站内信 1" in people.signed_in(app, other).get("/account").links()
