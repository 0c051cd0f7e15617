"""Working days, and the first and last day of a period counted in them. Pure.

Which days are free is decided by the State Council late in the year before: from Monday to Friday, without
the holidays, with make-up days at weekends. What the bureau has entered for a year comes first, then what the package
`chinesecalendar` knows; without either the holidays are guessed (see `is_known`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Holidays whose date is in the law, for years of which nothing else is known."""
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class OfficeDays:
    """Which days are working days: the exceptions that were entered, and the years that were entered whole."""

    entered: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_known(self, year: int) -> bool:
        """Whether the free days of a year are known, not guessed."""
        return year in self.years or _is_packaged(year)

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day."""
        if day in self.entered:
            return self.entered[day]
        if day.year in self.years:
            return day.weekday() < _SATURDAY
        if _is_packaged(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += _DAY
        return day


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long a period is and how it is counted: the rules of a call."""

    days: int
    working: bool = True
    count_first: bool = True


def first_day(opened: date, length: Length, office: OfficeDays) -> date:
    """Day 1 of a period that is opened on a day: that day if offices work and it counts, else the next working day."""
    return office.next_working(opened if length.count_first else opened + _DAY)


def last_day(first: date, length: Length, office: OfficeDays) -> date:
    """The last day, which ends at 24:00; a last calendar day that is free moves to the next working day."""
    if not length.working:
        return office.next_working(first + _DAY * (length.days - 1))
    day = office.next_working(first)
    for _ in range(length.days - 1):
        day = office.next_working(day + _DAY)
    return day


def working_days(first: date, last: date, office: OfficeDays) -> list[date]:
    """The working days from `first` to `last`, both included."""
    days = ((last - first).days + 1) if last >= first else 0
    return [day for day in (first + _DAY * number for number in range(days)) if office.is_working(day)]


def guessed_years(first: date, last: date, office: OfficeDays) -> list[int]:
    """The years of a period whose free days are only guessed."""
    return [year for year in range(first.year, last.year + 1) if not office.is_known(year)]


def exceptions(year: int, office: OfficeDays) -> list[tuple[date, bool]]:
    """The days of a year on which offices do not do what the weekday says, and whether they work."""
    days = (date(year, 1, 1) + _DAY * number for number in range(366))
    return [
        (day, office.is_working(day))
        for day in days
        if day.year == year and office.is_working(day) != (day.weekday() < _SATURDAY)
    ]


def _is_packaged(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
