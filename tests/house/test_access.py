"""Role × route × object: what each person is answered everywhere, written out by hand in `access/`.

That the table is whole is asked by `test_access_table.py`, which `make check` runs. POSTs carry a valid form token, so that
a person who may act is answered by the rules (400, 409, 422) or acts (2xx, 3xx). What a request writes into the record
of events names that request (`tests/house/named_events.py`), whoever sent it.
"""

from __future__ import annotations

import pytest

from tests.attack.stage import Answers, Stage
from tests.attack.world import PEOPLE
from tests.house.access.all import GET, POST
from tests.house.access.table import rows
from tests.house.named_events import ADDRESS, NamedEvents

LEAST = {"own": 10, "tnq": 9, "city": 22, "publisher": 11, "administrator": 12, "auditor": 4}
"""How many kinds of events each person's forms must at least have written, or their names prove little."""


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_reading(stage: Stage, answers: Answers, person: str) -> None:
    place = PEOPLE.index(person)
    found = {path: answer.status for path, answer in answers(person).items()}
    expected = {
        path.format(**stage.world.ids): int(statuses[place]) for _endpoint, path, _fields, statuses in rows(GET)
    }
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_writing(stage: Stage, person: str) -> None:
    browser, place = stage.world.browser(stage.app, person), PEOPLE.index(person)
    token = browser.token()
    found, expected, events = {}, {}, NamedEvents(stage.app)
    for _endpoint, path, fields, statuses in rows(POST):
        form = {name.format(**stage.world.ids): value.format(**stage.world.ids) for name, value in fields.items()} | {
            "csrf_token": token
        }
        with browser.client.post(path.format(**stage.world.ids), data=form, environ_base=ADDRESS) as answer:
            found[path, *fields.items()] = answer.status_code
        events.follow(answer, path)
        expected[path, *fields.items()] = int(statuses[place])
        if answer.status_code < 400:
            # Something was done: the next row meets the city as it was.
            stage.put_back()
            browser = stage.world.browser(stage.app, person)
            token = browser.token()
            events.start()
    assert found == expected
    assert len(events.kinds) >= LEAST.get(person, 0), events.kinds
