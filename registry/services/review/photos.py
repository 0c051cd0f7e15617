"""Releasing photos of a recognised application to the public, and taking them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotAllowed, NotFound
from registry.models import Application, Attachment, Recognition, ReleasedPhoto
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import visible
from registry.services.applications.attachments import checked_alt, checked_caption
from registry.services.events import Entry, record
from registry.terms import ApplicationStatus, AttachmentKind
from registry.wording import Message


def release_photo(
    session: Session,
    actor: Actor,
    application_id: int,
    attachment_id: int,
    caption: str,
    *,
    alt: str = "",
    now: datetime,
) -> ReleasedPhoto:
    """Show a photo on the page of its project under a caption; again: under another one. `alt` says what it shows to
    those who cannot see it; without one the caption does.

    Raises NotAllowed before the title exists, InvalidInput at `caption` or `alt`.
    """
    application, attachment = _photo(session, actor, application_id, attachment_id)
    recognition = session.get(Recognition, application.recognition_id) if application.recognition_id else None
    if application.status != ApplicationStatus.RECOGNISED or recognition is None:
        raise NotAllowed(Message("认定生效以后才能公开照片。"))
    caption, alt = checked_caption(AttachmentKind.PHOTO, caption), checked_alt(alt)
    released = _released(session, attachment)
    if released is None:
        released = ReleasedPhoto(attachment_id=attachment.id)
        session.add(released)
    elif (released.caption, released.alt) == (caption, alt):
        return released
    released.project_id, released.caption, released.alt = recognition.project_id, caption, alt
    released.released_by, released.released_at = actor.id or 0, now
    session.flush()
    _report(session, actor, attachment, "photo.release", now)
    return released


def withdraw_photo(session: Session, actor: Actor, application_id: int, attachment_id: int, *, now: datetime) -> None:
    """Take a photo off the public page; the file stays with its application."""
    _application, attachment = _photo(session, actor, application_id, attachment_id)
    released = _released(session, attachment)
    if released is None:
        return
    session.delete(released)
    session.flush()
    _report(session, actor, attachment, "photo.withdraw", now)


def _photo(session: Session, actor: Actor, application_id: int, attachment_id: int) -> tuple[Application, Attachment]:
    require(actor, Permission.PHOTO_RELEASE)
    # Locked, so that two officers at once release a photo one after the other.
    application = visible(session, actor, application_id, lock=True)
    attachment = session.get(Attachment, attachment_id)
    is_photo = (
        attachment is not None
        and attachment.application_id == application.id
        and attachment.kind == AttachmentKind.PHOTO.value
        and attachment.removed_at is None
    )
    if attachment is None or not is_photo:
        raise NotFound(Message("这份申报没有这张照片。"))
    return application, attachment


def _released(session: Session, attachment: Attachment) -> ReleasedPhoto | None:
    return session.scalars(select(ReleasedPhoto).where(ReleasedPhoto.attachment_id == attachment.id)).one_or_none()


def _report(session: Session, actor: Actor, attachment: Attachment, action: str, now: datetime) -> None:
    # No captions: people write names of persons into them.
    entry = Entry(
        action=action,
        subject_type="application",
        subject_id=attachment.application_id,
        note=f"附件 {attachment.id}",
    )
    record(session, actor, entry, at=now)
