"""Signing in and out, sessions as rows, waits after failures, where one is sent."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from registry.models import LoginSession, Throttle
from registry.services.accounts.sessions import token_hash
from registry.terms import Role
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.accounts.conftest import Clock, Made, account, actions, is_signed_in, sign_in, writing
from tests.browser import Browser

WRONG = ["邮箱或密码不对。"]


def test_everybody_arrives_at_the_page_of_the_role(app: Flask, make: Made) -> None:
    homes = {
        Role.ENTERPRISE: "enterprise.dashboard",
        Role.DISTRICT_REVIEWER: "today.today",
        Role.MUNICIPAL_REVIEWER: "today.today",
        Role.PUBLISHER: "today.today",
        Role.EXPERT: "auth.account",
        Role.ADMINISTRATOR: "admin.accounts",
        Role.AUDITOR: "admin.audit",
    }
    for role, endpoint in homes.items():
        person = make(role, unit="TNQ" if role is Role.DISTRICT_REVIEWER else None)
        browser = Browser(app)
        fields = {"email": account(app, person).email.upper(), "password": people.PASSWORD}
        response = browser.post("/sign-in", fields)
        wanted = endpoint if endpoint in app.view_functions else "auth.account"
        with app.test_request_context():
            assert response.headers["Location"] == app.url_for(wanted)
        assert is_signed_in(browser)


def test_unknown_and_wrong_get_the_same_page(app: Flask, make: Made) -> None:
    email = account(app, make(Role.EXPERT)).email
    pages = []
    for address in (email, "nobody@example.com"):
        page = sign_in(Browser(app), address, "not-the-password", status=422)
        assert page.errors_shown == WRONG
        fields = page.all("input")
        assert [field.get("value") for field in fields if field.get("name") == "email"] == [address]
        assert [field.get("value") for field in fields if field.get("name") == "password"] == [None]
        token = next(field.get("value") for field in fields if field.get("name") == "csrf_token")
        pages.append(page.source.replace(address, "").replace(str(token), ""))
    assert pages[0] == pages[1]


def test_an_unknown_address_costs_a_hash_as_well(app: Flask, make: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a sign-in is that of the hash; it is spent once for known and unknown addresses alike."""
    from registry.services.accounts import passwords

    spent: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, stored: str, given: str) -> bool:
            spent.append(stored)
            return verify(stored, given)

        hash = staticmethod(passwords._hasher.hash)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for address in (account(app, make(Role.EXPERT)).email, "nobody@example.com"):
        spent.clear()
        sign_in(Browser(app), address, "not-the-password", status=422)
        assert len(spent) == 1


def test_waits_double_and_are_told(app: Flask, make: Made, clock: Clock) -> None:
    person = make(Role.EXPERT)
    email = account(app, person).email
    browser = Browser(app)
    for _ in range(5):
        assert sign_in(browser, email, "not-the-password", status=422).errors_shown == WRONG
    for wait in (30, 60, 120, 240, 480, 900, 900):
        answer = browser.post("/sign-in", {"email": email, "password": people.PASSWORD}, 429)
        assert answer.headers["Retry-After"] == str(wait)
        assert f"请在 {wait} 秒后再试" in answer.get_data(as_text=True)
        clock.forward(seconds=wait - 1)
        assert browser.post("/sign-in", {"email": email, "password": "x"}, 429).headers["Retry-After"] == "1"
        clock.forward(seconds=1)
        sign_in(browser, email, "not-the-password", status=422)
    clock.forward(seconds=900)
    sign_in(browser, email, people.PASSWORD)
    assert is_signed_in(browser)
    other = Browser(app)
    for _ in range(4):
        sign_in(other, email, "not-the-password", status=422)
    sign_in(other, email, people.PASSWORD)


