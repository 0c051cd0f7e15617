"""The files of applications as they were last submitted, named so that they can lie in one folder each."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import Application, Attachment, Snapshot
from registry.permissions import Actor
from registry.queries.review.queue_scope import in_reach
from registry.terms import AttachmentKind

LONGEST = 60
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One file: where it lies in the archive, and under which name it is stored."""

    attachment_id: int
    path: str
    storage_name: str
    size: int


def packed_files(session: Session, actor: Actor, ids: Sequence[int]) -> list[Packed]:
    """The files of applications in the actor's reach, by application and in the order in which they came."""
    newest = (
        select(Snapshot.application_id, func.max(Snapshot.number).label("number"))
        .where(Snapshot.application_id.in_(ids))
        .group_by(Snapshot.application_id)
        .subquery()
    )
    statement = (
        select(Application.id, Application.number, Application.project_name, Snapshot.files)
        .join(newest, newest.c.application_id == Application.id)
        .join(Snapshot, (Snapshot.application_id == Application.id) & (Snapshot.number == newest.c.number))
        .where(in_reach(actor), Application.id.in_(ids))
        .order_by(Application.number)
    )
    cases = session.execute(statement).all()
    wanted = [int(item["id"]) for case in cases for item in case.files]
    stored = {row.id: row for row in session.scalars(select(Attachment).where(Attachment.id.in_(wanted)))}
    made = []
    for case in cases:
        folder, seen = safe_name(f"{case.number} {case.project_name}"), Counter[str]()
        for item in case.files:
            row = stored.get(int(item["id"]))
            if row is None:
                continue
            kind = AttachmentKind(row.kind).zh
            seen[kind] += 1
            path = f"{folder}/{kind}-{seen[kind]:02d}-{_with_ending(row.filename)}"
            made.append(Packed(attachment_id=row.id, path=path, storage_name=row.storage_name, size=row.size))
    return made


def lost_note(paths: Sequence[str]) -> tuple[str, str]:
    """(name, text) of the list of files that are not there any more."""
    return "缺少的文件.txt", "\r\n".join(["以下文件在服务器上找不到，请告诉系统管理员：", *paths])


def safe_name(text: str) -> str:
    """A name for a file or folder on any system: no separators, no control marks, no dots at its ends, not too long."""
    shown = "".join(" " if unicodedata.category(mark)[0] == "C" else mark for mark in text)
    return _FORBIDDEN.sub(" ", shown).strip(" .")[:LONGEST].strip(" .") or "文件"


def _with_ending(filename: str) -> str:
    """A file's own name, whose ending stays when it is shortened."""
    ending = PurePosixPath(filename.replace("\\", "/")).suffix[:10]
    return safe_name(filename.removesuffix(ending)) + _FORBIDDEN.sub("", ending)
