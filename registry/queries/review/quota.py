"""What a reporting unit has used of its recommendations of a call: how many, and which ranks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from registry.models import Application
from registry.statuses import QUOTA_STATUSES
from registry.terms import ApplicationStatus

S = ApplicationStatus

HIGHEST_RANK = 9999


def uses_quota() -> ColumnElement[bool]:
    """The applications that use a recommendation of their unit (those returned by the city included)."""
    later = Application.status.in_([status.value for status in QUOTA_STATUSES])
    city_returned = func.coalesce(Application.return_to, "").in_([S.RECOMMENDED.value, S.CHECKING.value])
    city_rejected = (Application.status == S.REJECTED.value) & Application.rank.is_not(None)
    return later | city_returned | city_rejected


def recommended_count(session: Session, call_id: int, unit_code: str) -> int:
    """How many recommendations a unit has used in a call (those returned by the city included)."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.call_id == call_id,
                Application.unit_code == unit_code,
                uses_quota(),
            )
        )
        or 0
    )


def rank_holder(session: Session, application: Application, rank: int) -> Application | None:
    """The other application of the same call and unit that carries this rank, or None."""
    return session.scalars(
        select(Application)
        .where(*_ranked(application.call_id, application.unit_code or ""))
        .where(Application.rank == rank, Application.id != application.id)
        .order_by(Application.id)
        .limit(1)
    ).first()


def free_rank(session: Session, call_id: int, unit_code: str) -> int:
    """The rank after the last one that a unit has given in a call; the lowest free one when the last is used up."""
    taken = set(session.scalars(select(Application.rank).where(*_ranked(call_id, unit_code))))
    following = max((rank for rank in taken if rank is not None), default=0) + 1
    if following <= HIGHEST_RANK:
        return following
    return next((rank for rank in range(1, HIGHEST_RANK + 1) if rank not in taken), HIGHEST_RANK)


def _ranked(call_id: int, unit_code: str) -> tuple[ColumnElement[bool], ...]:
    """The applications that hold a rank, as the unique index of the table has them: a withdrawn one gives it back."""
    return (
        Application.call_id == call_id,
        Application.unit_code == unit_code,
        Application.rank.is_not(None),
        Application.status != S.WITHDRAWN.value,
    )
