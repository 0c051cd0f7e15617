"""Files that take seconds to make: once for each state and address, shared, and few of them at a time.

A made file lies on disk without a name, so that nothing is left of it however the process ends, and every reader
reads it from the beginning by a handle of his own. The workers of a server find each other's files in a folder
(`shared_folder`). Who asks for a file that is being made, or that finds as many
being made as the server makes at once, waits for a short time without holding a connection of the database; who
comes when enough are waiting is told to come back, so that threads stay free for everything else.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import IO

from cachetools import LRUCache

from registry.errors import Busy
from registry.views.web.operation.shared_folder import SharedFolder
from registry.wording import Message

COME_BACK = 10
"""Seconds after which to ask again."""
WAITING = 20
"""Requests that wait at once: with those that are served, fewer than the threads of a server (`flask serve`)."""
LIMIT_BYTES = 512 * 1024 * 1024
BLOCK = 64 * 1024
LOOK = 0.2
"""Seconds after which those who wait look whether another process has finished."""


class MadeFile:
    """The bytes of a file on disk that nobody can change; they stay as long as somebody knows of it."""

    def __init__(self, file: IO[bytes]) -> None:
        weakref.finalize(self, file.close)
        self._handle = file.fileno()

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._handle).st_size

    def blocks(self) -> Iterator[bytes]:
        """The whole content; many may read at once."""
        place = 0
        while block := os.pread(self._handle, BLOCK, place):
            place += len(block)
            yield block


class MadeFiles:
    """The made files of one process, or of all that share a folder; thread-safe, bounded in bytes."""

    def __init__(self, at_once: int, *, waiting: int = WAITING, limit_bytes: int = LIMIT_BYTES) -> None:
        self._at_once, self._most_waiting = at_once, waiting
        self._changed = threading.Condition()
        self._changes = self._waiting = 0
        self._making: set[Hashable] = set()
        self._kept: LRUCache[Hashable, MadeFile] = LRUCache(limit_bytes, getsizeof=lambda file: file.size)
        self._folder: SharedFolder | None = None

    def share(self, folder: Path) -> None:
        """From now on files are those of all processes that are given this folder, each made by one of them."""
        self._folder = SharedFolder(folder, int(self._kept.maxsize))

    def find(self, place: Hashable) -> MadeFile | None:
        """The file stored under `place`, or None."""
        with self._changed:
            found = self._kept.get(place)
            if found is None and self._folder and (file := self._folder.find(place)):
                found = self._keep(place, MadeFile(file))
            return found

    def begin(self, place: Hashable) -> int | None:
        """Take the turn to make the file (None), or learn the number of the change after which to ask again."""
        with self._changed:
            if place in self._kept or place in self._making or len(self._making) >= self._at_once:
                return self._changes
            if self._folder and not self._folder.begin(place):
                return self._changes
            self._making.add(place)
            return None

    def make(self, place: Hashable, parts: Callable[[], Iterable[bytes]]) -> MadeFile:
        """Make the file whose turn was taken, and give the turn back."""
        made = None
        try:
            file = tempfile.TemporaryFile(buffering=BLOCK)  # noqa: SIM115 MadeFile closes it
            begun = MadeFile(file)
            for part in parts():
                file.write(part)
            file.flush()
            made = begun
            if self._folder:
                self._folder.put(place, made)
            return made
        finally:
            with self._changed:
                if made is not None:
                    self._keep(place, made)
                if self._folder:
                    self._folder.end(place)
                self._making.discard(place)
                self._changes += 1
                self._changed.notify_all()

    def wait(self, place: Hashable, seen: int, until: float) -> None:
        """Wait until something has changed since `seen`; raises Busy when it takes too long or too many wait."""
        with self._changed:
            if self._waiting >= self._most_waiting:
                raise busy()
            self._waiting += 1
            try:
                while not self._is_over(place):
                    left = until - time.monotonic()
                    if left <= 0:
                        raise busy()
                    if self._changed.wait_for(lambda: self._changes != seen, min(left, LOOK)):
                        return
            finally:
                self._waiting -= 1

    def _is_over(self, place: Hashable) -> bool:
        """Whether another process has ended what kept this one from making the file."""
        if self._folder is None or place in self._making or len(self._making) >= self._at_once:
            return False
        return not self._folder.is_making(place)

    def _keep(self, place: Hashable, file: MadeFile) -> MadeFile:
        if file.size <= self._kept.maxsize:
            self._kept[place] = file
        return file


def busy() -> Busy:
    """What is said to somebody who cannot wait any longer."""
    return Busy(Message("正在生成的文件较多，请稍后再试。"), seconds=COME_BACK)
