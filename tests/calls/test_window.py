"""17:00 in Beijing is 17:00 in Beijing, whatever the clock of the server says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from registry.application_form.window import Phase, Window, days_left
from registry.db import writers
from registry.services.calls import managing
from registry.services.calls.waivers import end_extension, extend
from tests.calls.makers import BEIJING, CLOSES, OPENS, officer, published

ZONES = ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata")


@pytest.fixture(params=ZONES)
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server's clock in another zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_last_second_is_in_time_and_the_next_is_late(engine: Engine, server_zone: str) -> None:
    with writers(engine)() as session:
        call = published(session, officer(session))
        session.commit()
        session.expire_all()
        answers = {}
        for second in ("16:59:59", "17:00:00", "17:00:01"):
            with time_machine.travel(f"2026-05-31T{second}+08:00", tick=False):
                answers[second] = managing.is_open(call, "TNQ", datetime.now(UTC))
        assert answers == {"16:59:59": True, "17:00:00": True, "17:00:01": False}
        assert managing.last_deadline(call).astimezone(BEIJING).isoformat() == "2026-05-31T17:00:00+08:00"


def test_fractions_of_the_last_second_are_in_time() -> None:
    window = Window(OPENS, CLOSES)
    assert window.is_open(None, CLOSES + timedelta(microseconds=999_999))
    assert not window.is_open(None, CLOSES + timedelta(seconds=1))
    assert not window.is_open(None, OPENS - timedelta(microseconds=1))
    assert window.is_open(None, OPENS)


def test_an_extension_holds_for_its_unit_alone(engine: Engine) -> None:
    with writers(engine)() as session:
        actor = officer(session)
        call = published(session, actor)
        day_after = CLOSES + timedelta(days=1)
        assert not managing.is_open(call, "JTQ", day_after)
        later, seen = CLOSES + timedelta(days=3), call.version
        extend(session, actor, call.id, unit="JTQ", closes_at=later, reason="汛情", seen_version=seen)
        session.commit()
        session.expire_all()
        found = {unit: managing.is_open(call, unit, day_after) for unit in ("JTQ", "WJQ", None)}
        assert found == {"JTQ": True, "WJQ": False, None: False}
        assert managing.last_deadline(call) == CLOSES + timedelta(days=3)
        assert managing.window(call).phase(day_after) == Phase.OPEN
        end_extension(session, actor, call.id, unit="JTQ", seen_version=call.version)
        session.expire_all()
        assert not managing.is_open(call, "JTQ", day_after)


def test_a_later_common_deadline_is_never_cut_by_an_older_extension() -> None:
    window = Window(OPENS, CLOSES + timedelta(days=9), {"JTQ": CLOSES + timedelta(days=3)})
    assert window.deadline("JTQ") == CLOSES + timedelta(days=9)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ("2026-05-30T23:59:59", 1),
        ("2026-05-31T00:00:00", 0),
        ("2026-05-31T17:00:01", 0),
        ("2026-06-01T00:00:00", -1),
    ],
)
def test_days_left_are_calendar_days_of_the_city(moment: str, days: int) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=BEIJING).astimezone(UTC)
    assert days_left(CLOSES, now) == days
