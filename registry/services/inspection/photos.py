"""Photos of a visit: taken over once however often a device sends them, removed while the sheet is open."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import datetime
from typing import IO

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry.application_form.inspection import VisitState
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Inspection, InspectionPhoto
from registry.permissions import Actor
from registry.queries.inspection.access import visible_visit, why_closed
from registry.services import uploads
from registry.services.applications.attachments import checked_caption
from registry.services.inspection.visits import move, report
from registry.services.uploads import Examined, StoredFile
from registry.storage import Storage
from registry.terms import AttachmentKind
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

MOST_PHOTOS = 60
_PART = 1 << 18
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GONE = Message("没有这张照片，或不在您的办理范围内。")


def add_photo(
    session: Session,
    actor: Actor,
    visit_id: int,
    examined: Examined,
    digest: str,
    *,
    caption: str,
    key: str = "",
    taken_at: datetime | None = None,
    folder: Storage,
    now: datetime,
) -> InspectionPhoto:
    """Store a decoded photo, or give the one that is there already under this key or with these bytes.

    `digest` is that of the bytes that were sent (see `digest_of`); `folder` is the storage of files.
    """
    visit = require_open(session, actor, visit_id, key)
    known = session.scalars(
        select(InspectionPhoto).where(
            InspectionPhoto.inspection_id == visit.id,
            or_(InspectionPhoto.key == key, InspectionPhoto.sha256 == digest),
        )
    ).all()
    same = next((photo for photo in known if photo.sha256 == digest), None)
    if same is None and known:
        raise Conflict(Message("这个编号下已有另一张照片，请刷新页面后再上传。"), field="key")
    caption = checked_caption(AttachmentKind.PHOTO, caption)
    if same is not None:
        if same.removed_at is None:
            return same
        same.removed_at, same.caption = None, caption
    else:
        _require_room(session, visit)
        same = _stored(session, actor, visit, examined, digest, key or str(uuid.uuid4()), taken_at, folder, now)
        same.caption = caption
        session.add(same)
    if visit.state == VisitState.PLANNED:
        move(visit, VisitState.VISITED, now=now)
    session.flush()
    report(session, actor, visit, "inspection.photo", now, {"photo": (None, same.id)})
    return same


def remove_photo(session: Session, actor: Actor, visit_id: int, photo_id: int, *, now: datetime) -> None:
    """Take a photo out of an open sheet; the file stays with its row."""
    visit = _open_visit(session, actor, visit_id)
    photo = session.get(InspectionPhoto, photo_id)
    if photo is None or photo.inspection_id != visit.id or photo.removed_at is not None:
        raise NotFound(_GONE)
    photo.removed_at = now
    session.flush()
    report(session, actor, visit, "inspection.remove_photo", now, {"photo": (photo.id, None)})


def open_photo(session: Session, actor: Actor, visit_id: int, photo_id: int, folder: Storage) -> StoredFile:
    """The file of a photo of a visit in this actor's reach; NotFound otherwise."""
    visit = visible_visit(session, actor, visit_id)
    photo = session.get(InspectionPhoto, photo_id) if photo_id <= LARGEST_ID else None
    if photo is None or photo.inspection_id != visit.id or photo.removed_at is not None:
        raise NotFound(_GONE)
    return uploads.stored_file(folder, photo.storage_name)


def require_open(session: Session, actor: Actor, visit_id: int, key: str = "") -> Inspection:
    """The visit while photos may be sent; asked before a file is decoded."""
    visit = _open_visit(session, actor, visit_id)
    if key and not _KEY.fullmatch(key):
        raise InvalidInput(Message("照片的编号不对，请刷新页面后再上传。"), field="key")
    return visit


def digest_of(stream: IO[bytes], sha256: str = "") -> str:
    """SHA-256 (hex) of the bytes that were sent. `sha256` is what the device counted over them, '' where it cannot
    count; InvalidInput where the two differ."""
    counted = hashlib.sha256()
    while part := stream.read(_PART):
        counted.update(part)
    stream.seek(0)
    digest = counted.hexdigest()
    if sha256 and sha256.lower() != digest:
        raise InvalidInput(Message("照片没有传完整，请再上传一次。"), field="file")
    return digest


def _open_visit(session: Session, actor: Actor, visit_id: int) -> Inspection:
    visit = visible_visit(session, actor, visit_id, lock=True)
    closed = why_closed(visit, visit.application)
    if closed:
        raise NotAllowed(closed)
    return visit


def _require_room(session: Session, visit: Inspection) -> None:
    there = session.scalar(select(func.count()).where(InspectionPhoto.inspection_id == visit.id)) or 0
    if there >= MOST_PHOTOS:
        raise InvalidInput(
            Message("这次核查先后上传过 %(n)s 张照片，不能再添加；请挑选后留在本机。", n=there), field="file"
        )


def _stored(
    session: Session,
    actor: Actor,
    visit: Inspection,
    examined: Examined,
    digest: str,
    key: str,
    taken_at: datetime | None,
    folder: Storage,
    now: datetime,
) -> InspectionPhoto:
    name = uploads.store(folder, examined)
    uploads.take_back_unless_committed(session, folder, name)
    return InspectionPhoto(
        inspection_id=visit.id,
        key=key,
        sha256=digest,
        taken_at=taken_at,
        media_type=examined.media_type,
        size=examined.size,
        storage_name=name,
        uploaded_by=actor.id,
        created_at=now,
    )
