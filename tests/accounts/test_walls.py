"""Administration from the office's own networks only, and ending what is signed in elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

import pytest
from flask import Flask

from registry.config import Settings
from registry.errors import OperatorError
from registry.services.accounts.sessions import Wall
from registry.terms import Role
from tests import people
from tests.accounts.conftest import actions, is_signed_in

OFFICE = (ip_network("10.1.0.0/16"), ip_network("2001:db8:7::/48"))


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.255.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8:7:1::9", True),
        ("10.2.0.1", False),
        ("2001:db8:8::1", False),
        ("", False),
        (None, False),
        ("localhost", False),
    ],
)
def test_administrators_and_auditors_are_let_in_from_the_office_alone(address: str | None, inside: bool) -> None:
    wall = Wall(admin_networks=OFFICE, address=address)
    limits = [
        wall.limits(role, second_factor=False) is None for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT)
    ]
    assert limits == [inside, inside, True]
    assert Wall(address=address).limits(Role.ADMINISTRATOR, second_factor=False) is None


def test_from_outside_an_administrator_reaches_the_own_account_and_nothing_else(
    make_app: Callable[..., Flask], sqlite_url: str
) -> None:
    app = make_app(sqlite_url, admin_networks=OFFICE)
    with app.extensions["registry"].write() as session:
        person = people.staff(session, Role.ADMINISTRATOR).id
        session.commit()
    browser = people.signed_in(app, person)
    page = browser.get("/account")
    assert "系统管理和审计只能在规定的网络中办理" in page.text()
    for path in ("/admin/accounts", "/inbox", "/account/data.json"):
        assert browser.client.get(path).headers["Location"] == "/account", path
    browser.post(f"/admin/accounts/{person}/disable", status=403)
    inside = browser.client.get("/admin/accounts", environ_base={"REMOTE_ADDR": "10.1.0.9"})
    assert inside.status_code == 200
    inside.close()


def test_a_wrong_network_ends_the_start_with_a_sentence() -> None:
    with pytest.raises(OperatorError, match="REGISTRY_ADMIN_NETWORKS 应为逗号分隔的网络"):
        Settings.from_environ({"REGISTRY_ADMIN_NETWORKS": "10.0.0.0/8, 10.1.0.1/16"})
    with pytest.raises(OperatorError, match="REGISTRY_AUDIT_ADDRESSES 可用 full、short"):
        Settings.from_environ({"REGISTRY_AUDIT_ADDRESSES": "none"})


def test_other_browsers_are_signed_out_and_this_one_stays(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        person, other = (people.staff(session, Role.EXPERT).id for _ in range(2))
        session.commit()
    browsers = [people.signed_in(app, person) for _ in range(3)]
    stranger = people.signed_in(app, other)
    page = browsers[0].submit(browsers[0].get("/account"), action="/sign-out-others")
    assert "其他浏览器已退出。" in page.text()
    assert [is_signed_in(browser) for browser in (*browsers, stranger)] == [True, False, False, True]
    assert len(page.rows()) == 1
    assert "退出其他浏览器" not in page.text()
    assert actions(app) == [("account.sessions_end_others", person)]
