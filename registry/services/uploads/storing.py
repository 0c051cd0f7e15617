"""Where files lie: under generated names in DATA_DIR/files/xx/, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from registry.models.stored_files import Stored, stored_files
from registry.services.uploads.examining import Examined

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}")


def store(folder: Path, examined: Examined) -> str:
    """Write a file below `folder` (DATA_DIR/files). Returns its storage name `xx/<40 hex digits>`.

    It is on the disk, under its final name, before this returns; an error leaves nothing behind.
    """
    token = secrets.token_hex(20)
    name = f"{token[:2]}/{token}"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            examined.file.seek(0)
            shutil.copyfileobj(examined.file, target)
            target.flush()
            os.fsync(target.fileno())
        part.rename(path)
        _sync(path.parent)
        _sync(folder)
    except BaseException:
        for leftover in (part, path):
            leftover.unlink(missing_ok=True)
        raise
    return name


def _sync(folder: Path) -> None:
    """Make the names of a folder last; systems that cannot do that are passed over."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def path_of(folder: Path, storage_name: str) -> Path:
    """Where a stored file lies. Raises ValueError for a name that `store` cannot have made."""
    if not _NAME.fullmatch(storage_name):
        raise ValueError(f"not a storage name: {storage_name!r}")
    return folder / storage_name


def discard(folder: Path, storage_name: str) -> None:
    """Take back a file whose row did not come about."""
    path_of(folder, storage_name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Orphans:
    """What does not belong together: files without a row (paths below the folder), rows without their file."""

    unclaimed: list[str]
    missing: list[Stored]


def orphans(session: Session, folder: Path) -> Orphans:
    """Compare the folder with the rows. Reports only; a power cut between file and row leaves an unclaimed file."""
    named = list(stored_files(session.connection()))
    present = {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.is_file()}
    return Orphans(
        sorted(present - {file.name for file in named}), [file for file in named if file.name not in present]
    )
