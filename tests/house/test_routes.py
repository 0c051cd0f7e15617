"""The route table: an endpoint that is not in it, or a row that no endpoint has, fails."""

from __future__ import annotations

from flask import Flask

from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.house.access.routes import ROUTES


def test_every_route_stands_in_the_table_with_its_methods_and_policy(demo_app: Flask) -> None:
    found = {
        rule.endpoint: (
            rule.rule,
            tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            getattr(demo_app.view_functions[rule.endpoint], "policy", None),
        )
        for rule in demo_app.url_map.iter_rules()
    }
    assert found == ROUTES


def test_a_view_without_a_policy_answers_to_nobody(demo_app: Flask) -> None:
    demo_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = demo_app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert b"secret" not in response.data


def test_an_address_without_a_page_has_the_head_of_whoever_asks(app: Flask) -> None:
    with app.extensions["registry"].write() as session:
        officer = people.staff(session, Role.MUNICIPAL_REVIEWER).id
        session.commit()
    for path in ("/no-such-page", "/review/no/such/page"):
        known = people.signed_in(app, officer).get(path, 404)
        assert ("退出" in known.text(), "登录" in known.links()) == (True, False)
        assert known.links()["今天要办"] == "/review/today"
        stranger = Browser(app).get(path, 404)
        assert ("登录" in stranger.links(), "退出" in stranger.text()) == (True, False)
    refused = people.signed_in(app, officer).post("/projects", {}, 405).get_data(as_text=True)
    assert ("退出" in refused, "登录" in refused) == (True, False)
    assert "登录" in Browser(app).post("/projects", {}, 405).get_data(as_text=True)


def test_only_get_is_answered(demo_app: Flask) -> None:
    client = demo_app.test_client()
    answers = {
        method: client.open("/projects", method=method).status_code for method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert answers == {"POST": 405, "PUT": 405, "PATCH": 405, "DELETE": 405}
