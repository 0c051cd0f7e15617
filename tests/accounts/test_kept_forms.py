"""Nothing typed is lost: an expired session, an outdated form, a submission from another site."""

from __future__ import annotations

import io

from flask import Flask
from werkzeug.routing.converters import NumberConverter

from registry.terms import Role
from tests import people
from tests.accounts.conftest import Made, account
from tests.browser import XHTML, Browser, Page, check_page

INVITATION = {"email": "new@example.com", "name": "演示\"<b>'新人", "role": "expert", "unit": ""}


def hidden(page: Page) -> dict[str, str]:
    """What the carried page would send, the token left out."""
    fields = page.form().iter(XHTML + "input")
    return {field.get("name") or "": field.get("value") or "" for field in fields if field.get("name") != "csrf_token"}


def test_an_expired_session_keeps_the_text_and_then_saves_it(app: Flask, make: Made) -> None:
    person = make(Role.ADMINISTRATOR)
    browser = people.signed_in(app, person)
    page = browser.get("/admin/accounts/new")
    browser.client.delete_cookie("registry_session")
    carried = browser.submit(page, INVITATION, status=401)
    assert carried.h1 == "内容还没有保存"
    assert "登录已经过期" in carried.text()
    assert hidden(carried) == INVITATION
    sign_in_page = browser.get("/sign-in")
    browser.post(
        "/sign-in",
        {"email": account(app, person).email, "password": people.PASSWORD},
        token=sign_in_page.form().find(f".//{XHTML}input[@name='csrf_token']").get("value"),
    )
    again = browser.submit(carried, status=400)
    assert hidden(again) == INVITATION
    done = browser.submit(again, status=200)
    assert done.h1 == "一次性链接"
    assert "new@example.com" in done.text()


def test_an_outdated_form_token_keeps_the_text(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ADMINISTRATOR))
    response = browser.post("/admin/accounts/new?lang=en", INVITATION, 400, token="outdated")
    carried = Page(response)
    check_page(carried, "carried")
    assert hidden(carried) == INVITATION
    assert carried.form().get("action") == "/admin/accounts/new?lang=en"
    assert browser.submit(carried, status=200).h1 == "One-time link"


def test_passwords_and_codes_are_not_carried(app: Flask, make: Made) -> None:
    typed = {"password": "old", "new_password": "a", "new_password_again": "b", "one_time_code": "123456", "x": "y"}
    browser = people.signed_in(app, make(Role.EXPERT))
    for status, sender in ((400, browser), (401, Browser(app))):
        page = Page(sender.post("/account/password", typed, status, token="outdated" if status == 400 else None))
        assert hidden(page) == {"x": "y"}


def test_a_post_from_another_site_is_refused_with_its_text(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ADMINISTRATOR))
    for site in ("cross-site", "same-site"):
        response = browser.post("/admin/accounts/new", INVITATION, 400, headers={"Sec-Fetch-Site": site})
        page = Page(response)
        check_page(page, "foreign")
        assert "这次提交来自另一个网站" in page.text()
        assert hidden(page) == INVITATION
    for site in ("same-origin", "none"):
        browser.post(
            "/admin/accounts/new", INVITATION | {"email": f"{site}@example.com"}, 200, headers={"Sec-Fetch-Site": site}
        )
    assert browser.get("/admin/accounts?q=new@example").rows() == []


def test_every_unsafe_route_refuses_a_post_without_a_token(app: Flask, make: Made) -> None:
    browsers = {
        role: people.signed_in(app, make(role, is_owner=role is Role.ENTERPRISE))
        for role in (Role.ADMINISTRATOR, Role.ENTERPRISE, Role.MUNICIPAL_REVIEWER, Role.PUBLISHER)
    }
    tried = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        with app.test_request_context():
            values = {name: next(iter(_sample(rule, name))) for name in rule.arguments}
            path = app.url_for(rule.endpoint, **values)
        for browser in browsers.values():
            status = browser.client.post(path, data={"typed": "text"}).status_code
            assert status in (400, 403), f"{path}: {status}"
        tried += 1
    assert tried > 12


def _sample(rule: object, name: str) -> list[object]:
    converter = rule._converters[name]  # type: ignore[attr-defined]
    if type(converter).__name__ == "AnyConverter":
        return sorted(converter.items)
    return [1] if isinstance(converter, NumberConverter) else ["a"]


def test_a_text_that_is_too_long_is_said_to_be(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ADMINISTRATOR))
    page = Page(browser.post("/admin/accounts/new", INVITATION | {"more": "x" * 420_000}, 400, token="outdated"))
    assert "内容太长" in page.text()


def test_a_chosen_file_is_said_to_be_missing(app: Flask, make: Made) -> None:
    browser = people.signed_in(app, make(Role.ADMINISTRATOR))
    with_file = INVITATION | {"file": (io.BytesIO(b"x"), "x.pdf")}
    assert "所选的文件没有上传" in Page(browser.post("/admin/accounts/new", with_file, 400, token="outdated")).text()
    without = INVITATION | {"file": (io.BytesIO(b""), "")}
    assert "所选的文件没有上传" not in Page(browser.post("/admin/accounts/new", without, 400, token="outdated")).text()
