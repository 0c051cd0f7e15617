"""抽取 and what follows it: appointing, releasing and replacing experts, giving a sheet back.

The seed is made when the draw is written. The panel keeps each draw with all that it followed from, so that anybody
can repeat it.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed
from registry.evaluation.drawing import Eligible, Place, draw, eligible
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.models import Application, Panel, PanelItem
from registry.permissions import Actor
from registry.queries.evaluation import facts
from registry.services.evaluation.giving import give
from registry.services.evaluation.holding import held, note, reason_of
from registry.services.evaluation.telling import tell_experts
from registry.terms import ApplicationStatus
from registry.wording import Message

State, Came = AssignmentState, AssignmentOrigin


def draw_panel(
    session: Session,
    actor: Actor,
    panel_id: int,
    *,
    reason: str = "",
    seed: str | None = None,
    seen_version: int,
    now: datetime,
) -> Panel:
    """Draw the experts of all applications of a panel; again with a reason, while no sheet is in.

    What cannot be drawn is named and nothing is written. Appointed experts stay.
    """
    panel = held(session, actor, panel_id, seen_version=seen_version)
    if panel.state == PanelState.CLOSED.value:
        raise NotAllowed(Message("这一组的评审已经结束，不能再抽取。"))
    if panel.closes_at <= now:
        raise InvalidInput(Message("评审截止时间已经过去；请先改为以后的时间，再抽取。"))
    rows = facts.assignments_of(session, panel.id)
    if any(row.state == State.SUBMITTED.value for row in rows):
        raise NotAllowed(Message("已有专家提交评分，不能重新抽取；个别专家请用“更换专家”。"))
    text = reason_of(reason) if panel.draws else ""
    for row in rows:
        if row.state == State.ASSIGNED.value and row.origin != Came.MANUAL.value:
            row.state, row.updated_at = State.RELEASED.value, now
    session.flush()
    applications = _applications(session, panel)
    known = facts.cases(session, applications)
    pool = facts.candidates(session)
    who = {application.id: eligible(known[application.id], pool) for application in applications}
    fixed = {
        application.id: frozenset(
            row.expert_id for row in rows if row.application_id == application.id and row.state in facts.ACTIVE
        )
        for application in applications
    }
    places = [
        Place(
            application.number or "",
            who[application.id].ids,
            max(0, panel.per_application - len(fixed[application.id])),
            fixed[application.id],
        )
        for application in applications
    ]
    chosen_seed, carried = seed or secrets.token_hex(16), facts.loads(session)
    made = draw(places, chosen_seed, carried)
    if made.short:
        raise InvalidInput(_shortage(applications, made.short, who))
    fresh = [
        give(session, panel, application, expert, Came.DRAWN, rows, now=now)
        for application in applications
        for expert in made.chosen[application.number or ""]
    ]
    panel.seed, panel.draws, panel.state = chosen_seed, panel.draws + 1, PanelState.SCORING.value
    panel.record = [*panel.record, _record(panel, actor, places, who, made.chosen, carried, text, applications)]
    session.flush()
    by_case = {str(row.id): row.expert_id for row in fresh}
    changes = {"seed": (None, chosen_seed), "draw": (None, panel.draws), "assignments": (None, by_case)}
    note(session, actor, panel, "panel.draw", changes, text=text, now=now)
    tell_experts(
        session,
        panel,
        [row.expert_id for row in rows if row.state in facts.ACTIVE] + [row.expert_id for row in fresh],
        now=now,
    )
    return panel


def _applications(session: Session, panel: Panel) -> list[Application]:
    rows = session.scalars(
        select(Application)
        .join(PanelItem, PanelItem.application_id == Application.id)
        .where(PanelItem.panel_id == panel.id, PanelItem.live)
        .order_by(Application.id)
    ).all()
    left = [row.number or "" for row in rows if row.status != ApplicationStatus.CHECKING]
    if left:
        raise InvalidInput(Message("%(numbers)s 已不在市级审核中；请先从名单中去掉，再抽取。", numbers=left[:10]))
    return list(rows)


def _shortage(applications: list[Application], short: Any, who: dict[int, Eligible]) -> Message:
    lines: list[object] = [
        Message(
            "%(number)s 缺 %(n)s 位（%(there)s）",
            number=application.number,
            n=short[application.number],
            there=Message("符合条件的有 %(n)s 位", n=len(who[application.id].ids)),
        )
        for application in applications
        if application.number in short
    ]
    return Message(
        "抽取不成，没有写入：%(lines)s。请在专家库增加熟悉该行业、没有利害关系的专家，或指定专家后再抽取。",
        lines=lines[:20],
    )


def _record(
    panel: Panel,
    actor: Actor,
    places: list[Place],
    who: dict[int, Eligible],
    chosen: Any,
    carried: dict[int, int],
    reason: str,
    applications: list[Application],
) -> dict[str, Any]:
    """A draw with all that it followed from: ids and numbers alone."""
    return {
        "draw": panel.draws,
        "seed": panel.seed,
        "by": actor.id,
        "reason": reason,
        "wanted": panel.per_application,
        "loads": {str(expert): count for expert, count in sorted(carried.items())},
        "places": [
            {
                "application": application.id,
                "number": place.number,
                "eligible": list(place.eligible),
                "by_sector": who[application.id].by_sector,
                "wanted": place.wanted,
                "fixed": sorted(place.fixed),
                "chosen": list(chosen[place.number]),
            }
            for application, place in zip(applications, places, strict=True)
        ],
    }
