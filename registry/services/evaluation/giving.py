"""Assigning an application to an expert, and reopening a sheet: rows of `assignment` that several commands write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.evaluation.drawing import Place, draw, eligible
from registry.evaluation.terms import AssignmentOrigin, AssignmentState
from registry.indicators import plain
from registry.models import Application, Assignment, Panel
from registry.permissions import Actor
from registry.queries.evaluation import facts
from registry.services.evaluation.telling import tell_experts
from registry.services.events import Entry, record

State, Came = AssignmentState, AssignmentOrigin


def take_back(session: Session, actor: Actor, row: Assignment, reason: str, *, now: datetime) -> None:
    """Open a submitted sheet again; the event keeps its first version."""
    changes = {
        "sheet": (dict(row.sheet), None),
        "total": (plain(row.total or Decimal(0)), None),
        "snapshot": (row.snapshot_id, None),
    }
    row.state, row.updated_at = State.ASSIGNED.value, now
    row.total = row.submitted_at = row.snapshot_id = None
    session.flush()
    entry = Entry(
        action="assignment.reopen", subject_type="assignment", subject_id=row.id, changes=changes, note=reason
    )
    record(session, actor, entry, at=now)


def add_one(
    session: Session,
    panel: Panel,
    application: Application,
    *,
    expert_id: int | None = None,
    reason: str = "",
    now: datetime,
) -> Assignment | None:
    """Assign one more expert, drawn with the seed of the panel; None when nobody is left."""
    rows = rows_of(session, panel, application)
    chosen = expert_id
    if chosen is None:
        case = facts.cases(session, [application])[application.id]
        found = eligible(case, facts.candidates(session))
        place = Place(application.number or "", found.ids, 1, frozenset(row.expert_id for row in rows))
        made = draw([place], panel.seed, facts.loads(session))
        if made.short:
            return None
        [chosen] = made.chosen[place.number]
    fresh = give(session, panel, application, chosen, Came.SUBSTITUTE, rows, reason=reason, now=now)
    tell_experts(session, panel, [chosen], now=now)
    return fresh


def give(
    session: Session,
    panel: Panel,
    application: Application,
    expert_id: int,
    origin: AssignmentOrigin,
    rows: Sequence[Assignment],
    *,
    reason: str = "",
    now: datetime,
) -> Assignment:
    """Assign an application to an expert; the row of an expert who had been released is used again."""
    row = next((row for row in rows if (row.application_id, row.expert_id) == (application.id, expert_id)), None)
    if row is None:
        row = Assignment(panel_id=panel.id, application_id=application.id, expert_id=expert_id, sheet={})
        session.add(row)
    row.origin, row.reason, row.state, row.updated_at = origin.value, reason, State.ASSIGNED.value, now
    session.flush()
    return row


def rows_of(session: Session, panel: Panel, application: Application) -> list[Assignment]:
    """Everything that was ever assigned for an application in a panel."""
    statement = select(Assignment).where(Assignment.panel_id == panel.id, Assignment.application_id == application.id)
    return list(session.scalars(statement.order_by(Assignment.id)))
