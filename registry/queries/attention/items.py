"""今天要办: one line is a number and the list behind it. A provider gives the lines of one kind of work.

A new kind of work is one provider, named once for each role in `today.PROVIDERS`; page and digest follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from registry.permissions import Actor
from registry.queries.attention.census import Stand
from registry.queries.review.clock import Clock
from registry.statuses import Tone
from registry.wording import Message

QUEUE = "review.queue"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What waits: its name, how much of it, and the page (`endpoint` with its `values`) that lists just that."""

    label: Message
    count: int
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    tone: Tone = Tone.NOTE

    @property
    def is_own_queue(self) -> bool:
        """Whether this is the whole queue of the role; other lines are parts of it or other work."""
        return self.endpoint == QUEUE and not self.values


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks what waits for him, and when; `stands` are the applications that he may see."""

    session: Session
    actor: Actor
    now: datetime
    clock: Clock
    stands: tuple[Stand, ...]


Provider = Callable[[Asked], Iterable[Item]]