def test_waits_hold_for_unknown_addresses_too_and_store_no_address(app: Flask, clock: Clock) -> None:
    browser = Browser(app)
    for _ in range(5):
        sign_in(browser, "nobody@example.com", "not-the-password", status=422)
    browser.post("/sign-in", {"email": "NOBODY@example.com", "password": "x"}, 429)
    sign_in(browser, "somebody@example.com", "x", status=422)
    with app.extensions["registry"].read() as session:
        keys = session.scalars(select(Throttle.key)).all()
    assert [key for key in keys if "example" in key] == []


def test_one_network_address_that_tries_many_accounts_waits(app: Flask, clock: Clock) -> None:
    browser = Browser(app)
    token = browser.token()
    for number in range(30):
        browser.post("/sign-in", {"email": f"p{number}@example.com", "password": "x"}, 422, token=token)
    refused = browser.post("/sign-in", {"email": "p99@example.com", "password": "x"}, 429, token=token)
    assert refused.headers["Retry-After"] == "30"
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    browser.post("/sign-in", {"email": "p99@example.com", "password": "x"}, 422, token=token, environ_base=elsewhere)
    clock.forward(hours=2)
    browser.post("/sign-in", {"email": "p99@example.com", "password": "x"}, 422, token=token)


def test_attempts_are_events_without_personal_values(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    email = account(app, person).email
    browser = Browser(app)
    sign_in(browser, "nobody@example.com", "x", status=422)
    sign_in(browser, email, "x", status=422)
    sign_in(browser, email, people.PASSWORD)
    browser.submit_sign_out()
    assert actions(app) == [
        ("account.sign_in_failed", None),
        ("account.sign_in_failed", person),
        ("account.sign_in", person),
        ("account.sign_out", person),
    ]
    with app.extensions["registry"].read() as session:
        stored = " ".join(str(row) for row in session.execute(text("SELECT * FROM event")))
    assert "example.com" not in stored


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.EXPERT))
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    thief = Browser(app)
    thief.client.set_cookie(COOKIE, cookie.value)
    assert is_signed_in(thief)
    browser.submit_sign_out()
    assert (is_signed_in(browser), is_signed_in(thief)) == (False, False)


def test_a_planted_cookie_does_not_become_a_session(app: Flask, make: Made) -> None:
    """New session token and new form token at sign-in, whatever the browser brought."""
    person = make(Role.EXPERT)
    browser = Browser(app)
    browser.client.set_cookie(COOKIE, "planted-by-somebody-else")
    before = browser.token()
    sign_in(browser, account(app, person).email, people.PASSWORD)
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.value != "planted-by-somebody-else"
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert browser.token() != before
    browser.post("/account/sign-out-everywhere", status=400, token=before)
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(LoginSession.token_hash)).all() == [token_hash(cookie.value)]


def test_cookies_are_secure_behind_https(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    browser = Browser(app)
    base = {"base_url": "https://localhost"}
    page = browser.client.get("/sign-in", **base)
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"email": account(app, person).email, "password": people.PASSWORD}
    response = browser.post("/sign-in", fields, token=token, headers={"Referer": "https://localhost/sign-in"}, **base)
    assert [cookie for cookie in response.headers.getlist("Set-Cookie") if "Secure" not in cookie] == []


def test_sessions_end_when_idle_and_at_the_latest_after_twelve_hours(app: Flask, make: Made, clock: Clock) -> None:
    browser = people.signed_in(app, make(Role.EXPERT))
    clock.forward(hours=1, minutes=59)
    assert is_signed_in(browser)
    clock.forward(hours=1, minutes=59)
    assert is_signed_in(browser)
    for _ in range(4):
        clock.forward(hours=1, minutes=59)
        assert is_signed_in(browser)
    clock.forward(minutes=10)
    assert not is_signed_in(browser)
    idle = people.signed_in(app, make(Role.EXPERT))
    clock.forward(hours=2)
    assert not is_signed_in(idle)


def test_the_last_use_is_written_once_a_minute(app: Flask, make: Made, clock: Clock) -> None:
    browser = people.signed_in(app, make(Role.EXPERT))

    def writes() -> int:
        browser.statements.clear()
        browser.client.get("/account")
        return len([statement for statement in browser.statements if statement.startswith("UPDATE login_session")])

    assert writes() == 0
    clock.forward(seconds=61)
    assert (writes(), writes()) == (1, 0)


