"""The table of access is whole and agrees with the policies; `test_access.py` asks every address for every person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from registry.permissions import HOLDERS, OPEN_TO_ALL
from registry.terms import Role
from tests.attack.world import PEOPLE
from tests.house.access.all import GET, POST
from tests.house.access.table import rows

ROLES = {
    "public": None,
    "own": Role.ENTERPRISE,
    "colleague": Role.ENTERPRISE,
    "other": Role.ENTERPRISE,
    "tnq": Role.DISTRICT_REVIEWER,
    "wjq": Role.DISTRICT_REVIEWER,
    "city": Role.MUNICIPAL_REVIEWER,
    "publisher": Role.PUBLISHER,
    "expert": Role.EXPERT,
    "administrator": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}
"""The role of each person; the two whose account is limited come below."""
LIMITED = {"pending", "limited"}
TABLES = {"GET": GET, "POST": POST}


@pytest.fixture
def empty(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application whose routes are looked at; nobody asks it anything."""
    return make_app(sqlite_url)


@pytest.mark.parametrize("method", TABLES)
def test_every_endpoint_has_its_rows(empty: Flask, method: str) -> None:
    served = {rule.endpoint for rule in empty.url_map.iter_rules() if method in (rule.methods or ())}
    assert {endpoint for endpoint, *_rest in rows(TABLES[method])} == served
    assert {len(statuses) for *_rest, statuses in rows(TABLES[method])} == {len(PEOPLE)}


def test_everybody_has_a_role() -> None:
    assert {*ROLES, *LIMITED} == set(PEOPLE)
    assert set(ROLES.values()) == {*Role, None}


@pytest.mark.parametrize("method", TABLES)
def test_who_lacks_the_permission_is_refused_and_somebody_who_has_it_is_answered(empty: Flask, method: str) -> None:
    sent_to_sign_in = "302" if method == "GET" else "401"
    wrong, answers = [], {}
    for endpoint, path, _fields, statuses in rows(TABLES[method]):
        policy = empty.view_functions[endpoint].policy  # type: ignore[attr-defined]
        if policy in OPEN_TO_ALL:
            continue
        answered = dict(zip(PEOPLE, statuses, strict=True))
        for person, role in ROLES.items():
            if role is None:
                is_right = answered[person] == sent_to_sign_in
            elif role in HOLDERS[policy]:
                is_right = answered[person] != "401"
                answers.setdefault(endpoint, set()).add(answered[person])
            else:
                is_right = answered[person] in ("403", "404")
            if not is_right:
                wrong.append((path, person, answered[person]))
    assert wrong == []
    assert {endpoint for endpoint, found in answers.items() if found <= {"401", "403", "404"}} == set()
