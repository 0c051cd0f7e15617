"""Messages about a change request: to the desk where it waits, to its sender, to the holders of what was changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import DESK_ROLES, WAITING, ChangeKind, ChangeState, Desk, Origin
from registry.models import Account, ChangeRequest, Enterprise, Project, Recognition
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.terms import AccountStanding, Role
from registry.wording import Message, full, together


def tell_desk(session: Session, request: ChangeRequest, *, now: datetime) -> None:
    """Say to the desk where a request waits that it does."""
    if ChangeState(request.state) not in WAITING:
        return
    role = DESK_ROLES[Desk(request.state)]
    unit = request.unit_code if role is Role.DISTRICT_REVIEWER else None
    told = messages.officers(session, role, unit=unit, besides=request.entered_by)
    subject = _subject(request)
    body = Message("%(about)s。请在“变更与更正”中办理。", about=about(session, request))
    link = path_to(Target.CHANGE, request.id)
    messages.notify(session, told, subject=subject, body=body, link=link, now=now)


def tell_outcome(session: Session, request: ChangeRequest, *, holders: Iterable[int], now: datetime) -> None:
    """Say how a request went on to whoever sent it, and to the enterprises (`holders`) whose record changed."""
    state = ChangeState(request.state)
    enterprises = set(holders) if state is ChangeState.IN_FORCE else set()
    if request.origin == Origin.ENTERPRISE and request.enterprise_id is not None:
        enterprises.add(request.enterprise_id)
    members = session.execute(
        select(Account.id, Account.enterprise_id).where(
            Account.enterprise_id.in_(sorted(enterprises)), Account.standing == AccountStanding.ACTIVE.value
        )
    ).all()
    subject = _subject(request)
    body = full(about(session, request))
    if request.answer:
        body = together(body, Message("说明：%(answer)s", answer=request.answer))
    # Of several enterprises whose record changed, the one that the request is about has its page.
    reading = {account for account, enterprise in members if enterprise == request.enterprise_id}
    others = {account for account, _enterprise in members} - reading - {request.entered_by}
    messages.notify(session, sorted(others), subject=subject, body=body, now=now)
    own = path_to(Target.OWN_CHANGE, request.id)
    messages.notify(session, sorted(reading - {request.entered_by}), subject=subject, body=body, link=own, now=now)
    messages.notify(session, [request.entered_by], subject=subject, body=body, link=_of_starter(request), now=now)


def tell_starter(session: Session, request: ChangeRequest, *, now: datetime) -> None:
    """Say to whoever entered a request that it went on to the next desk."""
    messages.notify(
        session,
        [request.entered_by],
        subject=_subject(request),
        body=full(about(session, request)),
        link=_of_starter(request),
        now=now,
    )


def _of_starter(request: ChangeRequest) -> str:
    is_own = request.origin == Origin.ENTERPRISE
    return path_to(Target.OWN_CHANGE if is_own else Target.CHANGE, request.id)


def _subject(request: ChangeRequest) -> Message:
    kind, state = ChangeKind(request.kind), ChangeState(request.state)
    return Message("%(number)s %(kind)s：%(state)s", number=request.number, kind=kind, state=state)


def about(session: Session, request: ChangeRequest) -> Message:
    """The record that a request concerns, in words."""
    if request.project_id is not None:
        project = session.get_one(Project, request.project_id)
        return Message("项目 %(code)s“%(name)s”", code=project.code, name=project.name)
    if request.enterprise_id is not None:
        return Message("企业“%(name)s”", name=session.get_one(Enterprise, request.enterprise_id).name)
    return Message("%(n)s 项认定", n=len(request.wanted.get("titles", ())))


def holders_of(session: Session, request: ChangeRequest) -> set[int]:
    """The enterprises whose record a request changes; asked before it does."""
    found = {request.enterprise_id} if request.enterprise_id is not None else set()
    titles = request.wanted.get("titles") or []
    rows = session.scalars(
        select(Project.enterprise_id)
        .join(Recognition, Recognition.project_id == Project.id)
        .where(Recognition.id.in_(titles), Project.enterprise_id.is_not(None))
    )
    return {each for each in (*found, *rows) if each is not None}
