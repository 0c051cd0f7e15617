"""What becomes of an objection: admitted or refused, looked into, decided. Only its own item waits for that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.keeping import kept
from registry.models import Account, Application, NoticeItem, Objection, ObjectionFile
from registry.names import has_control_characters
from registry.notices import Finding, ObjectionState
from registry.permissions import Actor, Permission, require
from registry.services import uploads
from registry.services.accounts import messages
from registry.services.events import Entry, record
from registry.services.notices.identity import Identity, IdentityKey
from registry.services.uploads import StoredFile
from registry.storage import Storage
from registry.terms import AccountStanding
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message, full

LONGEST = 1000
IDENTITY_KEPT = kept("objector")
"""Who objected is erased so long after the end."""


def admit(session: Session, actor: Actor, objection_id: int, *, seen_version: int, now: datetime) -> Objection:
    """Take an objection up: it will be looked into."""
    objection = _held(session, actor, objection_id, seen_version, ObjectionState.RECEIVED)
    return _moved(session, actor, objection, ObjectionState.ADMITTED, "objection.admit", now)


def refuse(
    session: Session, actor: Actor, objection_id: int, *, reply: str, seen_version: int, now: datetime
) -> Objection:
    """Refuse an objection with a reason, which whoever objected reads; its item is free again."""
    objection = _held(session, actor, objection_id, seen_version, ObjectionState.RECEIVED)
    objection.reply = _text(reply, "reply", Message("请写明不予受理的原因"))
    return _moved(session, actor, objection, ObjectionState.REFUSED, "objection.refuse", now)


def inquire(
    session: Session, actor: Actor, objection_id: int, *, inquiry: str, seen_version: int, now: datetime
) -> Objection:
    """函询: ask the enterprise about the facts, in an officer's words; who objects stays unsaid."""
    objection = _held(session, actor, objection_id, seen_version, ObjectionState.ADMITTED)
    objection.inquiry = _text(inquiry, "inquiry", Message("请用自己的话写明要企业说明的事实"))
    objection.handled_by = actor.id
    session.flush()
    _note(session, actor, objection, "objection.inquire", {"inquiry": (False, True)}, now)
    item = session.get_one(NoticeItem, objection.notice_item_id)
    application = session.get_one(Application, item.application_id)
    members = session.scalars(
        select(Account.id).where(
            Account.enterprise_id == application.enterprise_id, Account.standing == AccountStanding.ACTIVE.value
        )
    ).all()
    messages.notify(
        session,
        members,
        subject=Message("%(number)s：请就公示期间收到的反映作出说明", number=application.number),
        body=objection.inquiry,
        application_id=application.id,
        now=now,
    )
    return objection


def decide(
    session: Session,
    actor: Actor,
    objection_id: int,
    *,
    finding: str,
    finding_text: str,
    reply: str,
    seen_version: int,
    now: datetime,
) -> Objection:
    """End an objection with a finding, its grounds for the record, and a reply for whoever objected."""
    objection = _held(session, actor, objection_id, seen_version, ObjectionState.ADMITTED)
    if finding not in {each.value for each in Finding}:
        raise InvalidInput(Message("请选择核实结论。"), field="finding")
    grounds = _text(finding_text, "finding_text", Message("请写明核实的情况"))
    objection.reply = _text(reply, "reply", Message("请写一段答复，异议人凭查询码看到"))
    objection.finding, objection.finding_text = finding, grounds
    return _moved(session, actor, objection, ObjectionState.DECIDED, "objection.decide", now)


def look_at_identity(
    session: Session, actor: Actor, objection_id: int, key: IdentityKey, *, now: datetime
) -> Identity | None:
    """Who objects; None once it is erased. Each look is an event."""
    require(actor, Permission.OBJECTION_IDENTITY)
    objection = _found(session, objection_id)
    who = None if objection.identity is None else key.unseal(objection.identity)
    _note(session, actor, objection, "objection.identity", {}, now)
    return who


def open_file(
    session: Session, actor: Actor, objection_id: int, file_id: int, folder: Storage, *, now: datetime
) -> tuple[ObjectionFile, StoredFile]:
    """A file of an objection, which may say who objects: for those alone who may know. Each copy is an event."""
    require(actor, Permission.OBJECTION_IDENTITY)
    objection = _found(session, objection_id)
    file = session.get(ObjectionFile, file_id) if file_id <= LARGEST_ID else None
    if file is None or file.objection_id != objection.id:
        raise NotFound(Message("没有这个文件，或它在服务器上找不到了。"))
    _note(session, actor, objection, "objection.download", {}, now)
    return file, uploads.stored_file(folder, file.storage_name)


def _found(session: Session, objection_id: int) -> Objection:
    objection = session.get(Objection, objection_id) if objection_id <= LARGEST_ID else None
    if objection is None:
        raise NotFound(Message("没有这件异议。"))
    return objection


def _held(session: Session, actor: Actor, objection_id: int, seen_version: int, state: ObjectionState) -> Objection:
    """The objection, held to the transaction's end; Conflict when somebody else was faster."""
    require(actor, Permission.OBJECTION_HANDLE)
    known = objection_id <= LARGEST_ID
    objection = session.get(Objection, objection_id, with_for_update=True, populate_existing=True) if known else None
    if objection is None:
        raise NotFound(Message("没有这件异议。"))
    if objection.state != state or objection.version != seen_version:
        raise Conflict(
            Message(
                "%(number)s 现在是“%(state)s”，或刚刚由他人办理；请核对后再办。",
                number=objection.number,
                state=ObjectionState(objection.state),
            )
        )
    return objection


def _moved(
    session: Session, actor: Actor, objection: Objection, state: ObjectionState, action: str, now: datetime
) -> Objection:
    before = objection.state
    objection.state, objection.handled_by = state.value, actor.id
    if state in (ObjectionState.REFUSED, ObjectionState.DECIDED):
        objection.closed_at = now
    session.flush()
    changes: dict[str, tuple[object, object]] = {"state": (before, objection.state)}
    if objection.finding is not None:
        changes["finding"] = (None, objection.finding)
    _note(session, actor, objection, action, changes, now)
    due = Objection.closed_at < now - IDENTITY_KEPT
    session.execute(update(Objection).where(due, Objection.identity.is_not(None)).values(identity=None))
    return objection


def _note(
    session: Session,
    actor: Actor,
    objection: Objection,
    action: str,
    changes: dict[str, tuple[object, object]],
    now: datetime,
) -> None:
    entry = Entry(action=action, subject_type="objection", subject_id=objection.id, changes=changes)
    record(session, actor, entry, at=now)


def _text(text: str, name: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(full(missing), field=name)
    if len(text) > LONGEST:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST), field=name
        )
    if any(has_control_characters(line) for line in text.splitlines()):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field=name)
    return text
