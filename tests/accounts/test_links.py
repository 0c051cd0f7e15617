"""One-time links: resetting by mail, invitations, links that an administrator hands over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from registry.models import OneTimeToken
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, account, actions, is_signed_in, sign_in, writing
from tests.accounts.mailserver import MailServer
from tests.browser import Browser, Page

NEW = {"new_password": "seven-green-boats", "new_password_again": "seven-green-boats"}


@pytest.fixture
def posted(make_app: Callable[..., Flask], database_url: str, mail_server: MailServer) -> Flask:
    """An application that sends mail."""
    return make_app(database_url, mail_url=mail_server.url, public_url="https://site.example/smart")


def reset_link(app: Flask, mail_server: MailServer, email: str) -> str:
    """Ask for a link and take it out of the mail."""
    browser = Browser(app)
    page = browser.submit(browser.get("/reset"), {"email": email})
    assert "如果这个邮箱有账户" in page.text()
    app.extensions["registry_mail"].wait(10)
    letter = mail_server.letters[-1]
    found = re.search(r"https://site\.example/smart(/reset/\S+)", letter.body)
    assert found is not None
    assert letter.to == email
    return found[1]


def person_of(app: Flask, role: Role = Role.EXPERT) -> tuple[int, str]:
    with writing(app) as session:
        made = people.make_account(session, role, known_password=True)
        return made.id, made.email


def test_a_reset_link_works_once_and_ends_sessions(posted: Flask, mail_server: MailServer) -> None:
    person, email = person_of(posted)
    signed_in = people.signed_in(posted, person)
    path = reset_link(posted, mail_server, email)
    browser = Browser(posted)
    page = browser.get(path)
    assert email in page.text()
    page = browser.submit(page, {"new_password": "short", "new_password_again": "short"}, status=422)
    assert browser.submit(page, NEW).h1 == "登录"
    assert not is_signed_in(signed_in)
    assert browser.get(path, 404).text(browser.get(path, 404).all("p")[0]).startswith("这个链接已经用过、过期或不完整")
    browser.post(path, NEW, 404)
    sign_in(browser, email, people.PASSWORD, status=422)
    sign_in(browser, email, NEW["new_password"])
    assert [name for name, subject in actions(posted) if subject == person] == [
        "account.reset_asked", "account.password_reset", "account.sign_in_failed", "account.sign_in",
    ]  # fmt: skip


def test_a_reset_link_lives_one_hour(posted: Flask, mail_server: MailServer, clock: Clock) -> None:
    _person, email = person_of(posted)
    path = reset_link(posted, mail_server, email)
    clock.forward(minutes=59, seconds=59)
    assert email in Browser(posted).get(path).text()
    clock.forward(seconds=1)
    assert email not in Browser(posted).get(path, 404).text()
    Browser(posted).post(path, NEW, 404)
    sign_in(Browser(posted), email, NEW["new_password"], status=422)


def test_unknown_addresses_get_the_same_answer_and_no_mail(posted: Flask, mail_server: MailServer) -> None:
    _person, email = person_of(posted)
    pages = []
    for address in (email, "nobody@example.com"):
        browser = Browser(posted)
        page = browser.submit(browser.get("/reset"), {"email": address})
        pages.append(page.source)
    posted.extensions["registry_mail"].wait(10)
    assert pages[0] == pages[1]
    assert [letter.to for letter in mail_server.letters] == [email]


def test_the_link_does_not_follow_the_host_header(posted: Flask, mail_server: MailServer) -> None:
    """A strange host is turned away; under one of the site's own the link begins with the public address all the same."""
    _person, email = person_of(posted)
    client = posted.test_client()
    assert client.get("/reset", base_url="http://evil.example").status_code == 400
    page = client.get("/reset").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"email": email, "csrf_token": token}
    assert client.post("/reset", data=fields, base_url="http://evil.example").status_code == 400
    assert client.post("/reset", data=fields, base_url="http://localhost:81").status_code == 302
    posted.extensions["registry_mail"].wait(10)
    [letter] = mail_server.letters
    assert "https://site.example/smart/reset/" in letter.body


def test_asking_again_does_not_end_a_link_that_is_on_its_way(posted: Flask, mail_server: MailServer) -> None:
    _person, email = person_of(posted)
    first = reset_link(posted, mail_server, email)
    second = reset_link(posted, mail_server, email)
    assert email in Browser(posted).get(first).text()
    browser = Browser(posted)
    assert browser.submit(browser.get(second), NEW).h1 == "登录"
    assert email not in Browser(posted).get(first, 404).text()


def test_asking_is_slowed_down(posted: Flask, clock: Clock) -> None:
    browser = Browser(posted)
    for _ in range(5):
        browser.submit(browser.get("/reset"), {"email": "nobody@example.com"})
    page = browser.submit(browser.get("/reset"), {"email": "nobody@example.com"}, status=429)
    assert "请在 30 秒后再试" in page.text()


