"""Files that take seconds to make: once for each state and address, shared, and few of them at a time.

A made file lies on disk without a name, so that nothing is left of it however the process ends, and every reader
reads it from the beginning by a handle of his own. Who asks for a file that is being made, or that finds as many
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

from cachetools import LRUCache

from registry.errors import Busy
from registry.wording import Message

COME_BACK = 10
"""Seconds after which to ask again."""
WAITING = 20
"""Requests that wait at once: with those that are served, fewer than the threads of a server (`flask serve`)."""
LIMIT_BYTES = 512 * 1024 * 1024
BLOCK = 64 * 1024


class MadeFile:
    """The bytes of a file, on disk without a name."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        file = tempfile.TemporaryFile(buffering=BLOCK)  # noqa: SIM115 it is closed when nobody knows of it any more
        weakref.finalize(self, file.close)
        for part in parts:
            file.write(part)
        file.flush()
        self._handle, self.size = file.fileno(), file.tell()

    def blocks(self) -> Iterator[bytes]:
        """The whole content; many may read at once."""
        place = 0
        while block := os.pread(self._handle, BLOCK, place):
            place += len(block)
            yield block


class MadeFiles:
    """The made files of one process; thread-safe, bounded in bytes, the least used goes first."""

    def __init__(self, at_once: int, *, waiting: int = WAITING, limit_bytes: int = LIMIT_BYTES) -> None:
        self._at_once, self._most_waiting = at_once, waiting
        self._changed = threading.Condition()
        self._changes = self._waiting = 0
        self._making: set[Hashable] = set()
        self._kept: LRUCache[Hashable, MadeFile] = LRUCache(limit_bytes, getsizeof=lambda file: file.size)

    def find(self, place: Hashable) -> MadeFile | None:
        """The file under `place`, if it is there."""
        with self._changed:
            return self._kept.get(place)

    def begin(self, place: Hashable) -> int | None:
        """Take the turn to make the file (None), or learn the number of the change after which to ask again."""
        with self._changed:
            if place in self._kept or place in self._making or len(self._making) >= self._at_once:
                return self._changes
            self._making.add(place)
            return None

    def make(self, place: Hashable, parts: Callable[[], Iterable[bytes]]) -> MadeFile:
        """Make the file whose turn was taken, and give the turn back."""
        made = None
        try:
            made = MadeFile(parts())
            return made
        finally:
            with self._changed:
                if made is not None and made.size <= self._kept.maxsize:
                    self._kept[place] = made
                self._making.discard(place)
                self._changes += 1
                self._changed.notify_all()

    def wait(self, seen: int, until: float) -> None:
        """Wait until something has changed since `seen`; raises Busy when it takes too long or too many wait."""
        with self._changed:
            if self._waiting >= self._most_waiting:
                raise busy()
            self._waiting += 1
            try:
                if not self._changed.wait_for(lambda: self._changes != seen, until - time.monotonic()):
                    raise busy()
            finally:
                self._waiting -= 1


def busy() -> Busy:
    """What is said to somebody who cannot wait any longer."""
    return Busy(Message("正在生成的文件较多，请稍后再试。"), seconds=COME_BACK)
