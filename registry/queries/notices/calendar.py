"""The calendar of working days as it is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, CalendarDay, CalendarYear
from registry.values.office_days import OfficeDays, exceptions


@dataclass(frozen=True, kw_only=True)
class YearRow:
    """One year: whether it was entered, by whom and when; the days that differ from the weekdays."""

    year: int
    entered_at: datetime | None
    entered_by: str
    is_known: bool
    free: tuple[date, ...]
    made_up: tuple[date, ...]

    @property
    def seen(self) -> str:
        """What the form gives back, so that nobody replaces days that were not seen."""
        return self.entered_at.isoformat() if self.entered_at else ""


def office_days(session: Session) -> OfficeDays:
    """Which days are working days (two queries)."""
    entered = {row.day: row.is_working for row in session.execute(select(CalendarDay.day, CalendarDay.is_working))}
    return OfficeDays(entered, frozenset(session.scalars(select(CalendarYear.year))))


def year_row(session: Session, year: int) -> YearRow:
    """A year of the calendar as it holds now."""
    office = office_days(session)
    found = session.execute(
        select(CalendarYear.confirmed_at, Account.name)
        .outerjoin(Account, Account.id == CalendarYear.confirmed_by)
        .where(CalendarYear.year == year)
    ).one_or_none()
    differing = exceptions(year, office)
    return YearRow(
        year=year,
        entered_at=found.confirmed_at if found else None,
        entered_by=(found.name or "") if found else "",
        is_known=office.is_known(year),
        free=tuple(day for day, is_working in differing if not is_working),
        made_up=tuple(day for day, is_working in differing if is_working),
    )
