"""How many recommendations of a call a reporting unit has used."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import Application
from registry.statuses import QUOTA_STATUSES
from registry.terms import ApplicationStatus

S = ApplicationStatus


def recommended_count(session: Session, call_id: int, unit_code: str) -> int:
    """How many recommendations a unit has used in a call (those returned by the city included)."""
    later = Application.status.in_([status.value for status in QUOTA_STATUSES])
    city_returned = Application.return_to.in_([S.RECOMMENDED.value, S.CHECKING.value])
    city_rejected = (Application.status == S.REJECTED.value) & Application.rank.is_not(None)
    return (
        session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.call_id == call_id,
                Application.unit_code == unit_code,
                later | city_returned | city_rejected,
            )
        )
        or 0
    )
