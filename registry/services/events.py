"""Writing and proving the append-only, hash-chained record of everything that happened."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.event_actions import NAMELESS, is_known
from registry.models import Event
from registry.permissions import Actor
from registry.wording import Message

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


def shortened(address: str) -> str:
    """The network that an address lies in: enough to tell an office from a stranger, and nobody's own telephone."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


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
            "network_address": "" if actor.id is None and entry.action in NAMELESS else origin.network_address,
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
        # Addresses were added later: events without one keep the hash that they had before.
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


class Break(StrEnum):
    """What is wrong with the first event at which the chain is broken."""

    CHANGED = "changed"
    CUT = "cut"


@dataclass(frozen=True)
class Broken:
    """The first broken event, its predecessor that is still right, and what is wrong."""

    id: int
    at: datetime
    action: str
    before: int | None
    kind: Break


def broken_at(session: Session, event_id: int) -> Broken:
    """Why the chain is broken at an event: its content was changed, or rows before it are missing or were added."""
    event = session.get_one(Event, event_id)
    before = session.scalars(select(Event).where(Event.id < event_id).order_by(Event.id.desc()).limit(1)).first()
    is_cut = event.previous_hash != (before.hash if before else GENESIS)
    return Broken(
        event.id, event.at, event.action, before.id if before else None, Break.CUT if is_cut else Break.CHANGED
    )


@dataclass(frozen=True)
class Anchor:
    """Number of events and hash of the last one: kept on paper, it shows when the end of the record is missing,
    which the chain itself cannot."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Anchor:
        """An anchor as it was printed; raises InvalidInput for anything else."""
        found = re.fullmatch(r"\s*(\d{1,18}):([0-9a-f]{64})\s*", text)
        if found is None:
            raise InvalidInput(Message("锚点应写成 件数:散列值，照 flask audit anchor 打印的抄写。"), field="anchor")
        return cls(int(found[1]), found[2])


def anchor(session: Session) -> Anchor:
    """The anchor of the record as it stands."""
    last = session.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1))
    return Anchor(session.scalar(select(func.count(Event.id))) or 0, last or GENESIS)


def holds(session: Session, printed: Anchor) -> bool:
    """Whether the record still begins with the events that an anchor was printed for."""
    if printed.count == 0:
        return printed.hash == GENESIS
    return session.scalar(select(Event.hash).order_by(Event.id).offset(printed.count - 1).limit(1)) == printed.hash
