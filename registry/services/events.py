"""Writing and proving the append-only, hash-chained record of everything that happened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from registry.event_actions import is_known
from registry.models import Event
from registry.permissions import Actor

GENESIS = "0" * 64
_CHAIN_LOCK = 7_320_400
"""Key of the PostgreSQL advisory lock that puts writers of the chain in line."""

_HASHED = (
    "previous_hash", "at", "actor_id", "actor_role", "action", "subject_type", "subject_id", "changes", "note",
    "request_id",
)  # fmt: skip
"""What the hash of an event is taken over, in this order."""
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode

Changes = Mapping[str, tuple[Any, Any] | list[Any]]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event to be written; `changes` maps a field to (before, after), without personal values."""

    action: str
    subject_type: str
    subject_id: int | None = None
    changes: Changes = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an action that no page could name."""
        if not is_known(self.action):
            raise LookupError(f"registry/event_actions.py has no row for {self.action}")
        # JSON has texts for keys, and sorts them as texts: the hash of what comes back would be another one.
        parts = (part for pair in self.changes.values() for part in pair if isinstance(part, Mapping))
        if any(not isinstance(key, str) for part in parts for key in part):
            raise TypeError(f"{self.action}: the keys of a change must be texts")


@dataclass(frozen=True)
class Origin:
    """The web request that a session serves: its number and the network address it came from."""

    request_id: str = ""
    network_address: str = ""


_COMMAND = Origin()
_ORIGIN = "origin"
"""Where a session keeps its origin."""


def serve(session: Session, origin: Origin) -> Session:
    """Have all events of a session name the request that it serves. Returns the session."""
    session.info[_ORIGIN] = origin
    return session


def record(session: Session, actor: Actor, entry: Entry, *, at: datetime | None = None) -> Event:
    """Append one event; `at` is the moment of the command that writes it (now, if not given)."""
    [row] = _chained(session, actor, [entry], at)
    event = Event(**row)
    session.add(event)
    session.flush()
    return event


def record_many(session: Session, actor: Actor, entries: Iterable[Entry]) -> None:
    """Append events in order, in one statement. The chain's end is held until the transaction ends."""
    if rows := _chained(session, actor, entries):
        session.connection().execute(insert(Event.__table__), rows)  # type: ignore[arg-type]


def _chained(
    session: Session, actor: Actor, entries: Iterable[Entry], at: datetime | None = None
) -> list[dict[str, Any]]:
    """Rows of events with their hashes, following the last one that is stored. An import writes them by the ten
    thousand while nobody else can save, so no object is made of each."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    previous = session.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1)) or GENESIS
    now = at or datetime.now(UTC)
    origin: Origin = session.info.get(_ORIGIN, _COMMAND)
    rows: list[dict[str, Any]] = []
    for entry in entries:
        row: dict[str, Any] = {
            "at": now,
            "actor_id": actor.id,
            "actor_role": actor.role_name,
            "action": entry.action,
            "subject_type": entry.subject_type,
            "subject_id": entry.subject_id,
            "changes": {name: list(pair) for name, pair in entry.changes.items()},
            "note": entry.note,
            "request_id": origin.request_id,
            "network_address": origin.network_address,
            "previous_hash": previous,
        }
        row["hash"] = previous = _digest(row)
        rows.append(row)
    return rows


def digest(event: Event) -> str:
    """SHA-256 (hex) of an event and the hash before it."""
    return _digest({name: getattr(event, name) for name in (*_HASHED, "network_address")})


def _digest(event: Mapping[str, Any]) -> str:
    row = [event[name] for name in _HASHED]
    row[1] = event["at"].astimezone(UTC).isoformat()
    if event["network_address"]:
        # Not there at first: events without an address keep the hash that they have always had.
        row.append(event["network_address"])
    return hashlib.sha256(_canonical(row).encode()).hexdigest()


def verify(session: Session) -> tuple[int, int | None]:
    """Recompute the chain. Returns (events read, id of the first broken one or None)."""
    previous, count = GENESIS, 0
    # Closed at once, since a broken chain leaves rows unread and PostgreSQL keeps a cursor for them.
    with session.scalars(select(Event).order_by(Event.id).execution_options(yield_per=1000)) as stored:
        for event in stored:
            if event.previous_hash != previous or digest(event) != event.hash:
                return count, event.id
            previous, count = event.hash, count + 1
    return count, None
