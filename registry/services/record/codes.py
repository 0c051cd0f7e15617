"""Permanent codes, drawn from counters inside the writing transaction: the city's prefix with six digits, and
`SB-2026-0012`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Counter


def draw(session: Session, counter: str, count: int = 1) -> int:
    """Reserve `count` numbers of a counter and return the first. A code is never used twice."""
    row = session.scalars(select(Counter).where(Counter.name == counter).with_for_update()).one()
    row.value += count
    session.flush()
    return row.value - count + 1


def project_code(session: Session, number: int) -> str:
    """The public code of the project with this number."""
    return f"{city_of(session).facts.code_prefix}-{number:06d}"


def draw_application_number(session: Session, year: int) -> str:
    """The next application number of a year."""
    return _of_year(session, "application", "SB", year)


def draw_change_number(session: Session, year: int) -> str:
    """The next number of a change request of a year."""
    return _of_year(session, "change", "BG", year)


def draw_report_number(session: Session, year: int) -> str:
    """The next number of a reader's report of a year."""
    return _of_year(session, "report", "CW", year)


def draw_objection_number(session: Session, year: int) -> str:
    """The next number of an objection of a year."""
    return _of_year(session, "objection", "YY", year)


def wait_in_line(session: Session, name: str) -> None:
    """Lock the row of this name to the end of the transaction: whoever comes second reads what the first has
    written."""
    _begin(session, name)
    session.execute(select(Counter.name).where(Counter.name == name).with_for_update())


def _of_year(session: Session, name: str, prefix: str, year: int) -> str:
    """A number whose counter begins with the first one of its year."""
    counter = f"{name}_{year}"
    _begin(session, counter)
    return f"{prefix}-{year}-{draw(session, counter):04d}"


def _begin(session: Session, counter: str) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Counter).values(name=counter, value=0).on_conflict_do_nothing())
