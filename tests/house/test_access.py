"""Role × route × object: what each person is answered everywhere, written out by hand in `access_*.py`.

Every endpoint stands there with every method; one that is missing fails. POSTs carry a valid form token, so that
a person who may act is answered by the rules (400, 409, 422) or acts (2xx, 3xx).
"""

from __future__ import annotations

import pytest

from tests.attack.conftest import Stage, city, stage  # noqa: F401
from tests.attack.world import PEOPLE
from tests.house.access_reading import GET, Table
from tests.house.access_writing import POST


def rows(table: Table) -> list[tuple[str, str, dict[str, str], tuple[str, ...]]]:
    """(endpoint, path, form, expected statuses) of a table."""
    found = []
    for statuses, lines in table:
        for line in filter(None, map(str.strip, lines.splitlines())):
            endpoint, path, *form = line.split()
            fields = dict(pair.split("=", 1) for pair in form[0].split("&")) if form else {}
            found.append((endpoint, path, fields, tuple(statuses.split())))
    return found


def test_every_endpoint_has_its_rows(stage: Stage) -> None:  # noqa: F811
    for method, table in (("GET", GET), ("POST", POST)):
        served = {rule.endpoint for rule in stage.app.url_map.iter_rules() if method in (rule.methods or ())}
        assert {endpoint for endpoint, *_rest in rows(table)} == served, method
        assert {len(statuses) for *_rest, statuses in rows(table)} == {len(PEOPLE)}


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_reading(stage: Stage, person: str) -> None:  # noqa: F811
    browser, place = stage.world.browser(stage.app, person), PEOPLE.index(person)
    found, expected = {}, {}
    for _endpoint, path, _fields, statuses in rows(GET):
        with browser.client.get(path.format(**stage.world.ids)) as answer:
            found[path] = answer.status_code
        expected[path] = int(statuses[place])
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_writing(stage: Stage, person: str) -> None:  # noqa: F811
    browser, place = stage.world.browser(stage.app, person), PEOPLE.index(person)
    token = browser.token()
    found, expected = {}, {}
    for _endpoint, path, fields, statuses in rows(POST):
        form = {name: value.format(**stage.world.ids) for name, value in fields.items()}
        with browser.client.post(path.format(**stage.world.ids), data=form | {"csrf_token": token}) as answer:
            found[path, *fields.items()] = answer.status_code
        expected[path, *fields.items()] = int(statuses[place])
        if answer.status_code < 400:
            # Something was done: the next row meets the city as it was.
            stage.put_back()
            browser = stage.world.browser(stage.app, person)
            token = browser.token()
    assert found == expected
