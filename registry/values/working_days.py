"""Counting working days. Pure: which days are worked is told by a predicate, so that a calendar of holidays and
make-up days can stand behind it. A period begins on the day after the one it is counted from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

IsWorking = Callable[[date], bool]
DAY = timedelta(days=1)
LONGEST = 3660
"""Days after which counting stops: whoever waits that long waits for something else than a working day."""


def working_days_between(is_working: IsWorking, first: date, last: date) -> int:
    """Working days after `first`, up to and with `last`."""
    return sum(1 for number in range(1, (last - first).days + 1) if is_working(first + number * DAY))


def add_working_days(is_working: IsWorking, start: date, count: int) -> date:
    """The `count`-th working day after `start`; the day itself for none."""
    day, left = start, count
    while left > 0 and (day - start).days < LONGEST:
        day += DAY
        left -= is_working(day)
    return day


def first_in_time(counts: IsWorking, today: date, limit: int) -> date:
    """The earliest day of a beginning from which at most `limit` counted days have passed by `today`.

    What began before it has waited longer: the other way round than `working_days_between`, so that a
    database can compare one moment instead of counting days for each row.
    """
    day, passed = today, 0
    while (today - day).days < LONGEST:
        passed += counts(day)
        if passed > limit:
            return day
        day -= DAY
    return day
