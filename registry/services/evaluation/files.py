"""Files of a submitted version that a call shows to its experts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Attachment
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.evaluation.own import own_assignment
from registry.queries.evaluation.shown import last_version, shown_files
from registry.services import uploads
from registry.services.uploads import StoredFile
from registry.storage import Storage
from registry.wording import Message


def open_shown_file(
    session: Session, actor: Actor, assignment_id: int, attachment_id: int, folder: Storage
) -> tuple[Attachment, StoredFile]:
    """(row, file); NotFound for one of another application, of a kind that experts do not see, or before the
    expert has said that there is no conflict."""
    row = own_assignment(session, actor, assignment_id)
    version = last_version(session, row.application_id)
    seen = {file.id for file in shown_files(version, form_for(row.application).rules)}
    found = session.get(Attachment, attachment_id) if attachment_id in seen else None
    if found is None or row.cleared_at is None:
        raise NotFound(Message("没有这个文件，或不供评审使用。"))
    return found, uploads.stored_file(folder, found.storage_name)
