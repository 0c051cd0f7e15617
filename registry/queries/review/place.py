"""Where an application stands in the queue as it is filtered: its number, the one before and the one after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor
from registry.queries.review.queue import queue_condition, queue_order
from registry.queries.review.queue_filters import QueueFilters


@dataclass(frozen=True, kw_only=True)
class Place:
    """`number` of `total` counts from 1; 0 for an application that is not (or no longer) among the rows. The one
    after it is then the first of those that have waited less, and at the end the first of all."""

    number: int
    total: int
    before: int | None
    after: int | None


def find_place(
    session: Session, actor: Actor, filters: QueueFilters, application: Application, *, now: datetime
) -> Place:
    """The place of an application (four queries, whatever the queue holds)."""
    wanted = queue_condition(session, actor, filters, now=now)
    own, up = application.id, queue_order(actor, filters)
    down = tuple(column.desc() for column in up)
    here = tuple_(*(literal(getattr(application, column.key), column.type) for column in up))
    earlier, later = tuple_(*up) < here, tuple_(*up) > here
    total, ahead, itself = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(_one_if(earlier)), 0),
            func.coalesce(func.sum(_one_if(Application.id == own)), 0),
        ).where(wanted)
    ).one()
    first = select(Application.id).where(wanted, Application.id != own)
    before = session.scalar(first.where(earlier).order_by(*down).limit(1)) if itself else None
    after = session.scalar(first.where(later).order_by(*up).limit(1))
    if after is None and not itself:
        after = session.scalar(first.order_by(*up).limit(1))
    return Place(number=ahead + 1 if itself else 0, total=total, before=before, after=after)


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
