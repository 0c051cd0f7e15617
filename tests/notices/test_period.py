"""First and last day of a public notice: working days with holidays and make-up days, whatever zone the server is in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from registry.application_form.window import beijing_day
from registry.models import Call, Category
from registry.notices import NoticeKind
from registry.purposes import CallPurpose
from registry.services.notices.preparing import kind_of
from registry.terms import Tier
from registry.values.bad_value import BadValue
from registry.values.office_days import Length, OfficeDays, first_day, guessed_years, last_day, working_days
from registry.values.written_days import days_of_year

PACKAGED = OfficeDays()
FIVE = Length(days=5)


@pytest.mark.parametrize(
    ("opened", "length", "first", "last"),
    [
        # The make-up Saturday 10-10 is the fourth day.
        ("2026-09-30", FIVE, "2026-09-30", "2026-10-12"),
        ("2026-10-10", FIVE, "2026-10-10", "2026-10-15"),
        ("2026-09-27", FIVE, "2026-09-28", "2026-10-09"),
        ("2026-09-30", Length(days=5, count_first=False), "2026-10-08", "2026-10-13"),
        ("2026-11-24", Length(days=1), "2026-11-24", "2026-11-24"),
        # Seven calendar days would end on a holiday: the next working day.
        ("2026-09-28", Length(days=7, working=False), "2026-09-28", "2026-10-08"),
        ("2026-11-23", Length(days=5, working=False), "2026-11-23", "2026-11-27"),
    ],
)
def test_first_and_last_day(opened: str, length: Length, first: str, last: str) -> None:
    begins = first_day(date.fromisoformat(opened), length, PACKAGED)
    assert (begins.isoformat(), last_day(begins, length, PACKAGED).isoformat()) == (first, last)


def test_new_year_of_a_year_that_nobody_knows_yet_is_free_and_said_to_be_guessed() -> None:
    first = date(2026, 12, 30)
    last = last_day(first, FIVE, PACKAGED)
    assert not PACKAGED.is_working(date(2027, 1, 1))
    assert last == date(2027, 1, 6)
    assert guessed_years(first, last, PACKAGED) == [2027]
    entered = OfficeDays({date(2027, 1, 1): False, date(2027, 1, 4): False, date(2027, 1, 9): True}, frozenset({2027}))
    assert last_day(first, FIVE, entered) == date(2027, 1, 7)
    assert guessed_years(first, last, entered) == []


def test_a_year_that_was_entered_counts_alone() -> None:
    """The package knows 2026; what the bureau entered for it takes its place."""
    entered = OfficeDays({date(2026, 10, 1): False}, frozenset({2026}))
    assert [day.day for day in working_days(date(2026, 9, 30), date(2026, 10, 12), entered)] == [
        30, 2, 5, 6, 7, 8, 9, 12,
    ]  # fmt: skip


@pytest.mark.parametrize("hours", [-11, 0, 8, 14])
def test_the_last_day_ends_at_midnight_in_the_city(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    last_second = datetime(2026, 10, 12, 15, 59, 59, tzinfo=UTC).astimezone(zone)
    assert beijing_day(last_second) == date(2026, 10, 12)
    assert beijing_day(last_second + timedelta(seconds=1)) == date(2026, 10, 13)


def test_days_as_a_notice_on_holidays_writes_them() -> None:
    found = days_of_year("2027年1月1日，2027-02-05 至 2027-02-07\n2027/5/1", 2027)
    assert [day.isoformat() for day in found] == [
        "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-05-01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-02-30", "不是日期"),
        ("春节", "不是日期"),
        ("2027-02-07 至 2027-02-05", "不是日期范围"),
        ("2026-12-31", "不在 2027 年"),
    ],
)
def test_what_is_no_day_is_named(text: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        days_of_year(text, 2027)
    assert caught.value.reason == reason


def test_every_kind_of_notice_is_that_of_some_call() -> None:
    """A kind that no call can have would promise a notice that nobody can prepare."""
    calls = [Call(purpose=purpose, category=Category(tier=tier)) for purpose in CallPurpose for tier in Tier]
    assert {kind_of(call) for call in calls} == set(NoticeKind)
