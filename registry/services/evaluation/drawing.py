"""抽取 and what follows it: appointing, releasing and replacing experts, giving a sheet back.

The seed is made when the draw is written. The panel keeps each draw with all that it followed from, so that anybody
can repeat it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed, NotFound
from registry.evaluation.drawing import Eligible, Place, draw, eligible
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.indicators import plain
from registry.models import Application, Assignment, Expert, Panel, PanelItem
from registry.permissions import Actor
from registry.queries.evaluation import facts
from registry.queries.evaluation.own import is_tied
from registry.services.evaluation.panels import held, note, reason_of
from registry.services.evaluation.telling import tell_experts
from registry.services.events import Entry, record
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
        _give(session, panel, application, expert, Came.DRAWN, rows, now=now)
        for application in applications
        for expert in made.chosen[application.number or ""]
    ]
    panel.seed, panel.draws, panel.state = chosen_seed, panel.draws + 1, PanelState.SCORING.value
    panel.record = [*panel.record, _record(panel, actor, places, who, made.chosen, carried, text, applications, now)]
    session.flush()
    by_case = {row.id: row.expert_id for row in fresh}
    changes = {"seed": (None, chosen_seed), "draw": (None, panel.draws), "assignments": (None, by_case)}
    note(session, actor, panel, "panel.draw", changes, text=text, now=now)
    tell_experts(
        session,
        panel,
        [row.expert_id for row in rows if row.state in facts.ACTIVE] + [row.expert_id for row in fresh],
        now=now,
    )
    return panel


def appoint(
    session: Session,
    actor: Actor,
    panel_id: int,
    application_id: int,
    expert_id: int,
    reason: str,
    *,
    now: datetime,
) -> Assignment:
    """指定 an expert for one application, with a reason; before the draw, which then adds the others, or after it."""
    panel = held(session, actor, panel_id)
    if panel.state == PanelState.CLOSED.value:
        raise NotAllowed(Message("这一组的评审已经结束，不能再指定专家。"))
    text = reason_of(reason)
    application = _item(session, panel, application_id)
    expert = _fit(session, expert_id, application)
    rows = _rows(session, panel, application)
    if any(row.expert_id == expert_id and row.state in facts.ACTIVE for row in rows):
        raise InvalidInput(Message("这位专家已经评审这份申报；请另选一位。"), field="expert")
    made = _give(session, panel, application, expert.account_id, Came.MANUAL, rows, reason=text, now=now)
    note(session, actor, panel, "panel.appoint", _changes(made), text=text, now=now)
    if panel.state == PanelState.SCORING.value:
        tell_experts(session, panel, [expert_id], now=now)
    return made


def substitute(
    session: Session,
    actor: Actor,
    assignment_id: int,
    reason: str,
    *,
    expert_id: int | None = None,
    now: datetime,
) -> Assignment:
    """Put another expert in somebody's place: drawn, or the one that the officer names."""
    row = _of_officer(session, actor, assignment_id)
    text = reason_of(reason)
    if expert_id is not None:
        _fit(session, expert_id, row.application)
    row.state, row.updated_at = State.RELEASED.value, now
    row.total = row.submitted_at = row.snapshot_id = None
    session.flush()
    made = add_one(session, row.panel, row.application, expert_id=expert_id, reason=text, now=now)
    if made is None:
        raise InvalidInput(
            Message("专家库中没有别的专家可以评审这份申报；请先在专家库增加，或改用“撤下专家”。"), field="expert"
        )
    note(session, actor, row.panel, "panel.substitute", _changes(made, instead_of=row.expert_id), text=text, now=now)
    return made


def release(session: Session, actor: Actor, assignment_id: int, reason: str, *, now: datetime) -> Assignment:
    """Let an application go on without one of its experts; too few sheets are a flag for the chair."""
    row = _of_officer(session, actor, assignment_id)
    text = reason_of(reason)
    row.state, row.updated_at = State.RELEASED.value, now
    row.total = row.submitted_at = row.snapshot_id = None
    session.flush()
    note(session, actor, row.panel, "panel.release", _changes(row), text=text, now=now)
    return row


