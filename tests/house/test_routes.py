"""The route table: an endpoint that is not in it, or a row that no endpoint has, fails."""

from __future__ import annotations

from flask import Flask

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


def test_only_get_is_answered(demo_app: Flask) -> None:
    client = demo_app.test_client()
    answers = {
        method: client.open("/projects", method=method).status_code for method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert answers == {"POST": 405, "PUT": 405, "PATCH": 405, "DELETE": 405}
