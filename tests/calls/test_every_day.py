"""Every page of a call on the days around its opening and its deadline, and in its last minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.calls.conftest import sign_in
from tests.calls.makers import CLOSES, OPENS

DAY = timedelta(days=1)
MOMENTS = {
    "the day before it opens": OPENS - DAY,
    "as it opens": OPENS,
    "the day after": OPENS + DAY,
    "the day before the deadline": CLOSES - DAY,
    "the morning of the last day": CLOSES.replace(hour=8),
    "the last minute": CLOSES - timedelta(seconds=30),
    "the last second": CLOSES,
    "a second late": CLOSES + timedelta(seconds=1),
    "the evening of the last day": CLOSES.replace(hour=23),
    "the day after the deadline": CLOSES + DAY,
}


def pages(app: Flask, call_id: int) -> list[str]:
    """Every page that lists calls or is about one, as the application knows them."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.rule.startswith(("/calls", "/admin/calls")):
            if rule.arguments == {"call_id"}:
                found.append(rule.rule.replace("<int:call_id>", str(call_id)))
            elif not rule.arguments:
                found.append(rule.rule)
    return sorted(found)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_a_call_answers(app: Flask, calls_of: dict[str, int], moment: str, language: str) -> None:
    with time_machine.travel(MOMENTS[moment], tick=False):
        officer, anyone = sign_in(app, Role.MUNICIPAL_REVIEWER), Browser(app)
        paths = pages(app, calls_of["open"])
        assert len(paths) >= 8
        seen = {}
        for path in paths:
            browser = officer if path.startswith("/admin") else anyone
            seen[path] = browser.raw(f"{path}?lang={language}").status_code
        # A published call cannot be published again.
        assert {path: code for path, code in seen.items() if code not in (200, 303, 404)} == {}
        assert seen[f"/admin/calls/{calls_of['open']}/extensions"] == 200
        assert seen[f"/calls/{calls_of['open']}"] == 200
        if CLOSES.replace(hour=0) <= MOMENTS[moment] <= CLOSES and language == "zh":
            assert "今天截止" in anyone.raw(f"/calls/{calls_of['open']}").get_data(as_text=True)


def test_the_form_of_an_exception_answers_on_the_last_day(app: Flask, calls_of: dict[str, int]) -> None:
    with time_machine.travel(CLOSES.replace(hour=8), tick=False):
        with app.extensions["registry"].write() as session:
            account_id = people.staff(session, Role.MUNICIPAL_REVIEWER).id
            session.commit()
        browser = people.signed_in(app, account_id)
        path = f"/admin/calls/{calls_of['open']}/extensions"
        answer = browser.submit(browser.get(path), {"unit": "TNQ"}, action="/extensions", status=422)
        assert "今天截止" in answer.text()
