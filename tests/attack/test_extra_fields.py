"""Fields that no form has change nothing; versions that nobody saw save nothing; autosave takes texts of known fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select

from registry.db import Base
from registry.models import Application, Throttle
from tests.attack.forms import FORMS
from tests.attack.stage import Stage

EXTRA = {
    "status": "recognised", "previous_status": "draft", "return_to": "recommended", "open_fields": "[]",
    "enterprise_id": "2", "project_id": "1", "call_form_id": "1", "unit_code": "WJQ", "unit_id": "WJQ",
    "confirmed_by": "2", "confirmed_at": "2026-11-20", "created_by": "4", "submitted_by": "2", "prepared_by": "1",
    "prepared_by_id": "1", "state": "confirmed", "standing": "active", "is_owner": "y", "is_demo": "y",
    "role_name": "administrator", "system": "y", "limited": "", "totp_secret": "A" * 32, "password_hash": "x",
    "claimed_uscc": "", "verified": "y", "id_": "2", "account_id": "1", "application_id": "2", "check_code": "X",
    "recognition_id": "1", "decided_by": "1", "_method": "DELETE",
}  # fmt: skip
"""Names of columns and of what a framework might read; none is a field of the form it is sent to, but those in OWN."""
OWN = {
    "/admin/calls/{call}/waivers": {"enterprise_id"},
    "/enterprise/applications/{draft}": {"system"},
    "/enterprise/applications/{draft}/autosave": {"system"},
    "/enterprise/applications/{draft}/submit": {"system"},
}
CLOCKS = ("at", "hash", "request_id", "created_at", "updated_at", "used_at", "expires_at", "step_since", "prepared_at",
          "token_hash", "password_hash", "confirmed_at", "submitted_at", "decided_at", "blocked_until", "storage_name")  # fmt: skip


def contents(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, without clocks and random parts, such as the mark of a revision."""
    with stage.app.extensions["registry"].engine.connect() as connection:
        return {
            table.name: [
                {name: value for name, value in row._mapping.items() if name != "mark" and not name.endswith(CLOCKS)}
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in ("login_session", "throttle")
        }


@pytest.mark.slow
@pytest.mark.parametrize("person", ["public", "own", "tnq", "city", "publisher", "expert", "administrator"])
def test_extra_fields_change_nothing(stage: Stage, person: str) -> None:
    for path, (sender, right) in FORMS.items():
        if sender != person or path.startswith("/register"):
            continue
        right = {name: value.format(**stage.world.ids) for name, value in right.items()}
        extra = {name: value for name, value in EXTRA.items() if name not in OWN.get(path, set())}
        found = []
        for fields in (right, right | extra):
            browser = stage.world.browser(stage.app, person)
            token = browser.token()
            with browser.client.post(path.format(**stage.world.ids), data=fields | {"csrf_token": token}) as answer:
                found.append((answer.status_code, contents(stage)))
            stage.put_back()
        assert found[0] == found[1], path


@pytest.mark.parametrize("version", ["-1", "0", "9" * 30, "NaN", "", "１", "1e3", "[]", "true"])
def test_a_version_that_nobody_saw_saves_nothing(stage: Stage, version: str) -> None:
    before = contents(stage)["application"]
    for path, (person, right) in FORMS.items():
        if "version" not in right or "/admin/" in path or path.endswith(("{draft}", "autosave")):
            continue
        fields = {name: value.format(**stage.world.ids) for name, value in right.items()} | {"version": version}
        fields.pop("town", None)
        status = stage.world.browser(stage.app, person).client
        browser = stage.world.browser(stage.app, person)
        with status.post(path.format(**stage.world.ids), data=fields) as answer:
            assert answer.status_code == 400, path
        browser.post(path.format(**stage.world.ids), fields, 409)
    assert contents(stage)["application"] == before


DEEP = '{"version": 1, "answers": ' + '{"town": ' * 3000 + '"x"' + "}" * 3000 + "}"
BODIES = (
    ("", 400), ("[]", 400), ("null", 400), ('"text"', 400), ("{}", 400), ("\xff\xfe", 400), (DEEP, 400),
    ('{"version": 1, "answers": []}', 400), ('{"version": 1, "answers": {"town": {"a": 1}}}', 400),
    ('{"version": 1, "answers": {"town": ["a"]}}', 400), ('{"version": 1, "answers": {"town": null}}', 400),
    ('{"version": 1, "answers": {"town": 7}}', 400), ('{"version": "1", "answers": {"town": "a"}}', 400),
    ('{"version": 1e999, "answers": {"town": "a"}}', 400), ('{"version": NaN, "answers": {}}', 400),
    ('{"version": 1, "answers": {"town": "\\ud800"}}', 400), ('{"version": 1, "answers": {"town": "a"', 400),
)  # fmt: skip


@pytest.mark.parametrize("place", range(len(BODIES)))
def test_autosave_refuses_what_is_no_form(stage: Stage, place: int) -> None:
    body, status = BODIES[place]
    before = contents(stage)["application"]
    assert _autosave(stage, body.encode("latin-1")) == status
    assert contents(stage)["application"] == before


def test_autosave_takes_known_texts_only(stage: Stage) -> None:
    names = {f"field{number}": "x" for number in range(10_000)}
    typed = names | EXTRA | {"town": "a\0b\u0001镇", "file-photo": "x", "__class__": "x", "summary": "长" * 900_000}
    version = stage.world.ids["draft_version"]
    before = _draft(stage)
    assert _autosave(stage, json.dumps({"version": version, "answers": typed, "seen": {"town": 1}}).encode()) == 200
    after = _draft(stage)
    assert after.answers["town"] == "ab镇"
    assert len(after.answers["summary"]) < 100_000
    changed = {name for name in after.answers if after.answers[name] != before.answers.get(name)}
    assert changed <= {"town", "summary", "system"}
    assert (after.status, after.enterprise_id, after.confirmed_by, after.open_fields, after.unit_code) == (
        "draft", before.enterprise_id, None, None, None,
    )  # fmt: skip


def test_autosave_has_a_limit(stage: Stage) -> None:
    assert _autosave(stage, b'{"version": 1, "answers": {"town": "' + b"x" * 33 * 1024 * 1024 + b'"}}') == 413


def _autosave(stage: Stage, body: bytes) -> int:
    with stage.app.extensions["registry"].write() as session:
        session.execute(delete(Throttle))
        session.commit()
    browser = stage.world.browser(stage.app, "own")
    headers = {"X-CSRFToken": browser.token(), "Content-Type": "application/json"}
    path = f"/enterprise/applications/{stage.world.ids['draft']}/autosave"
    with browser.client.post(path, data=body, headers=headers) as answer:
        if answer.status_code >= 400:
            assert answer.mimetype in ("application/problem+json", "text/html")
        return answer.status_code


def _draft(stage: Stage) -> Application:
    with stage.app.extensions["registry"].read() as session:
        found = session.get_one(Application, stage.world.ids["draft"])
        session.expunge(found)
        return found
