"""附件 of an application: adding, describing, removing, opening.

Rules of the files themselves are `services.uploads`. The file is written before its row, and deleted again when the
transaction does not commit. Removed attachments stay in the storage, since snapshots name them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.application_form import file_field
from registry.errors import InvalidInput, NotFound
from registry.models import Application, Attachment, Snapshot
from registry.names import tidy
from registry.permissions import STAFF, Actor, in_scope
from registry.queries.applications.access import form_for
from registry.services import uploads
from registry.services.applications.drafts import editable
from registry.services.events import Entry, record
from registry.services.uploads import Examined, StoredFile
from registry.storage import Storage
from registry.terms import ApplicationStatus, AttachmentKind
from registry.wording import Message

MAX_FILES = 30
MAX_BYTES = 200 * 1024 * 1024
MAX_EVER = 300
MAX_BYTES_EVER = 3 * MAX_BYTES
"""Files of one application and their bytes, removed ones included: they stay on the disk."""
LONGEST_CAPTION = 200
_GONE = Message("没有这个文件，或不在您的办理范围内。")


def kind_of(text: str) -> AttachmentKind:
    """The attachment kind that a form names; InvalidInput otherwise."""
    try:
        return AttachmentKind(text)
    except ValueError:
        raise InvalidInput(Message("没有这一类附件，请从申报表的附件部分上传。"), field="kind") from None


def require_open(session: Session, actor: Actor, application_id: int, kind: AttachmentKind) -> Application:
    """The application while files of this kind may change; asked before a file is decoded."""
    application = editable(session, actor, application_id, field=file_field(kind))
    if file_field(kind) not in form_for(application).by_name:
        raise InvalidInput(Message("这份申报不需要%(kind)s，请选择申报表列出的附件。", kind=kind), field="kind")
    return application


def add_attachment(
    session: Session,
    actor: Actor,
    application_id: int,
    *,
    kind: AttachmentKind,
    examined: Examined,
    caption: str,
    folder: Storage,
    now: datetime,
) -> Attachment:
    """Store an examined file and its row; `folder` is the storage of files."""
    application = require_open(session, actor, application_id, kind)
    caption = checked_caption(kind, caption)
    _require_room(session, application, examined)
    name = uploads.store(folder, examined)
    uploads.take_back_unless_committed(session, folder, name)
    attachment = Attachment(
        application_id=application.id,
        kind=kind.value,
        filename=examined.filename,
        caption=caption,
        media_type=examined.media_type,
        size=examined.size,
        sha256=examined.sha256,
        storage_name=name,
        uploaded_by=actor.id,
        created_at=now,
    )
    session.add(attachment)
    session.flush()
    _changed(session, actor, application, "attachment.add", attachment, {"sha256": ("", examined.sha256)})
    return attachment


def describe_attachment(session: Session, actor: Actor, attachment_id: int, caption: str) -> Attachment:
    """Change the caption of an own attachment."""
    attachment, application = _own(session, actor, attachment_id)
    caption = checked_caption(AttachmentKind(attachment.kind), caption)
    if attachment.caption != caption:
        attachment.caption = caption
        _changed(session, actor, application, "attachment.describe", attachment)
    return attachment


def remove_attachment(session: Session, actor: Actor, attachment_id: int, *, now: datetime) -> Attachment:
    """Take an own attachment out of the application."""
    attachment, application = _own(session, actor, attachment_id)
    attachment.removed_at = now
    _changed(session, actor, application, "attachment.remove", attachment, {"sha256": (attachment.sha256, "")})
    return attachment


def open_attachment(
    session: Session, actor: Actor, attachment_id: int, folder: Storage
) -> tuple[Attachment, StoredFile]:
    """(row, file) that exists for this actor; NotFound otherwise.

    Staff see what was submitted: while an application is returned, files added since then belong to
    its enterprise only. A removed file is there for those who may read a snapshot that names it.
    """
    found = session.execute(
        select(Attachment, Application).join(Application).where(Attachment.id == attachment_id)
    ).one_or_none()
    if found is None:
        raise NotFound(_GONE)
    attachment, application = found
    seen = in_scope(
        actor, enterprise_id=application.enterprise_id, unit=application.unit_code, status=application.status
    )
    frozen_only = attachment.removed_at is not None or (
        actor.role in STAFF and application.status == ApplicationStatus.RETURNED
    )
    if not seen or (frozen_only and not _is_frozen(session, attachment)):
        raise NotFound(_GONE)
    return attachment, uploads.stored_file(folder, attachment.storage_name)


def record_download(session: Session, actor: Actor, attachment: Attachment) -> None:
    """Write that somebody took a copy of a file."""
    record(session, actor, _entry("attachment.download", attachment))


def _own(session: Session, actor: Actor, attachment_id: int) -> tuple[Attachment, Application]:
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(_GONE)
    application = editable(session, actor, attachment.application_id, field=file_field(attachment.kind))
    # Read again now that the application is held: a colleague may have removed it at the same moment.
    session.refresh(attachment)
    if attachment.removed_at is not None:
        raise NotFound(_GONE)
    return attachment, application


def checked_caption(kind: AttachmentKind, text: str) -> str:
    """A caption as it is stored; InvalidInput at `caption`."""
    shown = tidy("".join(mark for mark in text if mark.isprintable() or mark.isspace()))
    # Who does not see a photo reads its caption, so it must have one.
    if not shown and kind is AttachmentKind.PHOTO:
        raise InvalidInput(Message("请给照片写一句说明，如“装配线全景”。"), field="caption")
    if len(shown) > LONGEST_CAPTION:
        raise InvalidInput(
            Message("说明有 %(n)s 个字，最多 %(longest)s 个：请缩短。", n=len(shown), longest=LONGEST_CAPTION),
            field="caption",
        )
    return shown


def checked_alt(text: str) -> str:
    """What a picture shows to those who cannot see it, as it is stored; InvalidInput at `alt`."""
    try:
        return checked_caption(AttachmentKind.OTHER, text)
    except InvalidInput as error:
        error.field = "alt"
        raise


def _require_room(session: Session, application: Application, examined: Examined) -> None:
    present = Attachment.removed_at.is_(None)
    ever, written, files, stored = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Attachment.size), 0),
            func.count().filter(present),
            func.coalesce(func.sum(Attachment.size).filter(present), 0),
        ).where(Attachment.application_id == application.id)
    ).one()
    if files >= MAX_FILES:
        raise InvalidInput(
            Message(
                "这份申报已有 %(files)s 个附件，最多 %(most)s 个：请先移除不需要的，或合并成一个 PDF。",
                files=files,
                most=MAX_FILES,
            )
        )
    if int(stored) + examined.size > MAX_BYTES:
        raise InvalidInput(
            Message(
                "这份申报的附件合计会超过 %(most)s MB：请先移除不需要的，或压缩图片和扫描件。",
                most=MAX_BYTES // 1024 // 1024,
            )
        )
    if int(written) + examined.size > MAX_BYTES_EVER:
        raise InvalidInput(
            Message(
                "这份申报先后上传的文件合计会超过 %(most)s MB，不能再添加：请联系所在板块。",
                most=MAX_BYTES_EVER // 1024 // 1024,
            )
        )
    if ever >= MAX_EVER:
        raise InvalidInput(Message("这份申报先后上传过 %(ever)s 个文件，不能再添加：请联系所在板块。", ever=ever))


def _is_frozen(session: Session, attachment: Attachment) -> bool:
    """Whether a snapshot of the application names this file."""
    named = session.scalars(select(Snapshot.files).where(Snapshot.application_id == attachment.application_id))
    return any(item["id"] == attachment.id for files in named for item in files)


def _changed(
    session: Session,
    actor: Actor,
    application: Application,
    action: str,
    attachment: Attachment,
    changes: dict[str, tuple[str, str]] | None = None,
) -> None:
    """Write the event; what a second person confirmed is no longer what they saw."""
    application.confirmed_by = application.confirmed_at = None
    session.flush()
    record(session, actor, _entry(action, attachment, changes))


def _entry(action: str, attachment: Attachment, changes: dict[str, tuple[str, str]] | None = None) -> Entry:
    # No file names and no captions: people write names of persons into them.
    note = f"{AttachmentKind(attachment.kind).zh}（附件 {attachment.id}）"
    return Entry(
        action=action,
        subject_type="application",
        subject_id=attachment.application_id,
        changes=changes or {},
        note=note,
    )
