"""Bytes, numbers and names that are none, in every address and every form: a sentence, never an accident.

What is answered is a page, a redirect after something was done, or a refusal with a sentence.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict
from werkzeug.routing.converters import NumberConverter

from registry.models import Throttle
from registry.permissions import Permission
from registry.values.row_ids import row_id
from tests.attack.forms import FORMS, QUERIES
from tests.attack.world import World

TEXTS = ("a\0b", "９９", "-1", "9" * 40, "9" * 5000, "NaN", "", "'\"><script>{{7*7}}${1}", "x" * 9000)
BYTES = ("%ED%A0%80", "%FF", "%00")
REFUSALS = (400, 403, 404, 409, 413, 422, 429)


def fill(text: str, world: World) -> str:
    """An address or a value with the ids of the city."""
    return text.format(**world.ids)


STRICT = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""The database that takes no NUL and no number that is too large."""


@pytest.mark.slow
@STRICT
def test_parameters(attacked: tuple[Flask, World]) -> None:
    app, world = attacked
    wrong = []
    for path, (person, names) in QUERIES.items():
        client = world.browser(app, person).client
        for name in names.split():
            for value in [quote(text) for text in TEXTS] + list(BYTES):
                query = f"{name}={value}&{name}[]={value}"
                with client.get(f"{fill(path, world).split('?')[0]}?{query}") as answer:
                    if answer.status_code not in (200, 302, *REFUSALS):
                        wrong.append((path, query[:60], answer.status_code))
                    if answer.mimetype == "text/html" and "<script>{{7*7}}" in answer.get_data(as_text=True):
                        wrong.append((path, query[:60], "not text"))
    assert wrong == []


@pytest.mark.slow
@STRICT
def test_fields(attacked: tuple[Flask, World]) -> None:
    app, world = attacked
    wrong = []
    for path, (person, given) in FORMS.items():
        browser = world.browser(app, person)
        token = browser.token()
        right = {name: fill(value, world) for name, value in given.items()}
        for number, name in enumerate(right):
            # Neighbouring fields of a form are read by the same code: each gets every second of the texts.
            for text in TEXTS[number % 2 :: 2] if len(right) > 1 else TEXTS:
                with app.extensions["registry"].write() as session:
                    session.execute(delete(Throttle))
                    session.commit()
                fields = MultiDict(right | {name: text, "csrf_token": token})
                fields.add(name, text)
                fields.add(f"{name}[]", text)
                with browser.client.post(fill(path, world), data=fields) as answer:
                    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
                if answer.status_code not in (200, 302, 303, *REFUSALS):
                    wrong.append((path, name, text[:20], answer.status_code))
                if "<script>{{7*7}}" in page:
                    wrong.append((path, name, text[:20], "not text"))
    assert wrong == []


IDS = (
    "0",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "NaN",
    "９",
    "²",
    "0x1",
    "9" * 30,
    "2147483648",
    "999999",
    "%00",
    "%ED%A0%80",
    "a",
)
CODES = ("%00", "%FF", "%ED%A0%80", "CZ-９", "x" * 3000, "..%2f..%2fsecret.key", "%0d%0aX-Evil:1", "{{7*7}}", "%2e%2e")


def test_ids_and_codes_in_addresses(stage: object) -> None:
    """What is no id is an address that does not exist, for everybody who may read there."""
    app, world = stage.app, stage.world  # type: ignore[attr-defined]
    people = {
        person: world.browser(app, person).client for person in ("own", "city", "administrator", "expert", "public")
    }
    holders = {
        Permission.APPLICATION_OWN: "own", Permission.TEAM_MANAGE: "own", Permission.ACCOUNT_MANAGE: "administrator",
        Permission.PUBLIC_READ: "public", Permission.SIGN_IN: "public", Permission.REPORT_SEND: "public",
        Permission.CHANGE_OWN: "own", Permission.REFERENCE_MANAGE: "administrator", Permission.EXPERT_SCORE: "expert",
    }  # fmt: skip
    wrong = []
    for rule in app.url_map.iter_rules():
        permission = app.view_functions[rule.endpoint].policy
        client = people[holders.get(permission, "city")]
        if not rule.arguments or "GET" not in rule.methods:
            continue
        for name in rule.arguments:
            kind = rule._converters[name]
            for value in IDS if isinstance(kind, NumberConverter) else CODES:
                path = rule.rule
                for other in rule.arguments:
                    shown = next(part for part in _parts(rule.rule) if part.rsplit(":")[-1] == other)
                    path = path.replace(f"<{shown}>", value if other == name else "1")
                with client.get(path) as answer:
                    if answer.status_code not in (400, 404):
                        wrong.append((path[:70], answer.status_code))
    assert wrong == []


def _parts(rule: str) -> list[str]:
    return [part.split(">")[0] for part in rule.split("<")[1:]]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("2147483647", 2**31 - 1),
        ("2147483648", None),
        ("9" * 5000, None),
        ("９", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_number_in_a_text_is_one_that_a_row_can_have(text: str, number: int | None) -> None:
    assert row_id(text) == number


def test_the_onward_address_of_a_registration_may_name_no_call(stage: object) -> None:
    client = stage.world.browser(stage.app, "public").client  # type: ignore[attr-defined]
    with client.get("/register", query_string={"next": f"/enterprise/begin?call={'9' * 5000}"}) as answer:
        assert answer.status_code == 200
        assert "注册" in answer.get_data(as_text=True)


def test_a_very_long_question(attacked: tuple[Flask, World]) -> None:
    app, world = attacked
    for path, (person, names) in QUERIES.items():
        query = f"{names.split()[0]}={'x' * 100_000}"
        with world.browser(app, person).client.get(f"{fill(path, world).split('?')[0]}?{query}") as answer:
            assert answer.status_code in (200, 302, 400, 404), path
            assert len(answer.get_data()) < 400_000, path
