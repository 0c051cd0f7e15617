"""Permanent codes: `CZ-000123`, drawn from a counter inside the writing transaction."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Counter


def draw(session: Session, counter: str, count: int = 1) -> int:
    """Reserve `count` numbers of a counter and return the first. A code is never used twice."""
    row = session.scalars(select(Counter).where(Counter.name == counter).with_for_update()).one()
    row.value += count
    session.flush()
    return row.value - count + 1


def project_code(number: int) -> str:
    """The public code of the project with this number."""
    return f"CZ-{number:06d}"
