"""Change requests as lists and pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from registry.changes import DESK_ROLES, OPEN_STATES, ChangeKind, ChangeState, Desk, Origin
from registry.errors import NotFound
from registry.models import Account, ChangeRequest, Enterprise, Event, Project
from registry.permissions import Actor
from registry.queries.titles.access import in_reach, is_own
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

PER_PAGE = 50
TABS = ("mine", "open", "done")
DRAFTS = "draft"
"""The tab of an enterprise that officers do not have."""


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One line of a list of requests."""

    id: int
    number: str
    kind: ChangeKind
    state: ChangeState
    origin: Origin
    project_code: str
    project_name: str
    enterprise: str
    titles: int
    unit: str | None
    created_at: datetime
    step_since: datetime


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step that was taken."""

    action: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request with everything its page shows; `is_own`: entered by this enterprise or this officer."""

    row: RequestRow
    enterprise_id: int | None
    project_id: int | None
    before: dict[str, Any]
    wanted: dict[str, Any]
    reason: str
    effective_on: date | None
    answer: str
    filename: str
    entered_by: str
    is_own: bool
    version: int
    steps: list[Taken]


def of_tab(actor: Actor, tab: str) -> ColumnElement[bool]:
    """The requests of a tab: those that this person can take further, those under way, those that are over."""
    open_states = [state.value for state in OPEN_STATES]
    if tab == DRAFTS:
        return and_(in_reach(actor), ChangeRequest.state == ChangeState.DRAFT.value)
    if tab == "done":
        return and_(in_reach(actor), ChangeRequest.state.not_in([*open_states, ChangeState.DRAFT.value]))
    if tab == "open":
        return and_(in_reach(actor), ChangeRequest.state.in_(open_states))
    if actor.role is Role.ENTERPRISE:
        return and_(in_reach(actor), ChangeRequest.state == ChangeState.RETURNED.value)
    desks = [desk.value for desk in Desk if DESK_ROLES[desk] is actor.role]
    returned = and_(ChangeRequest.state == ChangeState.RETURNED.value, ChangeRequest.entered_by == actor.id)
    waiting = and_(ChangeRequest.state.in_(desks), ChangeRequest.entered_by != actor.id)
    return and_(in_reach(actor), waiting | returned)


def count_requests(session: Session, actor: Actor) -> dict[str, int]:
    """Number of requests by tab."""
    return {
        tab: session.scalar(select(func.count()).select_from(ChangeRequest).where(of_tab(actor, tab))) or 0
        for tab in TABS
    }


def list_requests(session: Session, actor: Actor, tab: str, *, page: int = 1) -> list[RequestRow]:
    """A page of a tab: what waits the longest first, what is over the newest first."""
    order = ChangeRequest.id.desc() if tab == "done" else ChangeRequest.step_since
    rows = session.execute(
        _select()
        .where(of_tab(actor, tab))
        .order_by(order, ChangeRequest.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return [_row(*found) for found in rows]


def requests_of(
    session: Session, *, project_id: int | None = None, enterprise_id: int | None = None
) -> list[RequestRow]:
    """Requests about a project, or about an enterprise itself, the newest first; officers only."""
    which = (
        ChangeRequest.project_id == project_id
        if project_id is not None
        else and_(ChangeRequest.enterprise_id == enterprise_id, ChangeRequest.project_id.is_(None))
    )
    which = and_(which, ChangeRequest.state != ChangeState.DRAFT.value)
    rows = session.execute(_select().where(which).order_by(ChangeRequest.id.desc()).limit(PER_PAGE))
    return [_row(*found) for found in rows]


def find_request(session: Session, actor: Actor, request_id: int) -> RequestPage:
    """A request in this actor's reach; NotFound otherwise."""
    statement = _select().where(ChangeRequest.id == request_id, in_reach(actor))
    found = session.execute(statement).one_or_none() if request_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(Message("没有这份变更申请，或不在您的办理范围内。"))
    request: ChangeRequest = found[0]
    return RequestPage(
        row=_row(*found),
        enterprise_id=request.enterprise_id,
        project_id=request.project_id,
        before=request.before,
        wanted=request.wanted,
        reason=request.reason,
        effective_on=request.effective_on,
        answer=request.answer,
        filename=request.filename,
        entered_by=session.scalar(select(Account.name).where(Account.id == request.entered_by)) or "",
        is_own=is_own(actor, request),
        version=request.version,
        steps=_steps(session, request.id),
    )


def file_of(session: Session, actor: Actor, request_id: int) -> tuple[str, str, str]:
    """(storage name, media type, file name) of the evidence of a request in reach; NotFound without one."""
    statement = select(ChangeRequest.storage_name, ChangeRequest.media_type, ChangeRequest.filename)
    known = request_id <= LARGEST_ID
    found = (
        session.execute(statement.where(ChangeRequest.id == request_id, in_reach(actor))).one_or_none()
        if known
        else None
    )
    if found is None or not found.storage_name:
        raise NotFound(Message("没有这份文件，或不在您的办理范围内。"))
    return found.storage_name, found.media_type, found.filename


def _select() -> Any:
    owner = aliased(Enterprise)
    return (
        select(ChangeRequest, Project.code, Project.name, owner.name)
        .outerjoin(Project, Project.id == ChangeRequest.project_id)
        .outerjoin(owner, owner.id == ChangeRequest.enterprise_id)
    )


def _row(request: ChangeRequest, code: str | None, project: str | None, enterprise: str | None) -> RequestRow:
    return RequestRow(
        id=request.id,
        number=request.number,
        kind=ChangeKind(request.kind),
        state=ChangeState(request.state),
        origin=Origin(request.origin),
        project_code=code or "",
        project_name=project or "",
        enterprise=enterprise or "",
        titles=len(request.wanted.get("titles", ())),
        unit=request.unit_code,
        created_at=request.created_at,
        step_since=request.step_since,
    )


def _steps(session: Session, request_id: int) -> list[Taken]:
    rows = session.execute(
        select(Event.action, Account.name, Event.at, Event.note)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.subject_type == "change_request", Event.subject_id == request_id)
        .order_by(Event.id)
    )
    return [Taken(action=row.action, by=row.name or "", at=row.at, note=row.note) for row in rows]
