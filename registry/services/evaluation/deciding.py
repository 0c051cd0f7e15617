"""组长意见: what a flagged score becomes. No flag decides by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.evaluation.terms import AssignmentState, Decision, Flag, PanelState
from registry.indicators import plain, round_half_up
from registry.models import Application, Assignment, Expert, Panel, PanelResult
from registry.permissions import Actor, Permission, can
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import SHARED, Outcome, basis_of, counts, latest_snapshots, outcomes
from registry.queries.evaluation.own import is_tied
from registry.services.evaluation.giving import add_one
from registry.services.evaluation.holding import locked, note, reason_of
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the chair says: `points` of 另定分数, `place` among equals (None: they stay equal)."""

    decision: Decision
    reason: str
    points: Decimal | None = None
    place: int | None = None


def may_decide(actor: Actor, panel: Panel) -> bool:
    """Whether an actor is the chair: the expert that the panel names, else the city's officers."""
    if panel.chair_id is None:
        return can(actor, Permission.PANEL_MANAGE).allowed
    return actor.id == panel.chair_id and can(actor, Permission.EXPERT_SCORE).allowed


def decide(
    session: Session,
    actor: Actor,
    panel_id: int,
    application_id: int,
    ruling: Ruling,
    *,
    seen: str,
    now: datetime,
) -> PanelResult:
    """Rule on one application. `seen` is the `mark` of the outcome that the chair looked at."""
    panel = locked(session, panel_id)
    if not may_decide(actor, panel):
        raise NotAllowed(Message("由本组组长裁定；没有设组长的，由市局审核员裁定。"))
    if panel.state != PanelState.SCORING.value:
        raise NotAllowed(Message("这一组现在不在评审中，不能裁定。"))
    outcome = outcomes(session, [panel.id]).get(application_id)
    application = session.get(Application, application_id)
    if outcome is None or application is None or outcome.is_over:
        raise NotFound(Message("这份申报不在这个评审组。"))
    if panel.chair_id is not None and is_tied(session, session.get_one(Expert, panel.chair_id), application):
        raise NotFound(Message("这份申报不在这个评审组。"))
    if not outcome.is_complete or outcome.computed is None:
        raise NotAllowed(Message("评分还没有交齐，不能裁定。"))
    if mark(outcome) != seen:
        raise Conflict(Message("评分或裁定刚有变化，请核对后再裁定，您填写的内容都还在。"))
    text = reason_of(ruling.reason)
    points, basis = _points(session, application, ruling), _basis(session, panel.id, application_id)
    row = session.get(PanelResult, (panel.id, application_id))
    if row is None:
        row = PanelResult(panel_id=panel.id, application_id=application_id, flags=[], basis=[])
        session.add(row)
    before = {"decision": row.decision, "points": None if row.decided_points is None else str(row.decided_points)}
    row.decision, row.decided_points, row.reason = ruling.decision.value, points, text
    row.place = (ruling.place or SHARED) if Flag.TIE in outcome.flags else ruling.place
    row.flags, row.basis = sorted(flag.value for flag in outcome.flags), basis
    row.decided_by, row.decided_at = actor.id, now
    session.flush()
    if ruling.decision is Decision.ADD and add_one(session, panel, application, reason=text, now=now) is None:
        raise InvalidInput(
            Message("专家库中没有别的专家可以评审这份申报；请先在专家库增加，或采用别的意见。"), field="decision"
        )
    changes = {
        "application_id": (None, application_id),
        "decision": (before["decision"], row.decision),
        "points": (before["points"], None if points is None else str(points)),
        "place": (None, row.place),
    }
    note(session, actor, panel, "panel.decide", changes, text=text, now=now)
    return row


def mark(outcome: Outcome) -> str:
    """A digest of the figures that the form of a ruling sends back: a ruling on figures that have changed since is
    refused."""
    computed = outcome.computed
    figures = "" if computed is None else f"{computed.n}:{computed.score}:{plain(computed.low)}:{plain(computed.high)}"
    flags = ",".join(sorted(flag.value for flag in outcome.flags))
    return f"{outcome.asked}:{figures}:{flags}:{outcome.decision or ''}:{outcome.score}"


def _points(session: Session, application: Application, ruling: Ruling) -> Decimal | None:
    if ruling.place is not None and not 1 <= ruling.place <= 999:
        raise InvalidInput(Message("同分次序应是 1 到 999 的整数；请更正。"), field="place")
    if ruling.decision is not Decision.SET:
        return None
    if ruling.points is None or not 0 <= ruling.points <= 100:
        raise InvalidInput(Message("另定的分数应在 0 到 100 之间；请填写。"), field="points")
    decimals = form_for(application).rules.score_decimals
    rounded = round_half_up(ruling.points, decimals)
    if rounded != ruling.points:
        raise InvalidInput(Message("另定的分数最多 %(n)s 位小数；请更正。", n=decimals), field="points")
    return rounded


def _basis(session: Session, panel_id: int, application_id: int) -> list[list[object]]:
    rows = session.scalars(
        select(Assignment).where(
            Assignment.panel_id == panel_id,
            Assignment.application_id == application_id,
            Assignment.state == AssignmentState.SUBMITTED.value,
        )
    )
    latest = latest_snapshots(session, [application_id])
    return basis_of(row for row in rows if counts(row, latest))
