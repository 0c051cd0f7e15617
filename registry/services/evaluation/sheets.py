"""An expert's own work: saying whether there is a conflict, filling the sheet, submitting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from registry.application_form import score_sheet
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.evaluation.terms import AssignmentState, ConflictSource
from registry.models import Assignment, ExpertConflict
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import latest_snapshots, outcomes
from registry.queries.evaluation.own import own_assignment, why_closed
from registry.services.evaluation import telling
from registry.services.evaluation.giving import add_one, take_back
from registry.services.evaluation.holding import locked, reason_of
from registry.services.events import Entry, record
from registry.terms import BEIJING
from registry.wording import Message

State = AssignmentState


class StaleSheet(Conflict):
    """The sheet was saved elsewhere since the page was read; `changed` names controls that differ now."""

    def __init__(self, message: str, *, assignment: Assignment, changed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.assignment = assignment
        self.changed = changed


class UnfinishedSheet(InvalidInput):
    """A sheet cannot be submitted: every fault at its control."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(Message("有 %(n)s 处需要更正，还没有提交。", n=len(faults)))
        self.faults = faults


def clear(session: Session, actor: Actor, assignment_id: int, *, now: datetime) -> Assignment:
    """无利害关系: from now on the application can be read and scored."""
    row = own_assignment(session, actor, assignment_id, lock=True)
    if row.cleared_at is None:
        row.cleared_at = row.updated_at = now
        session.flush()
    return row


def step_back(session: Session, actor: Actor, assignment_id: int, reason: str, *, now: datetime) -> None:
    """需要回避: the application is out of sight for this expert from now on, and a substitute is drawn."""
    row = own_assignment(session, actor, assignment_id)
    panel = locked(session, row.panel_id)
    row = own_assignment(session, actor, assignment_id, lock=True)
    if panel.state != "scoring":
        raise NotAllowed(Message("这一组的评审已经结束；有利害关系请告诉市局。"))
    text = reason_of(reason)
    enterprise = row.application.enterprise_id
    session.add(
        ExpertConflict(
            expert_id=row.expert_id,
            enterprise_id=enterprise,
            source=ConflictSource.DECLARED.value,
            reason=text,
            noted_by=row.expert_id,
            noted_at=now,
        )
    )
    set_aside(session, actor, row, now=now)


def set_aside(session: Session, actor: Actor, row: Assignment, *, now: datetime) -> None:
    """Take an application from an expert who must not judge it; the panel is held. Whoever can is drawn instead."""
    before = row.state
    row.state, row.updated_at = State.CONFLICT.value, now
    row.total = row.submitted_at = row.snapshot_id = None
    session.flush()
    made = add_one(session, row.panel, row.application, now=now) if row.panel.draws else None
    changes = {
        "state": (before, row.state),
        "application_id": (None, row.application_id),
        "substitute": (None, None if made is None else made.expert_id),
    }
    entry = Entry(action="assignment.conflict", subject_type="assignment", subject_id=row.id, changes=changes)
    record(session, actor, entry, at=now)
    number = row.application.number or ""
    body = (
        Message("%(number)s 的一位专家回避，已抽取递补专家。", number=number)
        if made is not None
        else Message("%(number)s 的一位专家回避，专家库中没有别的专家可以递补；请增加或指定专家。", number=number)
    )
    telling.tell_city(session, row.panel_id, Message("专家回避：%(number)s", number=number), body, now=now)


def save(
    session: Session,
    actor: Actor,
    assignment_id: int,
    typed: Mapping[str, str],
    *,
    seen_version: int,
    seen: Mapping[str, str] | None = None,
    now: datetime,
) -> Assignment:
    """Store typed texts, complete or not; writes no event. Conflict (409) once the sheet is closed.

    `seen` are the texts from which the typing began, so that what is typed on two devices at once merges unless the
    same control was changed on both.
    """
    row = own_assignment(session, actor, assignment_id, lock=True)
    rules = form_for(row.application).rules
    changes = {name: text for name, text in score_sheet.clean(rules, typed).items() if text != row.sheet.get(name, "")}
    closed = why_closed(session, row, now=now)
    if closed is not None:
        if not changes:
            return row
        raise StaleSheet(closed, assignment=row, changed=tuple(changes))
    before = None if seen is None else score_sheet.clean(rules, seen)
    clashing = [name for name in changes if before is None or before.get(name) != row.sheet.get(name, "")]
    if row.version != seen_version and clashing:
        raise StaleSheet(
            Message(
                "这份评分表已在别处保存过（%(at)s），有 %(n)s 处与您填写的不同。您填写的内容都还在，请核对后再保存。",
                at=f"{row.updated_at.astimezone(BEIJING):%H:%M}",
                n=len(clashing),
            ),
            assignment=row,
            changed=tuple(clashing),
        )
    if not changes:
        return row
    if row.state == State.SUBMITTED.value:
        take_back(session, actor, row, "", now=now)
    row.sheet = {name: text for name, text in (row.sheet | changes).items() if text}
    row.updated_at = now
    session.flush()
    return row


def submit(session: Session, actor: Actor, assignment_id: int, *, seen_version: int, now: datetime) -> Assignment:
    """Submit the sheet as it is stored: it counts from now on and cannot be changed any more."""
    row = own_assignment(session, actor, assignment_id)
    panel = locked(session, row.panel_id)
    row = own_assignment(session, actor, assignment_id, lock=True)
    closed = why_closed(session, row, now=now)
    if closed is not None:
        raise StaleSheet(closed, assignment=row)
    if row.version != seen_version:
        raise StaleSheet(Message("这份评分表刚在别处保存过，请核对后再提交。"), assignment=row)
    rules = form_for(row.application).rules
    faults = score_sheet.faults(rules, row.sheet)
    if faults:
        raise UnfinishedSheet(faults)
    if row.state == State.SUBMITTED.value:
        take_back(session, actor, row, "", now=now)
    # Columns that constrain one another change together, so the question comes first.
    version = latest_snapshots(session, [row.application_id])[row.application_id]
    row.total, row.snapshot_id, row.state = score_sheet.running_total(rules, row.sheet), version, State.SUBMITTED.value
    row.submitted_at = row.updated_at = now
    session.flush()
    changes = {"state": (State.ASSIGNED.value, State.SUBMITTED.value), "snapshot": (None, row.snapshot_id)}
    entry = Entry(action="assignment.submit", subject_type="assignment", subject_id=row.id, changes=changes)
    record(session, actor, entry, at=now)
    made = outcomes(session, [panel.id])
    if all(item.is_over or item.is_complete for item in made.values()):
        flagged = sum(bool(item.open_flags) for item in made.values())
        telling.tell_city(
            session,
            panel.id,
            Message("评分已交齐：%(name)s", name=panel.name),
            Message("%(name)s的评分已经交齐，其中 %(n)s 份需要组长裁定。", name=panel.name, n=flagged),
            now=now,
        )
    return row
