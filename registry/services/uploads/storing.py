"""Files and the rows that name them: storing under generated names, reading, and what does not belong together."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import IO

from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models.stored_files import Stored, stored_files
from registry.permissions import Actor
from registry.services.events import Entry, record
from registry.services.uploads.examining import Examined
from registry.services.uploads.pictures import preview_of
from registry.services.uploads.turns import Turns
from registry.storage import Storage
from registry.wording import Message

_PREVIEWS = Turns(waiting=24)
"""A page shows up to thirty pictures, which a browser asks for at once."""
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}")
OLD = timedelta(hours=24)
"""A file without a row is left behind after this time; a younger one may belong to a transaction under way."""


def store(storage: Storage, examined: Examined) -> str:
    """Write a file under a new name `xx/<40 hex digits>`, which is returned; an error leaves nothing behind."""
    token = secrets.token_hex(20)
    name = f"{token[:2]}/{token}"
    examined.file.seek(0)
    storage.put(name, examined.file)
    return name


@dataclass(frozen=True)
class StoredFile:
    """A file that a row names."""

    storage: Storage
    name: str

    def open(self) -> IO[bytes]:
        """Its content; NotFound with a sentence when it is lost."""
        try:
            return self.storage.open(self.name)
        except FileNotFoundError:
            raise NotFound(Message("这个文件在服务器上找不到了，请把文件名告诉系统管理员。")) from None

    def preview(self) -> bytes:
        """A small picture of a stored picture."""
        return _preview(self)


@lru_cache(maxsize=48)
def _preview(file: StoredFile) -> bytes:
    # Stored files never change, so a preview holds as long as its file.
    with _PREVIEWS.take(), file.open() as content:
        return preview_of(io.BytesIO(content.read()))


def stored_file(storage: Storage, storage_name: str) -> StoredFile:
    """The file of a row. Raises ValueError for a name that `store` cannot have made."""
    if not _NAME.fullmatch(storage_name):
        raise ValueError(f"not a storage name: {storage_name!r}")
    return StoredFile(storage, storage_name)


def discard(storage: Storage, storage_name: str) -> None:
    """Delete a file whose row was not written."""
    storage.delete(storage_name)


@dataclass(frozen=True)
class Orphans:
    """What does not belong together: files without a row, rows without their file."""

    unclaimed: list[str]
    missing: list[Stored]


def orphans(session: Session, storage: Storage, *, before: datetime | None = None) -> Orphans:
    """Compare the files with the rows; only unclaimed files from `before` a moment, where one is given.

    Reports only. Files are listed first: one that comes meanwhile has its row by then, or is too young to be swept.
    """
    present = {held.name: held.changed_at for held in storage.names()}
    rows = list(stored_files(session.connection()))
    named = {file.name for file in rows}
    unclaimed = [name for name, at in present.items() if name not in named and (before is None or at < before)]
    return Orphans(sorted(unclaimed), [file for file in rows if file.name not in present])


def sweep(session: Session, actor: Actor, storage: Storage, *, now: datetime) -> list[str]:
    """Delete the files that no row names and that are older than a day; returns their names."""
    left = orphans(session, storage, before=now - OLD).unclaimed
    for name in left:
        storage.delete(name)
    if left:
        entry = Entry(action="files.sweep", subject_type="registry", changes={"files": (len(left), 0)})
        record(session, actor, entry, at=now)
    return left
