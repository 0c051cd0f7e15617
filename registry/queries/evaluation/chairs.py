"""What an expert sees as the chair of a panel: its results and sheets without the names of colleagues."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.evaluation.terms import PanelState
from registry.models import Application, Expert, Panel
from registry.permissions import Actor, Permission, require
from registry.queries.evaluation.outcomes import outcomes
from registry.queries.evaluation.own import is_tied
from registry.queries.evaluation.panel_page import load_panel
from registry.queries.evaluation.panel_rows import PanelPage
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


@dataclass(frozen=True)
class Chaired:
    """A panel of which somebody is the chair, with the number of rulings that wait."""

    id: int
    name: str
    waiting: int


def chaired(session: Session, actor: Actor) -> list[Chaired]:
    """Panels that score and have this expert as their chair."""
    panels = session.scalars(
        select(Panel).where(Panel.chair_id == actor.id, Panel.state == PanelState.SCORING.value).order_by(Panel.id)
    ).all()
    if not panels:
        return []
    made = outcomes(session, [panel.id for panel in panels]).values()
    return [
        Chaired(
            panel.id,
            panel.name,
            sum(item.panel_id == panel.id and item.is_complete and bool(item.open_flags) for item in made),
        )
        for panel in panels
    ]


def chair_page(session: Session, actor: Actor, panel_id: int) -> PanelPage:
    """The panel for its chair: what is complete, except where the chair has a conflict; NotFound for others."""
    require(actor, Permission.EXPERT_SCORE)
    panel = session.get(Panel, min(panel_id, LARGEST_ID))
    if panel is None or panel.chair_id != actor.id or panel.state == PanelState.DRAFT.value:
        raise NotFound(Message("没有这个评审组，或您不是组长。"))
    me = session.get_one(Expert, panel.chair_id)
    page = load_panel(session, panel.id, shows_names=False)
    free = [
        item
        for item in page.items
        if item.outcome.is_complete and not is_tied(session, me, session.get_one(Application, item.id))
    ]
    return replace(page, items=free)
