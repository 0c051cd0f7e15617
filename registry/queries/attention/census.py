"""How many applications stand where, call by call: one count for all numbers of the first page of an officer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor
from registry.queries.review.clock import Clock
from registry.queries.review.queue_scope import in_reach
from registry.terms import ApplicationStatus

S = ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The applications of a call in one state: how many, over their days, on their last two days."""

    call_id: int
    status: ApplicationStatus
    count: int
    late: int
    soon: int


def take_census(session: Session, actor: Actor, clock: Clock) -> list[Stand]:
    """All that the actor may see, by call and state (one query, answered by the index of the queue)."""
    statement = (
        select(
            Application.call_id,
            Application.status,
            func.count(),
            func.sum(case((clock.late(), 1), else_=0)),
            func.sum(case((clock.soon(), 1), else_=0)),
        )
        .where(in_reach(actor))
        .group_by(Application.call_id, Application.status)
        .order_by(Application.call_id.desc(), Application.status)
    )
    return [
        Stand(call_id=call_id, status=S(status), count=count, late=late, soon=soon)
        for call_id, status, count, late, soon in session.execute(statement)
    ]


def total(stands: Iterable[Stand], statuses: Iterable[ApplicationStatus]) -> Stand:
    """The sum over these states of all calls."""
    wanted = set(statuses)
    found = [stand for stand in stands if stand.status in wanted]
    return Stand(
        call_id=0,
        status=S.DRAFT,
        count=sum(stand.count for stand in found),
        late=sum(stand.late for stand in found),
        soon=sum(stand.soon for stand in found),
    )
