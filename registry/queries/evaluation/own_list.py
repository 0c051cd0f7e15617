"""The list of an expert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.evaluation.drawing import works_there
from registry.evaluation.terms import AssignmentState, PanelState
from registry.indicators import plain
from registry.models import Application, Assignment, Panel
from registry.permissions import Actor, Permission, require
from registry.queries.evaluation.facts import ACTIVE, candidate_of, cases
from registry.queries.evaluation.outcomes import counts, latest_snapshots
from registry.queries.evaluation.own import AnySector
from registry.terms import ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """One line of an expert's list."""

    id: int
    panel_id: int
    number: str
    project: str
    category: str
    industry: str | None
    closes_at: datetime
    state: AssignmentState
    is_cleared: bool
    is_open: bool
    is_in: bool
    is_outdated: bool
    total: str


def own_rows(session: Session, actor: Actor, *, now: datetime) -> list[OwnRow]:
    """All that an expert has to judge or has judged, what is due first first."""
    require(actor, Permission.EXPERT_SCORE)
    rows = session.scalars(
        select(Assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(
            Assignment.expert_id == actor.id,
            Assignment.state.in_(ACTIVE),
            Panel.state != PanelState.DRAFT.value,
        )
        .options(
            joinedload(Assignment.panel),
            joinedload(Assignment.application).joinedload(Application.call),
            joinedload(Assignment.expert),
        )
        .order_by(Panel.closes_at, Assignment.application_id)
    ).all()
    if not rows:
        return []
    latest = latest_snapshots(session, [row.application_id for row in rows])
    known = cases(session, [row.application for row in rows])
    me = candidate_of(rows[0].expert, AnySector())
    found = []
    for row in rows:
        case = known[row.application_id]
        if me.id in case.conflicts or works_there(me, case):
            continue
        is_in = row.total is not None if row.panel.state == PanelState.CLOSED.value else counts(row, latest)
        status = ApplicationStatus(row.application.status)
        found.append(
            OwnRow(
                id=row.id,
                panel_id=row.panel_id,
                number=row.application.number or "",
                project=row.application.project_name,
                category=row.application.call.category_code,
                industry=row.application.industry_code,
                closes_at=row.panel.closes_at,
                state=AssignmentState(row.state),
                is_cleared=row.cleared_at is not None,
                is_open=not is_in
                and row.panel.state == PanelState.SCORING.value
                and status is ApplicationStatus.CHECKING
                and now.replace(microsecond=0) <= row.panel.closes_at,
                is_in=is_in,
                is_outdated=row.total is not None and not is_in,
                total="" if row.total is None else plain(row.total),
            )
        )
    return found