def test_links_are_stored_as_hashes_only(posted: Flask, mail_server: MailServer) -> None:
    _person, email = person_of(posted)
    token = reset_link(posted, mail_server, email).rsplit("/", 1)[1]
    with posted.extensions["registry"].read() as session:
        stored = session.scalars(select(OneTimeToken.token_hash)).all()
        everything = str(session.execute(text("SELECT body FROM message")).all())
    assert token not in stored
    assert token not in everything


def test_disabled_and_invited_accounts_get_no_reset_link(posted: Flask, mail_server: MailServer) -> None:
    for standing in ("disabled", "invited"):
        _person, email = person_of(posted)
        with writing(posted) as session:
            session.execute(
                text("UPDATE account SET standing = :standing WHERE email = :email"),
                {"standing": standing, "email": email},
            )
        browser = Browser(posted)
        browser.submit(browser.get("/reset"), {"email": email})
    posted.extensions["registry_mail"].wait(10)
    assert mail_server.letters == []


def test_without_mail_the_page_says_whom_to_ask(app: Flask) -> None:
    page = Browser(app).get("/reset")
    assert "请联系系统管理员" in page.text()
    assert page.forms() == []


def invite(app: Flask, administrator: int, status: int = 200, **changes: str) -> Page:
    browser = people.signed_in(app, administrator)
    typed = {"email": "new@example.com", "name": "演示新人", "role": "district_reviewer", "unit": "TNQ"}
    return browser.submit(browser.get("/admin/accounts/new"), typed | changes, status=status)


def link_on(page: Page, home: str = "http://localhost") -> str:
    found = re.search(re.escape(home) + r"(/(?:invitation|reset)/[\w-]{43})", page.text())
    assert found is not None
    return found[1]


def test_an_invitation_is_accepted_once_within_seven_days(app: Flask, make: Made, clock: Clock) -> None:
    administrator = make(Role.ADMINISTRATOR)
    path = link_on(invite(app, administrator))
    with app.extensions["registry"].read() as session:
        person = session.execute(text("SELECT id FROM account WHERE email = 'new@example.com'")).scalar_one()
    made = account(app, person)
    assert (made.role, made.unit_code, made.standing, made.password_hash) == (
        "district_reviewer",
        "TNQ",
        "invited",
        None,
    )
    sign_in(Browser(app), "new@example.com", "", status=422)
    sign_in(Browser(app), "new@example.com", "anything-at-all", status=422)
    clock.forward(days=6, hours=23)
    browser = Browser(app)
    page = browser.get(path)
    assert page.h1 == "接受邀请"
    Browser(app).get(path.replace("/invitation/", "/reset/"), 404)
    browser.submit(page, NEW)
    assert account(app, person).standing == "active"
    Browser(app).get(path, 404)
    sign_in(browser, "new@example.com", NEW["new_password"])
    assert is_signed_in(browser)


def test_an_invitation_ends_after_seven_days_and_a_new_one_can_be_made(app: Flask, make: Made, clock: Clock) -> None:
    administrator = make(Role.ADMINISTRATOR)
    old = link_on(invite(app, administrator))
    clock.forward(days=7)
    Browser(app).get(old, 404)
    browser = people.signed_in(app, administrator)
    page = browser.submit(browser.get("/admin/accounts/2"), action="/link", status=200)
    new = link_on(page)
    assert new != old
    Browser(app).get(new)


def test_what_cannot_be_invited(app: Flask, make: Made) -> None:
    administrator = make(Role.ADMINISTRATOR)
    email = account(app, administrator).email
    assert invite(app, administrator, 422, email=email).errors_shown == ["邮箱：这个邮箱已有账户。"]
    assert invite(app, administrator, 422, unit="").errors_shown == ["板块审核员须选择板块。"]
    assert invite(app, administrator, 422, unit="XXX").errors_shown == ["板块：没有代码为 XXX 的板块。"]
    assert invite(app, administrator, 422, role="enterprise").errors_shown == ["角色：没有选择角色；请选择"]
    assert invite(app, administrator, 422, role="").errors_shown == ["角色：没有选择角色；请选择"]


def test_an_invitation_is_mailed_where_mail_is_configured(posted: Flask, mail_server: MailServer) -> None:
    administrator, _email = person_of(posted, Role.ADMINISTRATOR)
    page = invite(posted, administrator)
    posted.extensions["registry_mail"].wait(10)
    [letter] = mail_server.letters
    assert letter.to == "new@example.com"
    home = "https://site.example/smart"
    assert home + link_on(page, home) in letter.body


def test_an_administrator_hands_over_a_reset_link(app: Flask, make: Made) -> None:
    administrator, person = people.signed_in(app, make(Role.ADMINISTRATOR)), make(Role.EXPERT)
    page = administrator.submit(administrator.get(f"/admin/accounts/{person}"), action="/link", status=200)
    browser = Browser(app)
    browser.submit(browser.get(link_on(page)), NEW)
    sign_in(browser, account(app, person).email, NEW["new_password"])
    assert is_signed_in(browser)