def test_a_disabled_account_is_told_only_with_the_right_password(app: Flask, make: Made) -> None:
    person = make(Role.EXPERT)
    with writing(app) as session:
        session.execute(text("UPDATE account SET standing = 'disabled'"))
    email = account(app, person).email
    assert sign_in(Browser(app), email, "x", status=422).errors_shown == WRONG
    told = sign_in(Browser(app), email, people.PASSWORD, status=422).errors_shown
    assert told == ["这个账户已停用，请联系系统管理员。"]
    assert actions(app) == [("account.sign_in_failed", person)] * 2
    with app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 0


FOREIGN = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "\t//evil.example", " //evil.example", "/%0d%0aSet-Cookie:x=1", "javascript:alert(1)",
    "http:evil.example", "evil.example", "/\u00a0/evil", "/\u2028evil", "/x\\y", "/@evil.example\n",
)  # fmt: skip


@pytest.mark.parametrize("target", FOREIGN)
def test_nobody_is_sent_to_another_site(app: Flask, make: Made, target: str) -> None:
    person = make(Role.EXPERT)
    for browser, fields in ((Browser(app), {"next": target}), (people.signed_in(app, person), None)):
        if fields is None:
            location = browser.client.get("/sign-in", query_string={"next": target}).headers["Location"]
        else:
            sent = {"email": account(app, person).email, "password": people.PASSWORD} | fields
            location = browser.post("/sign-in", sent).headers["Location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "\n" not in location
        assert location in ("/account", "/%0d%0aSet-Cookie:x=1", "/%C2%A0/evil", "/%E2%80%A8evil")


def test_one_returns_to_the_page_that_was_asked_for(app: Flask, make: Made) -> None:
    person = make(Role.AUDITOR)
    browser = Browser(app)
    asked = browser.client.get("/admin/audit?action=account.&lang=zh")
    assert asked.status_code == 302
    page = browser.get(asked.headers["Location"])
    arrived = browser.post(
        "/sign-in",
        {
            "email": account(app, person).email,
            "password": people.PASSWORD,
            "next": page.one("input", name="next").get("value") or "",
        },
    )
    assert arrived.headers["Location"] == "/admin/audit?action=account.&lang=zh"


def test_prefix_and_return(make_app: object, sqlite_url: str) -> None:
    """Under a prefix cookies and addresses stay below it."""
    app: Flask = make_app(sqlite_url, base_path="/smart")  # type: ignore[operator]
    with writing(app) as session:
        person = people.make_account(session, Role.AUDITOR, known_password=True)
        email = person.email
    client = app.test_client()
    asked = client.get("/smart/admin/audit?id=3")
    assert asked.headers["Location"] == "/smart/sign-in?next=/admin/audit?id%3D3"
    page = client.get(asked.headers["Location"])
    assert "Path=/smart/" in page.headers["Set-Cookie"]
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"email": email, "password": people.PASSWORD, "next": "/admin/audit?id=3", "csrf_token": token}
    arrived = client.post("/smart/sign-in", data=fields)
    assert arrived.headers["Location"] == "/smart/admin/audit?id=3"
    assert "Path=/smart/" in arrived.headers["Set-Cookie"]


def test_public_pages_neither_know_nor_mark_anybody(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ADMINISTRATOR))
    anonymous = Browser(app)
    for path in ("/", "/projects", "/statistics", "/announcements", "/about", "/calls"):
        mine, theirs = browser.get(path), anonymous.get(path)
        assert mine.source == theirs.source
        assert "Set-Cookie" not in mine.response.headers
        assert mine.links()["登录"] == "/sign-in"
    form = anonymous.get("/sign-in")
    [cookie] = form.response.headers.getlist("Set-Cookie")
    assert cookie.startswith("registry_form=")
    assert form.response.headers["Cache-Control"] == "no-store"
