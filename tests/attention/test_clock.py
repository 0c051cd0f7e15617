"""Working days, pauses and what is late: one rule for a row and for the database. No database here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from registry.application_form import Rules
from registry.application_form.rule_checks import rule_faults
from registry.queries.review.clock import Clock, Pause
from registry.terms import BEIJING, AfterCorrection, ApplicationStatus
from registry.values.working_days import (
    add_working_days,
    first_in_time,
    working_days_between,
)

S = ApplicationStatus
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def usual_working_day(day: date) -> bool:
    """A calendar for these tests: weekdays without the first days of January, May and October."""
    return day.weekday() < 5 and (day.month, day.day) not in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


def clock(today: date, rules: Rules, *pauses: Pause) -> Clock:
    """A clock of one call with one version of rules."""
    return Clock(today=today, forms={1: rules}, calls={1: 7}, pauses=pauses, is_working=usual_working_day)


def pause(first: date, last: date, unit: str | None = None) -> Pause:
    return Pause(id=1, call_id=7, status=S.SUBMITTED, unit=unit, first_day=first, last_day=last, text="系统维护")


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=BEIJING)


def test_a_working_day_is_a_weekday_that_no_fixed_holiday_takes() -> None:
    assert [usual_working_day(FRIDAY + timedelta(days=number)) for number in range(4)] == [True, False, False, True]
    assert not usual_working_day(date(2027, 1, 1))
    assert working_days_between(usual_working_day, FRIDAY, MONDAY) == 1
    assert working_days_between(usual_working_day, date(2026, 9, 30), date(2026, 10, 9)) == 5
    assert working_days_between(usual_working_day, MONDAY, FRIDAY) == 0


def test_the_last_day_is_a_working_day_whatever_day_it_is_counted_from() -> None:
    for number in range(30):
        start = FRIDAY + timedelta(days=number)
        for count in (1, 5, 10):
            last = add_working_days(usual_working_day, start, count)
            assert usual_working_day(last)
            assert working_days_between(usual_working_day, start, last) == count
    assert add_working_days(usual_working_day, FRIDAY, 10) == date(2026, 12, 4)
    assert add_working_days(usual_working_day, FRIDAY, 0) == FRIDAY


def test_counting_back_agrees_with_counting_forward() -> None:
    today = date(2026, 10, 15)
    for limit in range(12):
        earliest = first_in_time(usual_working_day, today, limit)
        for number in range(60):
            begun = today - timedelta(days=number)
            waited = working_days_between(usual_working_day, begun, today)
            assert (begun < earliest) == (waited > limit), (limit, begun)


def test_a_calendar_that_never_works_ends_all_the_same() -> None:
    assert first_in_time(lambda day: False, FRIDAY, 3) < date(2017, 1, 1)
    assert add_working_days(lambda day: False, FRIDAY, 3) > date(2036, 1, 1)


def test_a_step_without_days_of_its_own_has_the_calendar_days_of_its_call() -> None:
    plain, own = Rules(handling_days=3), Rules(handling_days=3, step_days={"submitted": 3})
    since = morning(FRIDAY)
    for rules, due in ((plain, MONDAY), (own, date(2026, 11, 25))):
        assert clock(MONDAY, rules).due(1, S.SUBMITTED, "TNQ", since) == due
        assert not clock(due, rules).is_late(1, S.SUBMITTED, "TNQ", since)
        assert clock(due + timedelta(days=1), rules).is_late(1, S.SUBMITTED, "TNQ", since)
    assert clock(MONDAY, plain).elapsed(1, S.SUBMITTED, "TNQ", since) == 3
    assert clock(MONDAY, own).elapsed(1, S.SUBMITTED, "TNQ", since) == 1
    assert clock(MONDAY, own).limit(1, S.CHECKING).in_working_days is False


def test_the_day_is_that_of_the_city() -> None:
    evening = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    rules = Rules(handling_days=1)
    assert clock(date(2026, 11, 21), rules).elapsed(1, S.SUBMITTED, None, evening) == 1
    assert clock(date(2026, 11, 21), rules).elapsed(1, S.SUBMITTED, None, evening + timedelta(minutes=1)) == 0


def test_days_of_a_pause_are_no_handling_time_of_its_step_and_unit() -> None:
    rules = Rules(step_days={"submitted": 2, "checking": 2})
    resting = pause(MONDAY, date(2026, 11, 27), unit="TNQ")
    found = clock(date(2026, 11, 30), rules, resting)
    since = morning(FRIDAY)
    assert found.elapsed(1, S.SUBMITTED, "TNQ", since) == 1
    assert not found.is_late(1, S.SUBMITTED, "TNQ", since)
    assert found.due(1, S.SUBMITTED, "TNQ", since) == date(2026, 12, 1)
    assert found.is_late(1, S.SUBMITTED, "WJQ", since), "another unit goes on"
    assert found.is_late(1, S.CHECKING, "TNQ", since), "another step goes on"
    everywhere = clock(date(2026, 11, 30), rules, pause(MONDAY, date(2026, 11, 27)))
    assert not everywhere.is_late(1, S.SUBMITTED, "WJQ", since)


def test_rules_from_before_deadlines_have_none_and_new_ones_come_back_as_they_were() -> None:
    stored = Rules(correction_days=5, after_correction=AfterCorrection.LAPSE, step_days={"submitted": 5}).to_json()
    assert Rules.from_json(stored).to_json() == stored
    assert Rules.from_json(stored).after_correction is AfterCorrection.LAPSE
    for name in ("correction_days", "after_correction", "step_days"):
        del stored[name]
    old = Rules.from_json(stored)
    assert (old.correction_days, old.after_correction, old.step_days) == (0, AfterCorrection.WAIT, {})


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (Rules(correction_days=-1), "correction_days"),
        (Rules(correction_days=400), "correction_days"),
        (Rules(step_days={"submitted": 0}), "step_days-submitted"),
    ],
)
def test_days_out_of_bounds_are_told_at_their_field(rules: Rules, field: str) -> None:
    [(name, sentence)] = rule_faults(rules, units=(), categories=())
    assert name == field
    assert "请更正" in sentence
