"""Slowing down guessers. Counters are rows, so that every worker counts the same.

An attempt is counted before it is examined; a success takes the count of its account away again. So
eight guesses at once are eight guesses, and nobody's password is examined while he has to wait.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.errors import TooManyAttempts
from registry.models import Throttle

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
QUIET = timedelta(hours=1)
"""After this time without an attempt a count begins anew."""


@dataclass(frozen=True)
class Key:
    """What attempts are counted under; after `free` of them a wait follows each one, doubling."""

    name: str
    free: int


def account_key(email_key: str) -> Key:
    """Attempts at one mail address, whether or not an account has it. The address itself is not stored."""
    return Key("account:" + hashlib.sha256(email_key.encode()).hexdigest()[:32], 5)


def code_key(account_id: int) -> Key:
    """Attempts at the second factor of one account."""
    return Key(f"code:{account_id}", 5)


def own_key(account_id: int) -> Key:
    """Attempts of a signed-in browser at the password of its own account."""
    return Key(f"own:{account_id}", 5)


def address_key(purpose: str, address: str | None) -> Key:
    """Attempts from one network address; a /64 counts as one address, since one subscriber has it."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return Key(f"{purpose}:unknown", 30)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        # All of them share one /64, which must not become one attempt counter for everybody.
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
    return Key(f"{purpose}:{parsed}", 30)


def count(session: Session, keys: Iterable[Key], *, now: datetime) -> None:
    """Count an attempt under each key; raises TooManyAttempts, counting nothing, while one has to wait."""
    wanted = {key.name: key for key in keys}
    rows = _held(session, wanted, now)
    waits = [row.blocked_until - now for row in rows if row.blocked_until and row.blocked_until > now]
    if waits:
        seconds = ceil(max(waits).total_seconds())
        raise TooManyAttempts(f"尝试次数太多，请在 {seconds} 秒后再试。", seconds=seconds)
    for row in rows:
        row.failures = 1 if row.updated_at + QUIET <= now else row.failures + 1
        row.updated_at = now
        beyond = row.failures - wanted[row.key].free
        row.blocked_until = None if beyond < 0 else now + min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)
    session.flush()


def _held(session: Session, wanted: dict[str, Key], now: datetime) -> list[Throttle]:
    """The rows of the keys, made where they are missing, locked in one order."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    blank = [{"key": name, "failures": 0, "updated_at": now} for name in sorted(wanted)]
    session.execute(dialect.insert(Throttle).values(blank).on_conflict_do_nothing())
    held = select(Throttle).where(Throttle.key.in_(wanted)).order_by(Throttle.key).with_for_update()
    return list(session.scalars(held.execution_options(populate_existing=True)))


def clear(session: Session, key: Key, *, now: datetime) -> None:
    """Forget the attempts under a key after a success, and all that are older than a day."""
    session.execute(
        delete(Throttle).where((Throttle.key == key.name) | (Throttle.updated_at < now - timedelta(days=1)))
    )
