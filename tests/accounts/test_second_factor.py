"""The second factor: setting it up, one code once, what is enforced, and a lost phone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Message
from registry.services.accounts import second_factor
from registry.terms import Role
from tests import people
from tests.accounts.conftest import Clock, Made, account, actions, is_signed_in, secret_of, sign_in
from tests.browser import Browser, Page
from tests.parsing import SVG

WRONG = ["动态口令不对或已经用过，请等下一个。"]


def code(app: Flask, person: int, clock: Clock) -> str:
    secret = secret_of(app, person)
    assert secret is not None
    return pyotp.TOTP(secret).at(clock.now)


@pytest.fixture
def holder(app: Flask, make: Made) -> int:
    """Somebody whose second factor is set up."""
    return make(Role.EXPERT, totp_secret=second_factor.new_secret())


def second_step(app: Flask, person: int, browser: Browser) -> Page:
    page = browser.get("/sign-in")
    return browser.submit(page, {"email": account(app, person).email, "password": people.PASSWORD})


def test_setting_up_needs_the_password_and_a_code_and_ends_other_sessions(app: Flask, make: Made, clock: Clock) -> None:
    person = make(Role.EXPERT)
    browser, elsewhere = people.signed_in(app, person, second_factor=False), people.signed_in(app, person)
    page = browser.get("/account/second-factor")
    secret = page.text(page.all("code")[0]).replace(" ", "")
    assert len(secret) == 32
    [picture] = [svg for svg in page.root.iter(SVG + "svg") if svg.get("class") == "qr"]
    assert len(picture.findall(SVG + "path")) == 1
    assert browser.get("/account/second-factor").text(page.all("code")[0]).replace(" ", "") == secret
    right = pyotp.TOTP(secret).at(clock.now)
    page = browser.submit(page, {"password": "wrong", "one_time_code": right}, status=422)
    assert page.errors_shown == ["现在的密码：密码不对。"]
    page = browser.submit(page, {"password": people.PASSWORD, "one_time_code": "000000"}, status=422)
    assert page.errors_shown == ["动态口令不对。请核对手机的时间，输入应用中正在显示的六位数字。"]
    page = browser.submit(page, {"password": people.PASSWORD, "one_time_code": right})
    assert "第二因子已启用" in page.text()
    assert (is_signed_in(browser), is_signed_in(elsewhere)) == (True, False)
    assert secret_of(app, person) == secret
    assert secret not in (account(app, person).totp_secret or secret)
    # The code of setting up is used up as well.
    assert second_step(app, person, elsewhere).h1 == "输入动态口令"
    page = elsewhere.submit(elsewhere.get("/sign-in/code"), {"one_time_code": right}, status=422)
    assert page.errors_shown == WRONG
    assert actions(app)[0][0] == "account.sign_in_failed"


def test_a_code_works_once(app: Flask, holder: int, clock: Clock) -> None:
    first, second = Browser(app), Browser(app)
    for browser in (first, second):
        assert second_step(app, holder, browser).h1 == "输入动态口令"
        assert not is_signed_in(browser)
    typed = code(app, holder, clock)
    first.submit(first.get("/sign-in/code"), {"one_time_code": f" {typed[:3]} {typed[3:]}"})
    assert is_signed_in(first)
    page = second.submit(second.get("/sign-in/code"), {"one_time_code": typed}, status=422)
    assert page.errors_shown == WRONG
    clock.forward(seconds=30)
    second.submit(page, {"one_time_code": code(app, holder, clock)})
    assert is_signed_in(second)


def test_of_eight_requests_with_one_code_one_wins(app: Flask, holder: int, clock: Clock) -> None:
    typed = code(app, holder, clock)
    parts = app.extensions["registry"]
    now = clock.now

    def use(_number: int) -> bool:
        from registry.models import Account

        with parts.write() as session:
            won = second_factor.use_code(session, session.get_one(Account, holder), typed, now=now)
            session.commit()
            return won

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_codes_one_step_off_are_taken_and_older_ones_are_not(clock: Clock) -> None:
    secret = second_factor.new_secret()
    step = int(clock.now.timestamp()) // 30
    made = {offset: pyotp.TOTP(secret).at((step + offset) * 30) for offset in (-2, -1, 0, 1, 2)}
    found = {offset: second_factor.matching_step(secret, typed, now=clock.now) for offset, typed in made.items()}
    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}
    assert second_factor.matching_step(secret, made[0], now=clock.now, after=step) is None
    full_width = made[0].translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert second_factor.matching_step(secret, full_width, now=clock.now) == step
    for text in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦"):
        assert second_factor.matching_step(secret, text, now=clock.now) in (None, step)


def test_guessing_codes_is_slowed_down(app: Flask, holder: int, clock: Clock) -> None:
    browser = Browser(app)
    page = second_step(app, holder, browser)
    for _ in range(5):
        page = browser.submit(page, {"one_time_code": "000000"}, status=422)
    assert "请在 30 秒后再试" in browser.submit(page, {"one_time_code": code(app, holder, clock)}, status=429).text()
    # A new sign-in with the password does not begin a new count.
    page = second_step(app, holder, browser)
    browser.submit(page, {"one_time_code": "000000"}, status=429)
    with app.extensions["registry"].read() as session:
        [told] = session.scalars(select(Message).where(Message.account_id == holder))
    assert told.subject == "您的账户连续输错动态口令", "whoever tries codes knows the password"


def test_the_password_holds_five_minutes(app: Flask, holder: int, clock: Clock) -> None:
    browser = Browser(app)
    second_step(app, holder, browser)
    clock.forward(seconds=301)
    assert browser.client.get("/sign-in/code").headers["Location"] == "/sign-in?done=again"
    assert Browser(app).client.get("/sign-in/code").headers["Location"] == "/sign-in?done=again"


def test_staff_without_a_second_factor_can_only_set_it_up(
    make_app: Callable[..., Flask], database_url: str, clock: Clock
) -> None:
    app = make_app(database_url, staff_second_factor=True)
    with app.extensions["registry"].write() as session:
        person = people.make_account(session, Role.ADMINISTRATOR, known_password=True)
        clerk = people.make_account(
            session, Role.ENTERPRISE, enterprise=people.enterprise(session), known_password=True
        )
        ids = person.id, clerk.id
        email = person.email
        session.commit()
    browser = Browser(app)
    page = sign_in(browser, email, people.PASSWORD)
    assert "工作人员须先设置第二因子" in page.text()
    assert browser.client.get("/admin/accounts").headers["Location"] == "/account"
    browser.post(f"/admin/accounts/{ids[1]}/disable", status=403)
    page = browser.get("/account/second-factor")
    secret = page.text(page.all("code")[0]).replace(" ", "")
    browser.submit(page, {"password": people.PASSWORD, "one_time_code": pyotp.TOTP(secret).at(clock.now)})
    assert browser.get("/admin/accounts").h1 == "账户管理"
    assert "limited" not in people.signed_in(app, ids[1], second_factor=False).get("/account").text()


def test_taking_it_away_needs_password_and_code(app: Flask, holder: int, clock: Clock) -> None:
    browser = people.signed_in(app, holder)
    page = browser.get("/account/second-factor")
    assert page.h1 == "停用第二因子"
    assert page.all("code") == []
    page = browser.submit(page, {"password": people.PASSWORD, "one_time_code": "000000"}, status=422)
    page = browser.submit(page, {"password": people.PASSWORD, "one_time_code": code(app, holder, clock)})
    assert "第二因子已停用" in page.text()
    assert account(app, holder).totp_secret is None


def test_an_administrator_takes_a_lost_one_away(app: Flask, make: Made, holder: int) -> None:
    administrator, lost = people.signed_in(app, make(Role.ADMINISTRATOR)), people.signed_in(app, holder)
    page = administrator.get(f"/admin/accounts/{holder}")
    administrator.submit(page, action="/second-factor")
    assert account(app, holder).totp_secret is None
    assert not is_signed_in(lost)
    administrator.post(f"/admin/accounts/{holder}/second-factor", status=422)
