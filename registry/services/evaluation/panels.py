"""评审组: making one, and everything about it that is no draw: its list, its time, its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.scoring_rules import MOST_EXPERTS
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.evaluation.terms import AssignmentState, PanelState
from registry.models import Application, Assignment, CallForm, Expert, Panel, PanelItem
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, require
from registry.services.calls.managing import find_call
from registry.services.evaluation.holding import held, note
from registry.terms import ApplicationStatus
from registry.wording import Message

LONGEST_NAME, MOST_ITEMS = 100, 500


@dataclass(frozen=True, kw_only=True)
class PanelInput:
    """What an officer says about a panel; `applications` and `per_application` count while nothing is drawn."""

    name: str
    closes_at: datetime
    per_application: int
    chair_id: int | None = None
    applications: tuple[int, ...] = ()


def create(session: Session, actor: Actor, call_id: int, given: PanelInput, *, now: datetime) -> Panel:
    """Make a panel for applications of a call that are in the city's check."""
    require(actor, Permission.PANEL_MANAGE)
    call = find_call(session, call_id, lock=True)
    _check(session, given, now=now)
    panel = Panel(
        call_id=call.id,
        name=tidy(given.name),
        chair_id=given.chair_id,
        per_application=given.per_application,
        closes_at=given.closes_at,
        state=PanelState.DRAFT.value,
        record=[],
        created_by=actor.id,
        created_at=now,
    )
    session.add(panel)
    session.flush()
    _put_in(session, panel, given.applications)
    note(session, actor, panel, "panel.create", {"applications": (None, sorted(given.applications))}, now=now)
    return panel


def update(
    session: Session, actor: Actor, panel_id: int, given: PanelInput, *, seen_version: int, now: datetime
) -> Panel:
    """Change a panel: everything before the draw, name and chair until it is closed."""
    panel = held(session, actor, panel_id, seen_version=seen_version)
    if panel.state == PanelState.CLOSED.value:
        raise NotAllowed(Message("这一组的评审已经结束；要改请先延长评审时间。"))
    before = (panel.chair_id, panel.name)
    if panel.state == PanelState.DRAFT.value:
        _check(session, given, now=now)
        panel.per_application, panel.closes_at = given.per_application, given.closes_at
        session.execute(delete(PanelItem).where(PanelItem.panel_id == panel.id))
        _put_in(session, panel, given.applications)
        _let_go_of_others(session, panel, given.applications, now=now)
    else:
        _check_name(given.name)
        _check_chair(session, given.chair_id)
    panel.name, panel.chair_id = tidy(given.name), given.chair_id
    session.flush()
    changes = {"chair_id": (before[0], panel.chair_id), "applications": (None, sorted(given.applications))}
    note(session, actor, panel, "panel.update", changes, now=now)
    return panel


def _check(session: Session, given: PanelInput, *, now: datetime) -> None:
    _check_name(given.name)
    _check_chair(session, given.chair_id)
    if not 1 <= given.per_application <= MOST_EXPERTS:
        raise InvalidInput(
            Message("每份申报的专家人数应在 1 到 %(most)s 之间；请更正。", most=MOST_EXPERTS), field="per_application"
        )
    if given.closes_at <= now:
        raise InvalidInput(Message("评审截止时间应在现在以后；请更正。"), field="closes_at")
    if not given.applications:
        raise InvalidInput(Message("还没有选择申报；请至少勾选一份。"), field="applications")
    if len(given.applications) > MOST_ITEMS:
        raise InvalidInput(Message("一组最多 %(most)s 份申报；请分组。", most=MOST_ITEMS), field="applications")


def _check_name(text: str) -> None:
    name = tidy(text)
    if not name or len(name) > LONGEST_NAME or has_control_characters(name):
        raise InvalidInput(Message("评审组名称应有 1 到 %(most)s 个字；请填写。", most=LONGEST_NAME), field="name")


def _check_chair(session: Session, chair_id: int | None) -> None:
    expert = None if chair_id is None else session.get(Expert, chair_id)
    if chair_id is not None and (expert is None or not expert.active):
        raise InvalidInput(Message("请选择专家库中的一位在用专家作组长，或由市局裁定。"), field="chair")


def _let_go_of_others(session: Session, panel: Panel, ids: Iterable[int], *, now: datetime) -> None:
    """Experts who were appointed for an application that is no longer in the panel are free again."""
    rows = session.scalars(
        select(Assignment).where(
            Assignment.panel_id == panel.id,
            Assignment.application_id.not_in(list(ids)),
            Assignment.state == AssignmentState.ASSIGNED.value,
        )
    )
    for row in rows:
        row.state, row.updated_at = AssignmentState.RELEASED.value, now
    session.flush()


def _put_in(session: Session, panel: Panel, ids: Iterable[int]) -> None:
    wanted = sorted(set(ids))
    rows = session.execute(
        select(Application, CallForm.rules)
        .join(CallForm, CallForm.id == Application.call_form_id)
        .where(Application.id.in_(wanted), Application.call_id == panel.call_id)
    ).all()
    fitting = {
        application.id
        for application, rules in rows
        if application.status == ApplicationStatus.CHECKING and Rules.from_json(rules).experts
    }
    if len(fitting) < len(wanted):
        raise InvalidInput(
            Message(
                "所选的申报中有 %(n)s 份不在市级审核中，或不设专家评审；请重新勾选。", n=len(wanted) - len(fitting)
            ),
            field="applications",
        )
    session.add_all(PanelItem(panel_id=panel.id, application_id=key, live=True) for key in wanted)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            Message("所选的申报中有的已在另一个评审组，可能刚被同事选走；请刷新后重新勾选。"), field="applications"
        ) from error
