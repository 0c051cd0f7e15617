"""Many people behind one network address, and strangers who guess: who waits, and who does not."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.services.accounts import second_factor
from registry.terms import Role
from registry.views.accounts import known_browser
from tests import people
from tests.accounts.conftest import Clock, Made, account, is_signed_in, secret_of, sign_in
from tests.accounts.mailserver import MailServer
from tests.browser import Browser

OFFICE = {"REMOTE_ADDR": "192.0.2.1"}
WRONG = "not-the-password"


def attempt(
    app: Flask, email: str, password: str = people.PASSWORD, *, at: str = "192.0.2.1", by: Browser | None = None
) -> TestResponse:
    """Sign in from a network address, in a new browser unless one is given."""
    browser = by or Browser(app)
    fields = {"email": email, "password": password, "csrf_token": browser.token()}
    return browser.client.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": at})


def emails(app: Flask, make: Made, number: int) -> list[str]:
    return [account(app, make(Role.EXPERT)).email for _ in range(number)]


def guess_from_everywhere(app: Flask, email: str) -> None:
    """So many wrong guesses, five from each of many addresses, that every unknown place has to wait."""
    answers = [
        attempt(app, email, WRONG, at=f"203.0.113.{number}").status_code for number in range(6) for _try in range(5)
    ]
    assert set(answers) == {422, 429}


def test_sixty_people_of_one_office_sign_in_and_nobody_waits(app: Flask, make: Made, clock: Clock) -> None:
    assert [attempt(app, email).status_code for email in emails(app, make, 60)] == [302] * 60


def test_nobody_waits_although_each_of_them_mistypes_once(app: Flask, make: Made, clock: Clock) -> None:
    found = [
        attempt(app, email, typed).status_code for email in emails(app, make, 40) for typed in (WRONG, people.PASSWORD)
    ]
    assert found == [422, 302] * 40


def test_sixty_people_enter_their_codes_and_nobody_waits(app: Flask, make: Made, clock: Clock) -> None:
    for _ in range(60):
        secret = second_factor.new_secret()
        browser, email = Browser(app), account(app, make(Role.EXPERT, totp_secret=secret)).email
        attempt(app, email, by=browser)
        fields = {"one_time_code": pyotp.TOTP(secret).at(clock.now), "csrf_token": browser.token()}
        answer = browser.client.post("/sign-in/code", data=fields, environ_base=OFFICE)
        assert answer.headers.get("Location") == "/account"


def test_one_person_signs_in_all_day_and_never_waits(app: Flask, make: Made, clock: Clock) -> None:
    [email] = emails(app, make, 1)
    assert [attempt(app, email).status_code for _ in range(40)] == [302] * 40


def test_sixty_people_ask_for_a_letter_and_nobody_waits(
    make_app: Callable[..., Flask], sqlite_url: str, mail_server: MailServer, clock: Clock
) -> None:
    app = make_app(sqlite_url, mail_url=mail_server.url, public_url="https://site.example")
    for number in range(60):
        browser = Browser(app)
        page = browser.submit(browser.get("/reset"), {"email": f"p{number}@example.com"})
        assert "秒后再试" not in page.text()


def test_taking_the_second_factor_away_does_not_count_when_the_code_was_right(
    app: Flask, make: Made, clock: Clock
) -> None:
    """Set up and taken away again and again: each step is a success."""
    person = make(Role.EXPERT)
    browser = people.signed_in(app, person)
    for _ in range(7):
        for heading in ("第二因子已启用", "第二因子已停用"):
            clock.forward(seconds=30)
            page = browser.get("/account/second-factor")
            secret = secret_of(app, person) or page.text(page.all("code")[0]).replace(" ", "")
            code = pyotp.TOTP(secret).at(clock.now)
            page = browser.submit(page, {"password": people.PASSWORD, "one_time_code": code})
            assert heading in page.text()


def test_a_stranger_makes_himself_wait_and_not_the_office(app: Flask, make: Made, clock: Clock) -> None:
    [email] = emails(app, make, 1)
    answers = [attempt(app, email, WRONG, at="198.51.100.9") for _ in range(40)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 35
    assert attempt(app, email, at="198.51.100.9").status_code == 429
    assert attempt(app, email).status_code == 302


def test_guesses_from_many_addresses_slow_the_account_but_not_the_browser_of_its_owner(
    app: Flask, make: Made, clock: Clock
) -> None:
    email, colleague = emails(app, make, 2)
    mine = Browser(app)
    attempt(app, email, by=mine)
    mine.submit_sign_out()
    guess_from_everywhere(app, email)
    assert attempt(app, email, at="203.0.113.77").headers["Retry-After"] == "30"
    assert attempt(app, email, by=mine, at="203.0.113.78").status_code == 302
    assert is_signed_in(mine)
    assert attempt(app, colleague, at="203.0.113.1").status_code == 302
    # The owner's success gives the strangers nothing back.
    assert attempt(app, email, WRONG, at="203.0.113.77").status_code == 429


def test_the_known_browser_has_a_budget_too_and_knows_its_own_account_only(
    app: Flask, make: Made, clock: Clock
) -> None:
    email, other = emails(app, make, 2)
    mine = Browser(app)
    attempt(app, email, by=mine)
    mine.submit_sign_out()
    assert [attempt(app, email, WRONG, by=mine).status_code for _ in range(6)] == [422] * 5 + [429]
    guess_from_everywhere(app, other)
    assert attempt(app, other, by=mine).status_code == 429


@pytest.mark.parametrize(
    "forged", ["", "x", "eyIxIjoiYWFhYSJ9", "eyIxIjoiYWFhYSJ9.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "长"]
)
def test_a_forged_mark_counts_as_no_mark(app: Flask, make: Made, clock: Clock, forged: str) -> None:
    [email] = emails(app, make, 1)
    guess_from_everywhere(app, email)
    browser = Browser(app)
    browser.client.set_cookie(known_browser.COOKIE, forged)
    assert attempt(app, email, by=browser).status_code == 429


def test_an_office_that_somebody_spoiled_stays_open_to_the_browsers_it_knows(
    app: Flask, make: Made, clock: Clock
) -> None:
    [email] = emails(app, make, 1)
    mine = Browser(app)
    attempt(app, email, by=mine)
    mine.submit_sign_out()
    answers = [attempt(app, f"nobody{number}@example.com", WRONG).status_code for number in range(31)]
    assert answers == [422] * 30 + [429]
    assert attempt(app, email, by=mine).status_code == 302


def test_several_people_of_one_computer_are_all_known(app: Flask, make: Made, clock: Clock) -> None:
    shared, everybody = Browser(app), emails(app, make, 3)
    for email in everybody:
        attempt(app, email, by=shared)
        shared.submit_sign_out()
    for email in everybody:
        guess_from_everywhere(app, email)
        assert attempt(app, email, by=shared, at="203.0.113.200").status_code == 302
        shared.submit_sign_out()


def test_guessing_codes_elsewhere_does_not_lock_the_owner_out(app: Flask, make: Made, clock: Clock) -> None:
    """Somebody who knows the password tries codes, from so many addresses that unknown places wait."""
    secret = second_factor.new_secret()
    person = make(Role.EXPERT, totp_secret=secret)
    email = account(app, person).email

    def enter(browser: Browser, code: str, at: str) -> int:
        attempt(app, email, by=browser, at=at)
        fields = {"one_time_code": code, "csrf_token": browser.token()}
        return browser.client.post("/sign-in/code", data=fields, environ_base={"REMOTE_ADDR": at}).status_code

    mine = Browser(app)
    assert enter(mine, pyotp.TOTP(secret).at(clock.now), "192.0.2.1") == 302
    mine.submit_sign_out()
    clock.forward(seconds=30)
    answers = [enter(Browser(app), "000000", f"203.0.113.{number}") for number in range(3) for _try in range(5)]
    assert answers == [422] * 10 + [429] * 5
    right = pyotp.TOTP(secret).at(clock.now)
    assert enter(Browser(app), right, "203.0.113.99") == 429
    assert enter(mine, right, "192.0.2.1") == 302


def test_the_page_says_how_long_to_wait(app: Flask, make: Made, clock: Clock) -> None:
    [email] = emails(app, make, 1)
    browser = Browser(app)
    for _ in range(5):
        sign_in(browser, email, WRONG, status=422)
    page = sign_in(browser, email, people.PASSWORD, status=429)
    assert page.errors_shown == ["尝试次数太多，请在 30 秒后再试。"]
    assert page.response.headers["Retry-After"] == "30"


def test_the_mark_is_hidden_from_scripts_and_says_no_mail_address(app: Flask, make: Made) -> None:
    [email] = emails(app, make, 1)
    answer = attempt(app, email)
    [mark] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(known_browser.COOKIE)]
    assert ("HttpOnly" in mark, "SameSite=Lax" in mark, "example" in mark) == (True, True, False)
