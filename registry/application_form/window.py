"""When a call may be applied for: one window, later deadlines of single reporting units. Pure.

Deadlines are moments (aware datetimes), so the zone of the server plays no part. A deadline belongs
to the time allowed: 17:00:00 is in time, 17:00:01 is late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from registry.terms import BEIJING


class Phase(StrEnum):
    """Where a call stands in time."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Window:
    """`opens_at`, `closes_at` of a call and the later deadlines by unit code."""

    opens_at: datetime
    closes_at: datetime
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    def deadline(self, unit: str | None) -> datetime:
        """The last second of a unit; the call's own for None and for units without extension."""
        return max(self.closes_at, self.extensions.get(unit or "", self.closes_at))

    @property
    def last(self) -> datetime:
        """The latest deadline of all units."""
        return max((self.closes_at, *self.extensions.values()))

    def is_open(self, unit: str | None, now: datetime) -> bool:
        """Whether an application of this unit is in time at `now`; fractions of a second do not count."""
        return self.opens_at <= now and now.replace(microsecond=0) <= self.deadline(unit)

    def phase(self, now: datetime) -> Phase:
        """Upcoming, open (for any unit) or closed."""
        if now < self.opens_at:
            return Phase.UPCOMING
        return Phase.OPEN if now.replace(microsecond=0) <= self.last else Phase.CLOSED


def beijing_day(moment: datetime) -> date:
    """The calendar day that people in the city have at a moment."""
    return moment.astimezone(BEIJING).date()


def days_left(deadline: datetime, now: datetime) -> int:
    """Whole calendar days in the city from `now` to a deadline: 0 is today, negative is over."""
    return (beijing_day(deadline) - beijing_day(now)).days
