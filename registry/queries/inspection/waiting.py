"""Calls whose applications wait for a draw."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application, Call, CallForm, InspectionPick
from registry.terms import ApplicationStatus


@dataclass(frozen=True, kw_only=True)
class CallToDraw:
    """A call with applications that were in no draw yet."""

    id: int
    title: str
    waiting: int


def calls_to_draw(session: Session) -> list[CallToDraw]:
    """Calls whose rules ask for a draw and that have checked applications without one (two queries)."""
    shares = {
        identifier: Rules.from_json(rules).inspection_share
        for identifier, rules in session.execute(select(CallForm.id, CallForm.rules))
    }
    asking = [identifier for identifier, share in shares.items() if share]
    rows = session.execute(
        select(Call.id, Call.title, func.count())
        .join(Application, Application.call_id == Call.id)
        .where(
            Application.status == ApplicationStatus.CHECKING.value,
            Application.call_form_id.in_(asking),
            Application.id.not_in(select(InspectionPick.application_id)),
        )
        .group_by(Call.id, Call.title)
        .order_by(Call.id)
    )
    return [CallToDraw(id=identifier, title=title, waiting=count) for identifier, title, count in rows]
