"""JSON that is nested deeper than anybody writes is no accident, wherever JSON is read: in a body, in a form's field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attack.stage import Stage

DEEP = "[" * 200_000
BODIES = {
    "/review/inspections/{visit}/sheet": ("put", "tnq"),
    "/enterprise/applications/{draft}/autosave": ("post", "own"),
    "/expert/{seat}/autosave": ("post", "expert"),
}
FIELDS = {
    "/review/inspections/{visit}/sheet": ("tnq", "seen"),
    "/review/inspections/{visit}/sign": ("tnq", "seen"),
    "/enterprise/applications/{draft}": ("own", "seen"),
    "/expert/{seat}": ("expert", "seen"),
    "/review/sheets/apply": ("tnq", "plan"),
    "/publications/outside": ("city", "rows"),
}


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("content", [DEEP, '{"fields": ' + DEEP, '{"fields": {}, "version": ' + "9" * 5000])
def test_bodies(stage: Stage, path: str, content: str) -> None:
    method, person = BODIES[path]
    browser = stage.world.browser(stage.app, person)
    headers = {"X-CSRFToken": browser.token(), "Content-Type": "application/json"}
    send: Any = getattr(browser.client, method)
    answer = send(path.format(**stage.world.ids), data=content, headers=headers)
    assert answer.status_code in (400, 422)
    assert "request_id" in answer.get_json()


@pytest.mark.parametrize("path", FIELDS)
def test_fields(stage: Stage, path: str) -> None:
    person, name = FIELDS[path]
    browser = stage.world.browser(stage.app, person)
    fields = {"csrf_token": browser.token(), name: DEEP}
    answer = browser.client.post(path.format(**stage.world.ids), data=fields)
    assert answer.status_code in (302, 303, 400, 403, 409, 422)
