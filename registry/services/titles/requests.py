"""A request is entered, or sent again after it was returned: checked, tried, written down. Nothing public changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.changes import CHANGES, About, Change, ChangeKind, ChangeState, Origin, may_start
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import ChangeRequest
from registry.models.life import OPEN
from registry.names import has_control_characters
from registry.permissions import Actor, Permission, require
from registry.services import uploads
from registry.services.events import Entry, record
from registry.services.record import codes
from registry.services.titles import telling
from registry.services.titles.effects import Typed, Values
from registry.services.titles.kinds import EFFECTS
from registry.services.titles.subjects import Subject, find, of
from registry.services.titles.trial import attempt
from registry.services.uploads import Examined
from registry.terms import BEIJING, Role

LONGEST_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a person sends with a request. `file` is the evidence, already decoded; `folder` is where files lie."""

    typed: Typed
    reason: str
    effective_on: date | None
    file: Examined | None = None
    folder: Path | None = None


def enter(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    asking: Asking,
    *,
    enterprise_id: int | None = None,
    project_id: int | None = None,
    now: datetime,
) -> ChangeRequest:
    """Write a request down at its first desk.

    Raises NotAllowed for a role that cannot start this kind, NotFound out of reach, InvalidInput at the fields,
    Conflict naming an open request about the same, or what the command itself says.
    """
    change = CHANGES[kind]
    require(actor, Permission.CHANGE_OWN if actor.role is Role.ENTERPRISE else Permission.CHANGE_REVIEW)
    if not may_start(actor.role, change):
        raise NotAllowed(f"“{kind.zh}”不由{actor.role.zh if actor.role else '未登录者'}发起。")
    subject = find(session, actor, change, enterprise_id=enterprise_id, project_id=project_id)
    reason, on = _checked_reason(asking.reason), _checked_day(asking.effective_on, now)
    wanted = EFFECTS[kind].read(session, subject, asking.typed)
    _require_evidence(actor, change, asking.file is not None)
    key = _key(kind, subject, wanted)
    _require_none_open(session, kind, key, wanted)
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


def resubmit(session: Session, actor: Actor, request: ChangeRequest, asking: Asking, *, now: datetime) -> ChangeRequest:
    """Send a returned request again with what is typed now (`steps.hold` has locked it and asked who may)."""
    kind, change = ChangeKind(request.kind), CHANGES[ChangeKind(request.kind)]
    subject = of(session, request)
    reason, on = _checked_reason(asking.reason), _checked_day(asking.effective_on, now)
    wanted = EFFECTS[kind].read(session, subject, asking.typed)
    _require_evidence(actor, change, asking.file is not None or bool(request.storage_name))
    attempt(session, kind, subject, wanted, basis=_basis(wanted, reason), on=on, now=now)
    before = request.state
    request.wanted, request.reason, request.effective_on = wanted, reason, on
    request.subject = _key(kind, subject, wanted)
    request.before = EFFECTS[kind].current(session, subject, wanted)
    request.state = change.starts_at(actor.role, has_unit=subject.unit is not None).value
    request.unit_by = actor.id if actor.role is Role.DISTRICT_REVIEWER else None
    request.decided_by = actor.id if actor.role is Role.MUNICIPAL_REVIEWER else None
    request.answer, request.step_since = "", now
    _keep_file(session, request, asking)
    session.flush()
    _report(session, actor, request, "change.resubmit", before, now)
    telling.tell_desk(session, request, now=now)
    return request


def current(session: Session, request: ChangeRequest) -> Values:
    """What the record says now about the fields of a request."""
    return EFFECTS[ChangeKind(request.kind)].current(session, of(session, request), request.wanted)


def fingerprint(values: Values) -> str:
    """A short word for the present values, carried by the page that showed them."""
    text_ = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text_.encode()).hexdigest()[:16]


def basis_of(request: ChangeRequest) -> str:
    """What the record of events names as the ground of a change."""
    return _basis(request.wanted, request.reason)


def _basis(wanted: Values, reason: str) -> str:
    return "；".join(filter(None, (str(wanted.get("document", "")), reason)))


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput("请写明变更的理由和依据。", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"有 {len(reason)} 个字，最多 {LONGEST_REASON} 个；请缩短。", field="reason")
    if any(has_control_characters(line) for line in reason.splitlines()):
        raise InvalidInput("含有看不见的控制字符；请重新键入。", field="reason")
    return reason


def _checked_day(on: date | None, now: datetime) -> date:
    if on is None:
        raise InvalidInput("请填写从哪一天起。", field="effective_on")
    if on > now.astimezone(BEIJING).date():
        raise InvalidInput(f"{on.isoformat()} 在将来；请在那一天或之后办理。", field="effective_on")
    return on


def _require_evidence(actor: Actor, change: Change, there: bool) -> None:
    if change.needs_file and actor.role is Role.ENTERPRISE and not there:
        raise InvalidInput("请上传依据的扫描件（PDF 或图片）。", field="file")


def _key(kind: ChangeKind, subject: Subject, wanted: Values) -> str:
    """What a request is about, so that two of a kind cannot be open for the same."""
    if kind is ChangeKind.KPI:
        return f"kpi:{wanted['title']}:{wanted['kpi']}"[:40]
    if kind is ChangeKind.TITLE_FACT:
        return f"title:{wanted['title']}"
    return f"titles:{min(wanted['titles'])}" if CHANGES[kind].about is About.TITLES else subject.key


def _require_none_open(session: Session, kind: ChangeKind, key: str, wanted: Values) -> None:
    waiting = select(ChangeRequest).where(text(OPEN)).order_by(ChangeRequest.id)
    if CHANGES[kind].about is About.TITLES:
        kinds = [each.value for each, change in CHANGES.items() if change.about is About.TITLES]
        others = session.scalars(waiting.where(ChangeRequest.kind.in_(kinds)))
        other = next((each for each in others if set(each.wanted["titles"]) & set(wanted["titles"])), None)
    else:
        other = session.scalars(waiting.where(ChangeRequest.kind == kind.value, ChangeRequest.subject == key)).first()
    if other is not None:
        state = ChangeState(other.state).zh
        raise Conflict(f"已有同样的变更申请 {other.number}（{state}），请先办结或撤回那一份。")


def _keep_file(session: Session, request: ChangeRequest, asking: Asking) -> None:
    if asking.file is None or asking.folder is None:
        for name in ("filename", "media_type", "storage_name"):
            setattr(request, name, getattr(request, name) or "")
        return
    name = uploads.store(asking.folder, asking.file)
    uploads.take_back_unless_committed(session, asking.folder, name)
    request.filename, request.media_type, request.storage_name = asking.file.filename, asking.file.media_type, name


def _report(
    session: Session, actor: Actor, request: ChangeRequest, action: str, before: str | None, now: datetime
) -> None:
    changes: dict[str, tuple[Any, Any]] = {"state": (before, request.state), "kind": (request.kind, request.kind)}
    entry = Entry(action=action, subject_type="change_request", subject_id=request.id, changes=changes)
    record(session, actor, entry, at=now)
