"""Files of a submitted version that a call shows to its experts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Attachment
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.evaluation.own import own_assignment
from registry.queries.evaluation.shown import last_version, shown_files
from registry.services import uploads
from registry.wording import Message


def open_shown_file(
    session: Session, actor: Actor, assignment_id: int, attachment_id: int, folder: Path
) -> tuple[Attachment, Path]:
    """(row, path) of a file; NotFound for one of another application, of a kind that experts do not see, or before the
    expert has said that there is no conflict."""
    row = own_assignment(session, actor, assignment_id)
    version = last_version(session, row.application_id)
    seen = {file.id for file in shown_files(version, form_for(row.application).rules)}
    found = session.get(Attachment, attachment_id) if attachment_id in seen else None
    if found is None or row.cleared_at is None:
        raise NotFound(Message("没有这个文件，或不供评审使用。"))
    path = uploads.path_of(folder, found.storage_name)
    if not path.is_file():
        raise NotFound(Message("这个文件在服务器上找不到了，请把文件名告诉系统管理员。"))
    return found, path
