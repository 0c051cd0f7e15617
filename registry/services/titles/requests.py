"""A request is entered, or sent again after it was returned: checked, tried, written down. Nothing public changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.changes import CHANGES, ChangeKind, ChangeState, Origin, may_start
from registry.errors import NotAllowed
from registry.models import ChangeRequest
from registry.permissions import Actor, Permission, require
from registry.services import uploads
from registry.services.events import Entry, record
from registry.services.record import codes
from registry.services.titles import telling
from registry.services.titles.checks import (
    LONGEST_REASON,
    checked_day,
    checked_reason,
    require_evidence,
    require_none_open,
    subject_key,
)
from registry.services.titles.effects import Typed, Values
from registry.services.titles.kinds import EFFECTS
from registry.services.titles.subjects import Named, find, of
from registry.services.titles.trial import attempt
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import BEIJING, Role
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a person sends with a request. `file` is the evidence, already decoded; `folder` is where files lie."""

    typed: Typed
    reason: str
    effective_on: date | None
    file: Examined | None = None
    folder: Storage | None = None


def enter(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    asking: Asking,
    *,
    enterprise_id: int | None = None,
    project_id: int | None = None,
    document_id: int | None = None,
    request_id: int | None = None,
    now: datetime,
) -> ChangeRequest:
    """Write a request down at its first desk.

    Raises NotAllowed for a role that cannot start this kind, NotFound out of reach, InvalidInput at the fields,
    Conflict naming an open request about the same, or what the command itself says.
    """
    change = CHANGES[kind]
    require(actor, Permission.CHANGE_OWN if actor.role is Role.ENTERPRISE else Permission.CHANGE_REVIEW)
    if not may_start(actor.role, change):
        raise NotAllowed(Message("“%(kind)s”不由%(role)s发起。", kind=kind, role=actor.role or Message("未登录者")))
    about = Named(enterprise_id=enterprise_id, project_id=project_id, document_id=document_id, request_id=request_id)
    subject = find(session, actor, change, about)
    reason, on = checked_reason(asking.reason), checked_day(asking.effective_on, now)
    wanted = EFFECTS[kind].read(session, subject, _typed(asking))
    require_evidence(actor, change, asking.file is not None)
    key = subject_key(kind, subject, wanted)
    require_none_open(session, kind, key, wanted)
    attempt(session, kind, subject, wanted, basis=_basis(wanted, reason), on=on, now=now)
    first = change.starts_at(actor.role, has_unit=subject.unit is not None)
    request = ChangeRequest(
        number=codes.draw_change_number(session, now.astimezone(BEIJING).year),
        kind=kind.value,
        origin=(Origin.ENTERPRISE if actor.role is Role.ENTERPRISE else Origin.STAFF).value,
        subject=key,
        enterprise_id=subject.enterprise.id if subject.enterprise else None,
        project_id=subject.project.id if subject.project else None,
        unit_code=subject.unit,
        before=EFFECTS[kind].current(session, subject, wanted),
        wanted=wanted,
        reason=reason,
        effective_on=on,
        state=first.value,
        entered_by=actor.id or 0,
        unit_by=actor.id if actor.role is Role.DISTRICT_REVIEWER else None,
        decided_by=actor.id if actor.role is Role.MUNICIPAL_REVIEWER else None,
        created_at=now,
        step_since=now,
    )
    _keep_file(session, request, asking)
    session.add(request)
    session.flush()
    _report(session, actor, request, "change.enter", None, now)
    telling.tell_desk(session, request, now=now)
    return request


