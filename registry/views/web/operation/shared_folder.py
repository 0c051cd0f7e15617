"""The folder in which the workers of one server leave made files for each other.

It belongs to one run of the server: workers have the same parent, which no other run has. So what a file depends on
besides its place (settings, program) is the same for all who read it; a new run begins with an empty folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from registry.queries.catalogue.kept import program

if TYPE_CHECKING:
    from registry.views.web.operation.made_files import MadeFile

LOCKS = 64
"""Files whose turns are told apart; two that share a lock are made one after the other."""
PART = ".part"
STALE = 600
"""Seconds after which a part belongs to a worker that was killed."""
UNLOCKED = -1
log = logging.getLogger(__name__)


class SharedFolder:
    """Files by place; bounded in bytes, the oldest go first. A folder that fails costs time, no answer."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit = folder, limit_bytes
        self._turns: dict[Hashable, int] = {}
        # Of the program as this worker has loaded it: an upgrade changes the files before the workers are new.
        self._program = program()

    def find(self, place: Hashable) -> IO[bytes] | None:
        """The file stored under `place`, open; None where nobody has finished it."""
        try:
            return (self._folder / self._name(place)).open("rb")
        except OSError:
            return None

    def begin(self, place: Hashable) -> bool:
        """Take the turn to make a file; False while another process has it or when the file has just come."""
        handle = self._lock(place)
        if handle is None:
            return False
        self._turns[place] = handle
        if self._is_there(place):
            self.end(place)
            return False
        return True

    def is_making(self, place: Hashable) -> bool:
        """Whether another process is making the file, or one that shares its lock, which ends with the process."""
        if self._is_there(place):
            return False
        handle = self._lock(place)
        if handle is None:
            return True
        _release(handle)
        return False

    def put(self, place: Hashable, file: MadeFile) -> None:
        """Leave a finished file to the others."""
        part = None
        try:
            handle, part = tempfile.mkstemp(suffix=PART, dir=self._folder)
            with open(handle, "wb") as copy:
                for block in file.blocks():
                    copy.write(block)
            os.replace(part, self._folder / self._name(place))
            self._shrink()
        except OSError as error:
            log.warning("%s cannot be used: %s", self._folder, error)
            if part is not None:
                with suppress(OSError):
                    os.unlink(part)

    def end(self, place: Hashable) -> None:
        """Give the turn back."""
        _release(self._turns.pop(place, UNLOCKED))

    def _is_there(self, place: Hashable) -> bool:
        return (self._folder / self._name(place)).exists()

    def _name(self, place: Hashable) -> str:
        return hashlib.sha256(f"{self._program} {place!r}".encode()).hexdigest()

    def _lock(self, place: Hashable) -> int | None:
        """An open handle with the lock, UNLOCKED where the folder cannot be used, None while somebody else has it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"lock-{int(self._name(place), 16) % LOCKS}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("%s cannot be used: %s", self._folder, error)
            return UNLOCKED
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return None
        return handle

    def _shrink(self) -> None:
        """Delete the oldest files above the limit and what killed workers left; who is reading one reads on."""
        found = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):
                about = entry.stat()
                if entry.name.endswith(PART):
                    if about.st_mtime < time.time() - STALE:
                        os.unlink(entry.path)
                elif not entry.name.startswith("lock-"):
                    found.append((about.st_mtime, about.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._limit:
                break
            with suppress(FileNotFoundError):
                os.unlink(path)
            total -= size


def folder_of_run(cache: Path) -> Path | None:
    """The folder of the server whose worker this process is; folders of runs that have ended are removed.

    None where the system does not tell when the parent began (other than Linux).
    """
    runs = cache / "made"
    own = _run(os.getppid())
    if own is None:
        return None
    with suppress(OSError):
        for old in runs.iterdir():
            pid = old.name.partition("-")[0]
            if pid.isdecimal() and _run(int(pid)) != old.name:
                shutil.rmtree(old, ignore_errors=True)
    return runs / own


def _release(handle: int) -> None:
    if handle != UNLOCKED:
        os.close(handle)


def _run(pid: int) -> str | None:
    """A process by its number and the moment of its start, which together no other has."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The name of the program stands in brackets and may hold anything; the start is the 22nd field (proc(5)).
    return f"{pid}-{told.rpartition(')')[2].split()[19]}"
