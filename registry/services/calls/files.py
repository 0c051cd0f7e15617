"""Files of a call: added, replaced and taken down by whoever manages calls; `services.uploads` says what is taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotFound
from registry.kinds import CallFileKind
from registry.models import Call, CallFile
from registry.permissions import Actor
from registry.services import uploads
from registry.services.calls.managing import held, move_on
from registry.services.events import Entry, record
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.wording import Message

MAX_FILES = 20
MAX_EVER = 200
"""Files of one call, those that were taken down included: they stay in the storage."""
_CHOOSE_AGAIN = Message("请核对现在的附件，仍要上传的重新选择文件")
"""No browser keeps a chosen file on a page that comes back."""


def add_file(
    session: Session,
    actor: Actor,
    call_id: int,
    kind: str,
    examined: Examined,
    *,
    seen_version: int,
    folder: Storage,
    now: datetime,
) -> CallFile:
    """Put a file beside a call. Raises InvalidInput at `kind` or `file`, Conflict when the call has changed since."""
    call = held(session, actor, call_id, seen_version=seen_version, way_out=_CHOOSE_AGAIN)
    if kind not in set(CallFileKind):
        raise InvalidInput(Message("没有选择附件是什么；请选择。"), field="kind")
    standing = _standing(session, call)
    if len(standing) >= MAX_FILES:
        raise InvalidInput(
            Message("这个通知已有 %(n)s 个附件，不能再多：请先撤下不需要的，或合并成一个文件。", n=MAX_FILES),
            field="file",
        )
    _require_new_name(standing, examined.filename)
    made = _stored(session, actor, call, kind, examined, folder=folder, now=now)
    _record(session, actor, call, "call.add_file", made, ("", made.sha256), now=now)
    return made


def replace_file(
    session: Session,
    actor: Actor,
    call_id: int,
    file_id: int,
    examined: Examined,
    *,
    seen_version: int,
    folder: Storage,
    now: datetime,
) -> CallFile:
    """Put another file in the place of one; its kind stays. Raises NotFound, InvalidInput at `file`, Conflict."""
    call = held(session, actor, call_id, seen_version=seen_version, way_out=_CHOOSE_AGAIN)
    old = _own(session, call, file_id)
    _require_new_name([file for file in _standing(session, call) if file.id != old.id], examined.filename)
    old.removed_at = now
    made = _stored(session, actor, call, old.kind, examined, folder=folder, now=now)
    _record(session, actor, call, "call.replace_file", made, (old.sha256, made.sha256), now=now)
    return made


def remove_file(
    session: Session, actor: Actor, call_id: int, file_id: int, *, seen_version: int, now: datetime
) -> CallFile:
    """Take a file down. Raises NotFound, and Conflict when the call has changed since."""
    call = held(session, actor, call_id, seen_version=seen_version, way_out=Message("请核对现在的附件后再撤下"))
    file = _own(session, call, file_id)
    file.removed_at = now
    move_on(call)
    session.flush()
    _record(session, actor, call, "call.remove_file", file, (file.sha256, ""), now=now)
    return file


def _standing(session: Session, call: Call) -> list[CallFile]:
    found = select(CallFile).where(CallFile.call_id == call.id, CallFile.removed_at.is_(None)).order_by(CallFile.id)
    return list(session.scalars(found))


def _own(session: Session, call: Call, file_id: int) -> CallFile:
    file = session.get(CallFile, file_id)
    if file is None or file.call_id != call.id or file.removed_at is not None:
        raise NotFound(Message("没有这个附件，可能已经由他人撤下或更换；请查看现在的附件。"))
    return file


def _require_new_name(standing: list[CallFile], filename: str) -> None:
    """Two files of one name on one page would be taken for each other."""
    if any(file.filename == filename for file in standing):
        raise InvalidInput(
            Message("已有同名的附件“%(name)s”：请在它那一行更换，或改名后再上传。", name=filename), field="file"
        )


def _stored(
    session: Session, actor: Actor, call: Call, kind: str, examined: Examined, *, folder: Storage, now: datetime
) -> CallFile:
    ever = session.scalar(select(func.count()).where(CallFile.call_id == call.id)) or 0
    if ever >= MAX_EVER:
        raise InvalidInput(
            Message("这个通知先后上传过 %(n)s 个附件，不能再添加：请保留现有的附件，或另建一个通知。", n=ever),
            field="file",
        )
    name = uploads.store(folder, examined)
    uploads.take_back_unless_committed(session, folder, name)
    made = CallFile(
        call_id=call.id,
        kind=kind,
        filename=examined.filename,
        media_type=examined.media_type,
        size=examined.size,
        sha256=examined.sha256,
        storage_name=name,
        uploaded_by=actor.id,
        created_at=now,
    )
    session.add(made)
    move_on(call)
    session.flush()
    return made


def _record(
    session: Session,
    actor: Actor,
    call: Call,
    action: str,
    file: CallFile,
    sums: tuple[str, str],
    *,
    now: datetime,
) -> None:
    # No file name: people write names of persons into them, and events are never erased.
    note = f"{CallFileKind(file.kind).zh} {file.id}"
    changes = {f"file.{file.kind}": sums}
    entry = Entry(action=action, subject_type="call", subject_id=call.id, changes=changes, note=note)
    record(session, actor, entry, at=now)