def keep_draft(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    asking: Asking,
    draft: ChangeRequest | None = None,
    *,
    enterprise_id: int | None = None,
    project_id: int | None = None,
    now: datetime,
) -> ChangeRequest:
    """Keep what an enterprise has typed so far, as it is; it is checked when it is sent. Nobody else sees it."""
    require(actor, Permission.CHANGE_OWN)
    change = CHANGES[kind]
    if not may_start(actor.role, change):
        raise NotAllowed(Message("“%(kind)s”不由%(role)s发起。", kind=kind, role=actor.role or Message("未登录者")))
    if draft is None:
        subject = find(session, actor, change, Named(enterprise_id=enterprise_id, project_id=project_id))
        draft = ChangeRequest(
            number=codes.draw_change_number(session, now.astimezone(BEIJING).year),
            kind=kind.value,
            origin=Origin.ENTERPRISE.value,
            subject=subject.key,
            enterprise_id=subject.enterprise.id if subject.enterprise else None,
            project_id=subject.project.id if subject.project else None,
            unit_code=subject.unit,
            before={},
            state=ChangeState.DRAFT.value,
            entered_by=actor.id or 0,
            created_at=now,
        )
        session.add(draft)
    draft.wanted = {name: value.isoformat() if isinstance(value, date) else value for name, value in
                    asking.typed.items()}  # fmt: skip
    draft.reason = asking.reason.strip()[:LONGEST_REASON]
    draft.effective_on, draft.step_since = asking.effective_on, now
    _keep_file(session, draft, asking)
    session.flush()
    return draft


def resubmit(session: Session, actor: Actor, request: ChangeRequest, asking: Asking, *, now: datetime) -> ChangeRequest:
    """Send a returned request again, or a draft, with what is typed now (`steps.hold` has locked it and asked who
    may)."""
    kind, change = ChangeKind(request.kind), CHANGES[ChangeKind(request.kind)]
    subject = of(session, request)
    reason, on = checked_reason(asking.reason), checked_day(asking.effective_on, now)
    wanted = EFFECTS[kind].read(session, subject, _typed(asking, request.filename))
    require_evidence(actor, change, asking.file is not None or bool(request.storage_name))
    if request.state == ChangeState.DRAFT:
        require_none_open(session, kind, subject_key(kind, subject, wanted), wanted)
    attempt(session, kind, subject, wanted, basis=_basis(wanted, reason), on=on, now=now)
    before = request.state
    request.wanted, request.reason, request.effective_on = wanted, reason, on
    request.subject = subject_key(kind, subject, wanted)
    request.before = EFFECTS[kind].current(session, subject, wanted)
    request.state = change.starts_at(actor.role, has_unit=subject.unit is not None).value
    request.unit_by = actor.id if actor.role is Role.DISTRICT_REVIEWER else None
    request.decided_by = actor.id if actor.role is Role.MUNICIPAL_REVIEWER else None
    request.answer, request.step_since = "", now
    _keep_file(session, request, asking)
    session.flush()
    was_sent = before != ChangeState.DRAFT
    _report(session, actor, request, "change.resubmit" if was_sent else "change.enter", before, now)
    telling.tell_desk(session, request, now=now)
    return request


def current(session: Session, request: ChangeRequest) -> Values:
    """What the record says now about the fields of a request."""
    return EFFECTS[ChangeKind(request.kind)].current(session, of(session, request), request.wanted)


def fingerprint(values: Values) -> str:
    """A short digest of the present values; the form of a step sends it back."""
    text_ = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text_.encode()).hexdigest()[:16]


def basis_of(request: ChangeRequest) -> str:
    """What the record of events names as the ground of a change."""
    return _basis(request.wanted, request.reason)


def _basis(wanted: Values, reason: str) -> str:
    return "；".join(filter(None, (str(wanted.get("document", "")), reason)))


def _typed(asking: Asking, kept: str = "") -> Typed:
    """What was typed, with the name of the file that comes with it or is `kept`: photos are asked for by their file."""
    return {**asking.typed, "file": asking.file.filename if asking.file is not None else kept}


def _keep_file(session: Session, request: ChangeRequest, asking: Asking) -> None:
    if asking.file is None or asking.folder is None:
        for name in ("filename", "media_type", "storage_name"):
            setattr(request, name, getattr(request, name) or "")
        return
    if request.storage_name:
        uploads.discard_when_committed(session, asking.folder, request.storage_name)
    name = uploads.store(asking.folder, asking.file)
    uploads.take_back_unless_committed(session, asking.folder, name)
    request.filename, request.media_type, request.storage_name = asking.file.filename, asking.file.media_type, name


def _report(
    session: Session, actor: Actor, request: ChangeRequest, action: str, before: str | None, now: datetime
) -> None:
    changes: dict[str, tuple[Any, Any]] = {"state": (before, request.state), "kind": (request.kind, request.kind)}
    entry = Entry(action=action, subject_type="change_request", subject_id=request.id, changes=changes)
    record(session, actor, entry, at=now)
