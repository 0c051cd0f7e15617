"""The files of an application as its pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Attachment


@dataclass(frozen=True)
class FileRow:
    """One file; `size` in bytes, `is_picture` when it has a preview."""

    id: int
    kind: str
    filename: str
    caption: str
    size: int
    is_picture: bool


def files_of(session: Session, application_id: int) -> list[FileRow]:
    """The files that belong to an application now, in the order in which they came."""
    rows = session.execute(
        select(
            Attachment.id,
            Attachment.kind,
            Attachment.filename,
            Attachment.caption,
            Attachment.size,
            Attachment.media_type,
        )
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    return [
        FileRow(id_, kind, filename, caption, size, media_type.startswith("image/"))
        for id_, kind, filename, caption, size, media_type in rows
    ]
