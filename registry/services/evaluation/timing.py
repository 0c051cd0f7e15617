"""More time for a panel, and its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.errors import InvalidInput, NotAllowed
from registry.evaluation.terms import PanelState
from registry.models import Application, Panel, PanelItem, PanelResult
from registry.permissions import Actor
from registry.queries.evaluation.outcomes import outcomes
from registry.services.evaluation.holding import held, note, reason_of
from registry.wording import Message


def extend(
    session: Session,
    actor: Actor,
    panel_id: int,
    closes_at: datetime,
    reason: str,
    *,
    seen_version: int,
    now: datetime,
) -> Panel:
    """Give a panel more time, with a reason; one that was closed scores again."""
    panel = held(session, actor, panel_id, seen_version=seen_version)
    if panel.state == PanelState.DRAFT.value:
        raise NotAllowed(Message("还没有抽取专家，请直接修改截止时间。"))
    if closes_at <= now:
        raise InvalidInput(Message("新的截止时间应在现在以后；请更正。"), field="closes_at")
    if closes_at < panel.closes_at:
        raise InvalidInput(Message("新的截止时间不能早于原来的；请更正。"), field="closes_at")
    text = reason_of(reason)
    before, panel.closes_at, state = panel.closes_at, closes_at, panel.state
    panel.state = PanelState.SCORING.value
    for row in session.scalars(select(PanelResult).where(PanelResult.panel_id == panel.id)):
        row.rank = row.score = None
    session.flush()
    changes = {"closes_at": (before.isoformat(), closes_at.isoformat()), "panel_state": (state, panel.state)}
    note(session, actor, panel, "panel.extend", changes, text=text, now=now)
    return panel


def close(session: Session, actor: Actor, panel_id: int, *, seen_version: int, now: datetime) -> Panel:
    """End the scoring: figures and ranks of this moment stand. Refused while anything is open, which is named."""
    panel = held(session, actor, panel_id, seen_version=seen_version)
    if panel.state != PanelState.SCORING.value:
        raise NotAllowed(Message("这一组现在不能结束评审。"))
    made = outcomes(session, [panel.id])
    open_ids = [key for key, item in made.items() if not item.is_over and (item.is_paused or not item.is_decided)]
    if open_ids:
        names = session.scalars(select(Application.number).where(Application.id.in_(open_ids)).order_by(Application.id))
        raise InvalidInput(
            Message(
                "还有 %(n)s 份没有评完或没有裁定：%(names)s。请等待、更换专家或由组长裁定后再结束。",
                n=len(open_ids),
                names=[name or "" for name in names][:10],
            )
        )
    rules = {item.application_id: _rules(item) for item in _items(session, panel.id)}
    for key, item in made.items():
        if item.is_over or item.computed is None:
            continue
        row = session.get(PanelResult, (panel.id, key)) or PanelResult(panel_id=panel.id, application_id=key)
        row.method, row.n, row.rank = rules[key].score_method.value, item.computed.n, item.rank
        row.score, row.low, row.high = item.computed.score, item.computed.low, item.computed.high
        row.flags = sorted(flag.value for flag in item.flags)
        session.add(row)
    panel.state = PanelState.CLOSED.value
    session.flush()
    note(session, actor, panel, "panel.close", {"panel_state": ("scoring", "closed")}, now=now)
    return panel


def _items(session: Session, panel_id: int) -> list[PanelItem]:
    return list(session.scalars(select(PanelItem).where(PanelItem.panel_id == panel_id)))


def _rules(item: PanelItem) -> Rules:
    return Rules.from_json(item.application.call_form.rules)
