"""Role × route × object: what each person is answered everywhere, written out by hand in `access/`.

That the table is whole is asked by `test_access_table.py`, which `make check` runs. POSTs carry a valid form token, so that
a person who may act is answered by the rules (400, 409, 422) or acts (2xx, 3xx).
"""

from __future__ import annotations

import pytest

from tests.attack.conftest import Stage, city, stage  # noqa: F401
from tests.attack.world import PEOPLE
from tests.house.access.all import GET, POST
from tests.house.access.table import rows


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
