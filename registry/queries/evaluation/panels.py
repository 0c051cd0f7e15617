"""Panels as officers read them: the list, one panel with its results, one application of it with all its sheets."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Rules
from registry.evaluation.terms import PanelState
from registry.models import Application, Call, CallForm, Panel, PanelItem
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import Outcome, outcomes
from registry.queries.evaluation.panel_rows import CallToScore, Choice, PanelRow
from registry.terms import ApplicationStatus
from registry.wording import Message

_NO_PANEL = Message("没有这个评审组，或这份申报不在其中。")


def panel_rows(session: Session) -> list[PanelRow]:
    """All panels, the newest first."""
    panels = session.scalars(select(Panel).options(joinedload(Panel.call)).order_by(Panel.id.desc()).limit(200)).all()
    made: dict[int, list[Outcome]] = {panel.id: [] for panel in panels}
    for outcome in outcomes(session, [panel.id for panel in panels]).values():
        made[outcome.panel_id].append(outcome)
    return [
        PanelRow(
            id=panel.id,
            name=panel.name,
            call=panel.call.title,
            state=PanelState(panel.state),
            closes_at=panel.closes_at,
            items=len(made[panel.id]),
            complete=sum(item.is_complete for item in made[panel.id]),
            flagged=sum(item.is_complete and bool(item.open_flags) for item in made[panel.id]),
        )
        for panel in panels
    ]


def calls_to_score(session: Session) -> list[CallToScore]:
    """Calls whose rules have experts and whose applications wait for a panel."""
    # Counted by the database: the rules of a call are read once and not once an application.
    waiting = session.execute(
        select(Application.call_id, Application.call_form_id, func.count())
        .where(Application.status == ApplicationStatus.CHECKING.value, Application.id.not_in(_live()))
        .group_by(Application.call_id, Application.call_form_id)
    ).all()
    forms = session.execute(
        select(CallForm.id, CallForm.rules).where(CallForm.id.in_({form_id for _call_id, form_id, _count in waiting}))
    )
    scored = {form_id for form_id, rules in forms if Rules.from_json(rules).experts}
    counts: Counter[int] = Counter()
    for call_id, form_id, count in waiting:
        if form_id in scored:
            counts[call_id] += count
    calls = session.execute(select(Call.id, Call.title).where(Call.id.in_(counts)).order_by(Call.id.desc()))
    return [CallToScore(id=call_id, title=title, waiting=counts[call_id]) for call_id, title in calls]


def choices(session: Session, call_id: int, *, panel_id: int | None = None) -> list[Choice]:
    """Applications of a call that can go into a panel: in no other one, and begun under rules with experts."""
    rows = session.scalars(
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.status == ApplicationStatus.CHECKING.value,
            Application.id.not_in(_live(but=panel_id)),
        )
        .options(joinedload(Application.enterprise), joinedload(Application.call_form))
        .order_by(Application.unit_code, Application.rank, Application.id)
    )
    return [_choice(row) for row in rows if form_for(row).rules.experts]


def _live(*, but: int | None = None) -> Any:
    return select(PanelItem.application_id).where(PanelItem.live, PanelItem.panel_id != (but or 0))


def _choice(row: Application) -> Choice:
    return Choice(
        id=row.id,
        number=row.number or "",
        project=row.project_name,
        enterprise=row.enterprise.name,
        unit=row.unit_code or "",
        industry=row.industry_code or "",
    )
