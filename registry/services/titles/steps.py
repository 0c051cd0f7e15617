"""The steps of a request: `perform` is the only writer of its state after it was entered.

The last desk puts it into force with the command of its kind, in the same transaction; until then the approved
version stays public.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry.application_form.window import beijing_day
from registry.changes import CHANGES, ChangeAction, ChangeKind, ChangeState, Desk, possible
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound, RegistryError
from registry.models import ChangeRequest
from registry.permissions import Actor, Permission, require
from registry.queries.titles.access import is_own, reaches
from registry.services import uploads
from registry.services.events import Entry, record
from registry.services.titles import telling
from registry.services.titles.checks import LONGEST_REASON
from registry.services.titles.effects import Doing
from registry.services.titles.kinds import EFFECTS
from registry.services.titles.requests import basis_of, current, fingerprint
from registry.services.titles.subjects import of
from registry.services.titles.trial import at_field, attempt
from registry.services.titles.undoing import UNDOABLE, journaled
from registry.storage import Storage
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

_ENDS = {
    ChangeAction.RETURN: ChangeState.RETURNED,
    ChangeAction.REFUSE: ChangeState.REFUSED,
    ChangeAction.WITHDRAW: ChangeState.WITHDRAWN,
}


def hold(session: Session, actor: Actor, request_id: int, action: ChangeAction, *, seen_version: int) -> ChangeRequest:
    """A request, held to the end of the transaction, to which this actor may do this now.

    Raises NotFound out of reach, Conflict when it changed since it was read, NotAllowed with the reason.
    """
    require(actor, Permission.CHANGE_OWN if actor.role is Role.ENTERPRISE else Permission.CHANGE_REVIEW)
    statement = select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update(of=ChangeRequest)
    known = request_id <= LARGEST_ID
    request = session.scalars(statement.execution_options(populate_existing=True)).one_or_none() if known else None
    if request is None or not reaches(actor, request):
        raise NotFound(Message("没有这份变更申请，或不在您的办理范围内。"))
    state = ChangeState(request.state)
    if request.version != seen_version:
        raise Conflict(
            Message(
                "%(number)s 在您打开之后有改动（现在是“%(state)s”），请核对后再办理。",
                number=request.number,
                state=state,
            )
        )
    if action not in possible(state, actor.role, is_own=is_own(actor, request)):
        if actor.id == request.entered_by and action is ChangeAction.AGREE:
            raise NotAllowed(Message("自己提出的变更须由另一人办理。"))
        raise NotAllowed(
            Message(
                "现在是“%(state)s”，%(role)s不能“%(action)s”。",
                state=state,
                role=actor.role or Message("未登录者"),
                action=action,
            )
        )
    return request


def perform(
    session: Session,
    actor: Actor,
    request_id: int,
    action: ChangeAction,
    *,
    answer: str = "",
    seen_version: int,
    seen: str = "",
    now: datetime,
) -> ChangeRequest:
    """Agree, return, refuse or withdraw. `seen` is the fingerprint of the present values that the page showed:
    Conflict when the record has moved on since, so that nobody agrees to what he has not read."""
    request = hold(session, actor, request_id, action, seen_version=seen_version)
    before = request.state
    if action is ChangeAction.AGREE:
        holders = _agree(session, actor, request, seen=seen, now=now)
    else:
        holders = set()
        request.answer = _checked_answer(answer, needed=action is not ChangeAction.WITHDRAW)
        request.state = _ENDS[action].value
    request.step_since = now
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(Message("登记内容同时被他人改动，什么都没有写入。请核对后再办理。")) from error
    entry = Entry(
        action=f"change.{action.value}",
        subject_type="change_request",
        subject_id=request.id,
        changes={"state": (before, request.state), "kind": (request.kind, request.kind)},
        note=request.answer,
    )
    record(session, actor, entry, at=now)
    if ChangeState(request.state) in _ENDS.values() or request.state == ChangeState.IN_FORCE:
        telling.tell_outcome(session, request, holders=holders, now=now)
    else:
        telling.tell_desk(session, request, now=now)
        telling.tell_starter(session, request, now=now)
    return request


def drop(session: Session, actor: Actor, request_id: int, *, folder: Storage, seen_version: int, now: datetime) -> None:
    """Delete a draft, which nobody else has seen, with its file."""
    request = hold(session, actor, request_id, ChangeAction.DROP, seen_version=seen_version)
    changes = {"number": (request.number, None), "kind": (request.kind, None)}
    if request.storage_name:
        uploads.discard_when_committed(session, folder, request.storage_name)
    session.delete(request)
    session.flush()
    entry = Entry(action="change.drop", subject_type="change_request", subject_id=request_id, changes=changes)
    record(session, actor, entry, at=now)


def _agree(session: Session, actor: Actor, request: ChangeRequest, *, seen: str, now: datetime) -> set[int]:
    if seen != fingerprint(current(session, request)):
        raise Conflict(Message("登记内容在您打开之后有变化，请对照“登记时、现在、申请改为”三栏后再办理。"))
    kind, desk = ChangeKind(request.kind), Desk(request.state)
    column = {Desk.UNIT: "unit_by", Desk.CITY: "decided_by", Desk.PUBLISHER: "second_by"}[desk]
    following = CHANGES[kind].after(desk)
    subject, basis = of(session, request), basis_of(request)
    on = request.effective_on or beijing_day(now)
    if following is not None:
        attempt(session, kind, subject, request.wanted, basis=basis, on=on, now=now)
        setattr(request, column, actor.id)
        request.state = following.value
        return set()
    holders = telling.holders_of(session, request)
    try:
        doing = Doing(session=session, actor=actor, subject=subject, basis=basis, on=on, now=now, request=request)
        if kind in UNDOABLE:
            journaled(session, request, lambda: EFFECTS[kind].apply(doing, request.wanted))
        else:
            EFFECTS[kind].apply(doing, request.wanted)
    except RegistryError as error:
        raise at_field(error) from None
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(Message("登记内容同时被他人改动，什么都没有写入。请核对后再办理。")) from error
    with session.no_autoflush:
        setattr(request, column, actor.id)
        request.state, request.applied_at, request.answer = ChangeState.IN_FORCE.value, now, ""
    return holders


def _checked_answer(answer: str, *, needed: bool) -> str:
    answer = " ".join(answer.split())
    if needed and not answer:
        raise InvalidInput(Message("请写明理由，对方会看到。"), field="answer")
    if len(answer) > LONGEST_REASON:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(answer), longest=LONGEST_REASON),
            field="answer",
        )
    return answer
