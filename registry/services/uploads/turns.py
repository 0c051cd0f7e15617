"""Files are looked into in turn: a picture of forty million pixels takes a third of a gigabyte while it is drawn anew.

How many people send one at the same moment is not ours to choose, so a process decodes one file at a time. Few may
wait for their turn, and not for long; whoever comes when enough are waiting is told to come back, so that the threads
of a server stay free for everything else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from registry.errors import Busy
from registry.wording import Message

COME_BACK = 10
"""Seconds after which to send a file again."""


class Turns:
    """One turn for everybody who decodes a file in this process; `taken` counts who has it or waits for it."""

    def __init__(self, *, waiting: int = 8, seconds: float = 20) -> None:
        self._turn, self._count = threading.Lock(), threading.Lock()
        self._most, self._seconds = waiting + 1, seconds
        self.taken = 0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for the turn and keep it inside the `with` block; raises Busy where too many wait or it takes too
        long."""
        with self._count:
            if self.taken == self._most:
                raise busy()
            self.taken += 1
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            with self._count:
                self.taken -= 1


def busy() -> Busy:
    """What is said to somebody who cannot wait any longer."""
    return Busy(Message("正在处理的文件较多，请稍后再试。"), seconds=COME_BACK)


TURNS = Turns()
"""Of files that are sent."""
