"""One expert at one application: appointed, replaced, let go, asked again. Each with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.evaluation.terms import AssignmentOrigin, AssignmentState, PanelState
from registry.models import Application, Assignment, Expert, Panel, PanelItem
from registry.permissions import Actor
from registry.queries.evaluation import facts
from registry.queries.evaluation.own import is_tied
from registry.services.evaluation.giving import add_one, give, rows_of, take_back
from registry.services.evaluation.holding import held, note, reason_of
from registry.services.evaluation.telling import tell_experts
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

State, Came = AssignmentState, AssignmentOrigin


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
    rows = rows_of(session, panel, application)
    if any(row.expert_id == expert_id and row.state in facts.ACTIVE for row in rows):
        raise InvalidInput(Message("这位专家已经评审这份申报；请另选一位。"), field="expert")
    made = give(session, panel, application, expert.account_id, Came.MANUAL, rows, reason=text, now=now)
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
    seen_state: str,
    expert_id: int | None = None,
    now: datetime,
) -> Assignment:
    """Put another expert in somebody's place: drawn, or the one that the officer names.

    Raises Conflict when the sheet came in, or went back, since the officer saw the place in `seen_state`.
    """
    row = _of_officer(session, actor, assignment_id, seen_state)
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


def release(
    session: Session, actor: Actor, assignment_id: int, reason: str, *, seen_state: str, now: datetime
) -> Assignment:
    """Let an application go on without one of its experts; too few sheets are a flag for the chair. As `substitute`."""
    row = _of_officer(session, actor, assignment_id, seen_state)
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


def _item(session: Session, panel: Panel, application_id: int) -> Application:
    item = session.get(PanelItem, (panel.id, application_id)) if application_id <= LARGEST_ID else None
    if item is None or not item.live:
        raise NotFound(Message("这份申报不在这个评审组。"))
    return item.application


def _fit(session: Session, expert_id: int, application: Application) -> Expert:
    """An active expert without a tie to the enterprise; the industry is the officer's own judgement here."""
    expert = session.get(Expert, expert_id) if expert_id <= LARGEST_ID else None
    if expert is None or expert_id not in {item.id for item in facts.candidates(session)}:
        raise InvalidInput(Message("请选择专家库中的一位在用专家。"), field="expert")
    if is_tied(session, expert, application):
        raise InvalidInput(Message("这位专家与申报企业有利害关系，不能评审；请另选一位。"), field="expert")
    return expert


def _of_officer(session: Session, actor: Actor, assignment_id: int, seen_state: str = "") -> Assignment:
    """An assignment that somebody carries, with its panel held; in the state that was seen, where that matters."""
    row = session.get(Assignment, assignment_id) if assignment_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(Message("没有这份评审。"))
    panel = held(session, actor, row.panel_id)
    session.refresh(row)
    if panel.state != PanelState.SCORING.value:
        raise NotAllowed(Message("评审已经结束；要更换专家或退回评分，请先延长评审时间。"))
    if row.state not in facts.ACTIVE:
        raise NotAllowed(Message("这位专家已不评审这份申报。"))
    if seen_state and row.state != seen_state:
        raise Conflict(Message("这位专家的评分刚刚提交或退回，请看过以后再决定。"))
    return row


def _changes(row: Assignment, *, instead_of: int | None = None) -> dict[str, tuple[object, object]]:
    return {"application_id": (None, row.application_id), "expert_id": (instead_of, row.expert_id)}
