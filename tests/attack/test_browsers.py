"""What another site, a copied cookie, a forged header or a patient guesser can try."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask

from registry.services.accounts import credentials, passwords
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, account, clock, is_signed_in, make, sign_in, writing  # noqa: F401
from tests.attack.forms import FORMS
from tests.attack.stage import Stage
from tests.attack.test_extra_fields import contents
from tests.browser import Browser, Page

EVIL = "evil.example"


def test_no_post_works_without_the_own_token(stage: Stage) -> None:
    """Missing, foreign, sent from elsewhere, as JSON, as plain text, by another method: nothing is stored."""
    before = contents(stage)
    foreign = Browser(stage.app).token()
    for path, (person, right) in FORMS.items():
        address = path.format(**stage.world.ids)
        fields = {name: value.format(**stage.world.ids) for name, value in right.items()}
        browser = stage.world.browser(stage.app, person)
        token = browser.token()
        tried = {
            "missing": ({}, {}),
            "foreign": ({"csrf_token": foreign}, {}),
            "cross-site": ({"csrf_token": token}, {"headers": {"Sec-Fetch-Site": "cross-site"}}),
            "same-site": ({"csrf_token": token}, {"headers": {"Sec-Fetch-Site": "same-site"}}),
        }
        for name, (more, options) in tried.items():
            with browser.client.post(address, data=fields | more, **options) as answer:
                assert answer.status_code == 400, (path, name)
        for kind in ("application/json", "text/plain", "application/x-json"):
            with browser.client.post(address, data=b'{"csrf_token": "x"}', content_type=kind) as answer:
                assert answer.status_code == 400, (path, kind)
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            with browser.client.open(address, method=method, data=fields | {"csrf_token": token}) as answer:
                assert answer.status_code == 405, (path, method)
        headers = {"X-HTTP-Method-Override": "POST"}
        with browser.client.get(address, headers=headers | {"X-Method-Override": "POST"}) as answer:
            assert answer.status_code in (200, 302, 400, 404, 405), path
    after = contents(stage)
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "／／evil.example", "/／evil.example",
     "\u3000//evil.example", "http://evil.example", "/%5cevil.example", "/%2f/evil.example", "/..//evil.example",
     "//evil.example/%2f..", "/\n/evil.example", "java\nscript:alert(1)", "/@evil.example", "?next=//evil.example"],
)  # fmt: skip
def test_nobody_is_led_away_after_the_second_step(app: Flask, make: Made, clock: Clock, target: str) -> None:  # noqa: F811
    """The address goes through both steps and through the page of who is signed in already."""
    person, secret = make(Role.EXPERT), pyotp.random_base32()
    with writing(app) as session:
        people.give_second_factor(session, person, secret)
    browser = Browser(app)
    fields = {"email": account(app, person).email, "password": people.PASSWORD, "next": target}
    assert browser.post("/sign-in", fields).headers["Location"] == "/sign-in/code"
    arrived = browser.post("/sign-in/code", {"one_time_code": pyotp.TOTP(secret).at(clock.now)})
    again = browser.client.get("/sign-in", query_string={"next": target})
    for location in (arrived.headers["Location"], again.headers["Location"]):
        assert re.match(r"/(?![/\\])[\x21-\x7e]*$", location), location


def test_the_host_header_is_nobodys_address(app: Flask, make: Made) -> None:  # noqa: F811
    """Redirects are paths; forms and links lead to no other host. (Links in mails: tests/accounts/test_links.py.)"""
    client = people.signed_in(app, make(Role.ENTERPRISE, enterprise="演示甲乙有限公司")).client
    for headers in ({"Host": EVIL}, {"X-Forwarded-Host": EVIL}, {"Forwarded": f"host={EVIL}"}):
        for path in ("/enterprise", "/enterprise/team", "/sign-in", "/account", "/admin/audit"):
            answer = client.get(path, headers=headers)
            assert EVIL not in answer.headers.get("Location", ""), path
            assert EVIL not in answer.get_data(as_text=True), path
    for host in ("a b", 'a"><script>', "a/b", "a@b", "x" * 3000):
        with app.test_client().get("/", headers={"Host": host}) as answer:
            assert answer.status_code in (200, 400), host
            assert '<script>"' not in answer.get_data(as_text=True)


def test_cookies_are_for_the_server_only(app: Flask, make: Made) -> None:  # noqa: F811
    person = make(Role.EXPERT)
    browser = Browser(app)
    page = browser.get("/sign-in")
    fields = {"email": account(app, person).email, "password": people.PASSWORD, "csrf_token": browser.token()}
    answer = browser.client.post("/sign-in", data=fields, base_url="https://localhost")
    for cookie in [*page.response.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]:
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=Lax" in cookie or "Expires=Thu, 01 Jan 1970" in cookie, cookie
        assert "Domain" not in cookie, cookie
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "Secure" in cookie or "Expires=Thu, 01 Jan 1970" in cookie, cookie


@pytest.mark.parametrize("spelling", ["{}", "{} ", "\u200b{}", "{upper}", "{title}", "\ufeff{}"])
def test_another_spelling_of_an_address_is_no_new_try(app: Flask, make: Made, clock: Clock, spelling: str) -> None:  # noqa: F811
    email = account(app, make(Role.EXPERT)).email
    browser = Browser(app)
    for _attempt in range(5):
        sign_in(browser, email, "wrong-password-1", status=422)
    shown = spelling.format(email, upper=email.upper(), title=email.title())
    sign_in(browser, shown, people.PASSWORD, status=429)
    assert not is_signed_in(browser)


def test_a_forged_forwarding_header_is_no_new_address(app: Flask, clock: Clock) -> None:  # noqa: F811
    browser, statuses = Browser(app), []
    page = browser.get("/sign-in")
    token = page.one("input", name="csrf_token").get("value") or ""
    for number in range(31):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        fields = {"email": f"nobody+{number}@example.com", "password": "wrong-password-1", "csrf_token": token}
        statuses.append(browser.client.post("/sign-in", data=fields, headers=headers).status_code)
    assert statuses == [422] * 30 + [429]


def test_codes_cannot_be_tried_out_where_the_second_factor_is_taken_away(app: Flask, make: Made, clock: Clock) -> None:  # noqa: F811
    """Who has stolen a session and the password still has to guess one of a million codes, slowly."""
    person = make(Role.EXPERT)
    with writing(app) as session:
        people.give_second_factor(session, person, pyotp.random_base32())
    browser = people.signed_in(app, person)
    token, statuses = browser.token(), []
    for number in range(7):
        fields = {"password": people.PASSWORD, "one_time_code": f"{number:06d}", "csrf_token": token}
        statuses.append(browser.client.post("/account/second-factor", data=fields).status_code)
    assert statuses == [422] * 5 + [429] * 2


def test_of_two_changes_of_a_password_at_once_one_wins(app: Flask, make: Made, clock: Clock) -> None:  # noqa: F811
    """Both were examined against the old password; the second is told, and its browser is signed out."""
    person = make(Role.EXPERT)
    browsers = [people.signed_in(app, person), people.signed_in(app, person)]
    with app.extensions["registry"].read() as reading:
        examined = credentials.credentials_of(reading, account_id=person)
    fields = {"password": people.PASSWORD, "new_password": "first-new-one-1", "new_password_again": "first-new-one-1"}
    browsers[0].post("/account/password", fields)
    who, late = people.actor_of(account(app, person)), passwords.hash_password("second-new-one-2")
    with app.extensions["registry"].write() as session, pytest.raises(credentials.NotAllowed):
        credentials.change_password(session, who, examined, late, own_token="", now=clock.now)
    browsers[1].post("/account/password", fields, 401, token="old")
    assert browsers[0].get("/account").status == 200


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), lambda t: t + "%00", lambda t: " " + t]
)
def test_a_token_that_is_nearly_right_opens_nothing(app: Flask, make: Made, change: object) -> None:  # noqa: F811
    administrator = people.signed_in(app, make(Role.ADMINISTRATOR))
    page = Page(administrator.post(f"/admin/accounts/{make(Role.EXPERT)}/link", status=200))
    link = re.search(r"/reset/([\w-]{43})", page.source)
    assert link is not None
    assert Browser(app).client.get(f"/invitation/{link[1]}").status_code == 404
    assert Browser(app).client.get(f"/reset/{change(link[1])}").status_code == 404  # type: ignore[operator]
    assert Browser(app).client.get(f"/reset/{link[1]}").status_code == 200
