"""Frozen versions of an application: what was submitted, with the check code that paper bears.

Personal values (contacts) are no part of a snapshot: they can be erased, a snapshot cannot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import Application, Attachment, Snapshot
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.wording import Message


def freeze(session: Session, actor: Actor, application: Application, *, now: datetime) -> Snapshot:
    """Freeze the application as it stands."""
    last = session.scalars(
        select(Snapshot).where(Snapshot.application_id == application.id).order_by(Snapshot.number.desc()).limit(1)
    ).one_or_none()
    personal = {item.name for item in form_for(application).fields if item.personal}
    answers = {name: text for name, text in application.answers.items() if name not in personal}
    files = _files(session, application.id)
    number = last.number + 1 if last else 1
    snapshot = Snapshot(
        application_id=application.id,
        number=number,
        answers=answers,
        files=files,
        check_code=check_code(application.number or "", number, answers, files),
        submitted_by=actor.id,
        created_at=now,
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def latest(session: Session, application_id: int) -> Snapshot:
    """The last frozen version; Conflict when nothing was submitted yet."""
    found = session.scalars(
        select(Snapshot).where(Snapshot.application_id == application_id).order_by(Snapshot.number.desc()).limit(1)
    ).one_or_none()
    if found is None:
        raise Conflict(Message("这份申报还没有提交过。"))
    return found


def is_genuine(application: Application, snapshot: Snapshot) -> bool:
    """Whether a snapshot still is what its check code says."""
    code = check_code(application.number or "", snapshot.number, snapshot.answers, snapshot.files)
    return code == snapshot.check_code


def check_code(application: str, number: int, answers: Mapping[str, str], files: list[dict[str, Any]]) -> str:
    """`XXXX-XXXX-XXXX-XXXX`: the first 16 hex digits of SHA-256 over the canonical content."""
    canonical = json.dumps([application, number, dict(answers), files], ensure_ascii=False, sort_keys=True)
    digits = hashlib.sha256(canonical.encode()).hexdigest()[:16].upper()
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _files(session: Session, application_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "filename": row.filename,
            "caption": row.caption,
            "size": row.size,
            "sha256": row.sha256,
        }
        for row in rows
    ]