def reopen(session: Session, actor: Actor, assignment_id: int, reason: str, *, now: datetime) -> Assignment:
    """Give a submitted sheet back to its expert; the event keeps what it said."""
    row = _of_officer(session, actor, assignment_id)
    if row.state != State.SUBMITTED.value:
        raise NotAllowed(Message("这份评分还没有提交，不用退回。"))
    text = reason_of(reason)
    take_back(session, actor, row, text, now=now)
    tell_experts(session, row.panel, [row.expert_id], now=now)
    return row


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
    """One more expert for an application, drawn with the seed of the panel; None when nobody is left."""
    rows = _rows(session, panel, application)
    chosen = expert_id
    if chosen is None:
        case = facts.cases(session, [application])[application.id]
        found = eligible(case, facts.candidates(session))
        place = Place(application.number or "", found.ids, 1, frozenset(row.expert_id for row in rows))
        made = draw([place], panel.seed, facts.loads(session))
        if made.short:
            return None
        [chosen] = made.chosen[place.number]
    fresh = _give(session, panel, application, chosen, Came.SUBSTITUTE, rows, reason=reason, now=now)
    tell_experts(session, panel, [chosen], now=now)
    return fresh


def _give(
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
    """The row of an expert at an application; one who had been released takes it up again."""
    row = next((row for row in rows if (row.application_id, row.expert_id) == (application.id, expert_id)), None)
    if row is None:
        row = Assignment(panel_id=panel.id, application_id=application.id, expert_id=expert_id, sheet={})
        session.add(row)
    row.origin, row.reason, row.state, row.updated_at = origin.value, reason, State.ASSIGNED.value, now
    session.flush()
    return row


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
    now: datetime,
) -> dict[str, Any]:
    """A draw with all that it followed from: ids and numbers alone."""
    return {
        "draw": panel.draws,
        "seed": panel.seed,
        "at": now.isoformat(),
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


def _item(session: Session, panel: Panel, application_id: int) -> Application:
    item = session.get(PanelItem, (panel.id, application_id)) if application_id < 2**31 else None
    if item is None or not item.live:
        raise NotFound(Message("这份申报不在这个评审组。"))
    return item.application


def _rows(session: Session, panel: Panel, application: Application) -> list[Assignment]:
    statement = select(Assignment).where(Assignment.panel_id == panel.id, Assignment.application_id == application.id)
    return list(session.scalars(statement.order_by(Assignment.id)))


def _fit(session: Session, expert_id: int, application: Application) -> Expert:
    """An active expert without a tie to the enterprise; the industry is the officer's own judgement here."""
    expert = session.get(Expert, expert_id) if expert_id < 2**31 else None
    if expert is None or expert_id not in {item.id for item in facts.candidates(session)}:
        raise InvalidInput(Message("请选择专家库中的一位在用专家。"), field="expert")
    if is_tied(session, expert, application):
        raise InvalidInput(Message("这位专家与申报企业有利害关系，不能评审；请另选一位。"), field="expert")
    return expert


def _of_officer(session: Session, actor: Actor, assignment_id: int) -> Assignment:
    """An assignment that somebody carries, with its panel held."""
    row = session.get(Assignment, assignment_id) if assignment_id < 2**31 else None
    if row is None:
        raise NotFound(Message("没有这份评审。"))
    panel = held(session, actor, row.panel_id)
    session.refresh(row)
    if panel.state != PanelState.SCORING.value:
        raise NotAllowed(Message("评审已经结束；要更换专家或退回评分，请先延长评审时间。"))
    if row.state not in facts.ACTIVE:
        raise NotAllowed(Message("这位专家已不评审这份申报。"))
    return row


def _changes(row: Assignment, *, instead_of: int | None = None) -> dict[str, tuple[object, object]]:
    return {"application_id": (None, row.application_id), "expert_id": (instead_of, row.expert_id)}
