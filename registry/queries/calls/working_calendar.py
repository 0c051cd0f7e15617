"""Which days are worked, for everything that counts working days: the one place to ask."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.values.working_days import IsWorking, usual_working_day


def working_calendar(session: Session) -> IsWorking:
    """The calendar that holds for this installation."""
    return usual_working_day
