"""The own account: password, sessions, data."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from registry.services.accounts import messages
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, account, actions, is_signed_in, sign_in, writing
from tests.browser import Browser

NEW = {"new_password": "seven-green-boats", "new_password_again": "seven-green-boats"}


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    browser, elsewhere = people.signed_in(app, person), people.signed_in(app, person)
    page = browser.submit(browser.get("/account/password"), {"password": "wrong"} | NEW, status=422)
    assert page.errors_shown == ["现在的密码：密码不对。"]
    page = browser.submit(page, {"password": people.PASSWORD} | NEW | {"new_password_again": "x"}, status=422)
    assert page.errors_shown == ["再输入一次新密码：两次输入的密码不同。"]
    before = browser.client.get_cookie("registry_session")
    page = browser.submit(page, {"password": people.PASSWORD} | NEW)
    after = browser.client.get_cookie("registry_session")
    assert "密码已修改" in page.text()
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert (is_signed_in(browser), is_signed_in(elsewhere)) == (True, False)
    sign_in(Browser(app), account(app, person).email, people.PASSWORD, status=422)
    sign_in(Browser(app), account(app, person).email, NEW["new_password"])


def test_guessing_the_own_password_is_slowed_down(app: Flask, make: Made, clock: Clock) -> None:
    browser = people.signed_in(app, make(Role.EXPERT))
    for _ in range(5):
        browser.post("/account/password", {"password": "wrong"} | NEW, 422)
    response = browser.post("/account/password", {"password": people.PASSWORD} | NEW, 429)
    assert response.headers["Retry-After"] == "30"


def test_sign_out_everywhere(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    browsers = [people.signed_in(app, person) for _ in range(3)]
    other = people.signed_in(app, make(Role.EXPERT))
    page = browsers[0].get("/account")
    assert [row[3] for row in page.rows()].count("这个浏览器") == 1
    assert len(page.rows()) == 3
    browsers[0].submit(page, action="/sign-out-everywhere")
    assert [is_signed_in(browser) for browser in (*browsers, other)] == [False, False, False, True]


def test_own_data_holds_what_is_kept_and_nothing_secret(app: Flask, make: Made) -> None:
    person, other = make(Role.ENTERPRISE, totp_secret="SECRETSECRET"), make(Role.EXPERT)
    with writing(app) as session:
        messages.notify(session, [person], subject="给我的", body="x")
        messages.notify(session, [other], subject="给别人的", body="x")
    browser = people.signed_in(app, person)
    response = browser.raw("/account/data.json", audited=True)
    assert re.match(r'attachment; filename="account-\d{8}\.json"', response.headers["Content-Disposition"])
    assert response.headers["Cache-Control"] == "no-store"
    data = json.loads(response.get_data())
    assert data["account"]["email"] == account(app, person).email
    assert [message["subject"] for message in data["messages"]] == ["给我的"]
    text = response.get_data(as_text=True)
    assert [secret for secret in ("SECRETSECRET", "argon2", "token") if secret in text] == []
    assert actions(app) == [("account.export", person)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_an_account_are_sound_in_both_languages(app: Flask, make: Made, language: str) -> None:
    browser = people.signed_in(app, make(Role.ENTERPRISE, is_owner=True))
    for path in ("/account", "/account/password", "/account/second-factor", "/inbox", "/enterprise/team"):
        page = browser.get(f"{path}?lang={language}")
        assert page.all("html")[0].get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    for path in ("/sign-in", "/register", "/reset"):
        Browser(app).get(f"{path}?lang={language}")


def test_errors_of_signed_in_pages_keep_the_frame(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.EXPERT))
    page = browser.get("/admin/accounts", 403)
    assert "head--staff" in (page.one("header").get("class") or "").split()
    assert "退出" in [page.text(button) for button in page.all("button")]
    nowhere = browser.get("/no-such-page", 404)
    assert "退出" in [nowhere.text(button) for button in nowhere.all("button")]
    assert "登录" not in nowhere.links()
