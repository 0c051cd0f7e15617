"""How many applications stand where, call by call: one count for all numbers of the first page of an officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor
from registry.queries.review.clock import Clock
from registry.queries.review.queue_scope import in_reach
from registry.statuses import HELD_STATUSES, blurred, shown_to
from registry.terms import ApplicationStatus

S = ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The applications of a call in one state: how many, past their promised days, on their last two days."""

    call_id: int
    status: ApplicationStatus
    count: int
    late: int
    soon: int


def take_census(session: Session, actor: Actor, clock: Clock) -> list[Stand]:
    """All that the actor may see, by call and state as he knows it (two queries, answered by the index of the queue).
    Days are computed for the steps of officers alone: most applications are finished, and only counted."""
    place = Application.status, Application.call_id
    # Unit by unit, in the order of the index: otherwise the database would sort all rows first.
    by_unit = Application.status, Application.unit_code, Application.call_id
    counted: Counter[tuple[str, int]] = Counter()
    for status, _unit, call_id, count in session.execute(
        select(*by_unit, func.count()).where(in_reach(actor)).group_by(*by_unit)
    ):
        counted[status, call_id] += count
    told = [status.value for status in HELD_STATUSES if status not in blurred(actor.role)]
    timed = session.execute(
        select(*place, func.sum(case((clock.late(), 1), else_=0)), func.sum(case((clock.soon(), 1), else_=0)))
        .where(in_reach(actor), Application.status.in_(told))
        .group_by(*place)
    )
    days = {(status, call_id): (late, soon) for status, call_id, late, soon in timed}
    found: dict[tuple[int, ApplicationStatus], Stand] = {}
    for (status, call_id), count in sorted(counted.items()):
        late, soon = days.get((status, call_id), (0, 0))
        key = call_id, shown_to(actor.role, S(status))
        before = found[key].count if key in found else 0
        found[key] = Stand(call_id=call_id, status=key[1], count=before + count, late=late, soon=soon)
    return list(found.values())


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
