"""交付情况: what each reporting unit has handed in of a call, what it has passed on, what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor
from registry.queries.review.clock import Clock, load_clock
from registry.queries.review.queue_scope import due_condition, in_reach
from registry.queries.review.quota import uses_quota
from registry.terms import ApplicationStatus, Role

S = ApplicationStatus
_AT_UNIT = (S.SUBMITTED,)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One unit (code; '' is the sum of all).

    received: submitted at any time · waiting: at the unit's review · reviewed: the unit has decided ·
    recommended: recommendations in use, of `quota` (None: no limit) · returned: with the enterprise for
    correction, `overdue` of them over their day · late: at the unit over the promised days.
    """

    unit: str
    received: int
    waiting: int
    reviewed: int
    recommended: int
    quota: int | None
    returned: int
    overdue: int
    late: int


def delivery(session: Session, actor: Actor, call_id: int, units: Sequence[str], *, now: datetime) -> list[Delivered]:
    """A row for each of `units` that the actor may see, those without applications too (five queries)."""
    clock = load_clock(session, now=now)
    newest = max((form_id for form_id, call in clock.calls.items() if call == call_id), default=None)
    quotas: Mapping[str, int] = clock.forms[newest].quotas if newest is not None else {}
    shown = [unit for unit in units if actor.role is not Role.DISTRICT_REVIEWER or unit == actor.unit]
    counted = _counted(session, actor, call_id)
    late = _late(session, actor, call_id, clock)
    overdue = _overdue(session, actor, call_id, clock)
    return [
        Delivered(
            unit=unit,
            **counted.get(unit, dict.fromkeys(("received", "waiting", "reviewed", "recommended", "returned"), 0)),
            quota=quotas.get(unit),
            overdue=overdue.get(unit, 0),
            late=late.get(unit, 0),
        )
        for unit in shown
    ]


def summed(rows: Sequence[Delivered]) -> Delivered:
    """合计; its quota is the sum where every unit has one."""
    quotas = [row.quota for row in rows]
    return Delivered(
        unit="",
        received=sum(row.received for row in rows),
        waiting=sum(row.waiting for row in rows),
        reviewed=sum(row.reviewed for row in rows),
        recommended=sum(row.recommended for row in rows),
        quota=None if None in quotas else sum(quota or 0 for quota in quotas),
        returned=sum(row.returned for row in rows),
        overdue=sum(row.overdue for row in rows),
        late=sum(row.late for row in rows),
    )


def _counted(session: Session, actor: Actor, call_id: int) -> dict[str, dict[str, int]]:
    """Counts by unit, from the index of call and unit."""
    of_unit = Application.return_to == S.SUBMITTED.value
    undecided = (Application.status.in_([S.SUBMITTED.value, S.WITHDRAWN.value])) | (
        and_(Application.return_to.is_not(None), of_unit)
    )
    conditions = {
        "waiting": Application.status.in_([status.value for status in _AT_UNIT]),
        "reviewed": ~undecided,
        "recommended": uses_quota(),
        "returned": Application.status == S.RETURNED.value,
    }
    statement = (
        select(
            Application.unit_code,
            func.count().label("received"),
            *(func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()),
        )
        .where(in_reach(actor), Application.call_id == call_id)
        .group_by(Application.unit_code)
    )
    return {
        row.unit_code: {name: getattr(row, name) for name in ("received", *conditions)}
        for row in session.execute(statement)
    }


def _late(session: Session, actor: Actor, call_id: int, clock: Clock) -> dict[str, int]:
    statement = (
        select(Application.unit_code, func.count())
        .where(in_reach(actor), Application.call_id == call_id, clock.late(_AT_UNIT))
        .group_by(Application.unit_code)
    )
    return {unit or "": count for unit, count in session.execute(statement)}


def _overdue(session: Session, actor: Actor, call_id: int, clock: Clock) -> dict[str, int]:
    # As in the filter of the queue: the state selects the few rows first whose day has to be compared.
    overdue = due_condition("correction_late", clock, actor.role)
    statement = (
        select(Application.unit_code, func.count())
        .where(in_reach(actor), Application.call_id == call_id, overdue)
        .group_by(Application.unit_code)
    )
    return {unit or "": count for unit, count in session.execute(statement)}
