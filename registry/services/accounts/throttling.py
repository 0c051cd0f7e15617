"""Slowing down guessers. Counters are rows, so that every worker counts the same.

An attempt at an account is counted before it is examined, so eight guesses at once are eight guesses, and nobody's
password is examined while he has to wait. A success gives back what its own place had counted. A network address is
charged for failures only, since a whole office may share one.

Three budgets stand beside each other. The *place*, one network address at one account, is small: who guesses from
there waits soon, and nobody else does. The *account*, from everywhere together, is larger: it slows guessers with
many addresses. The *address*, at all accounts together, slows who tries one password at many. A browser in which the
account was entered before has a budget of its own instead, so no stranger can make its owner wait.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.errors import TooManyAttempts
from registry.models import Throttle
from registry.terms import BEIJING
from registry.wording import Message

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
QUIET = timedelta(hours=1)
"""After this time without an attempt a count begins anew."""


@dataclass(frozen=True)
class Key:
    """What attempts are counted under; after `free` of them a wait follows each one, doubling."""

    name: str
    free: int


@dataclass(frozen=True)
class Attempt:
    """What one attempt is counted under: `before` it is examined (the place first), and `after` it has failed."""

    before: tuple[Key, ...]
    after: tuple[Key, ...] = ()


def sign_in_attempt(email_key: str, address: str | None, browser: str = "") -> Attempt:
    """An attempt at the password of a mail address, whether or not an account has it."""
    return _attempt(_of_mail("sign_in", email_key), address, browser, account=20)


def code_attempt(account_id: int, address: str | None, browser: str = "") -> Attempt:
    """An attempt at the second factor of an account, whose password was right."""
    return _attempt(f"code:{account_id}", address, browser, account=10)


def own_attempt(account_id: int) -> Attempt:
    """An attempt of a signed-in browser at the password of its own account."""
    return Attempt((Key(f"own:{account_id}", 5),))


def reset_attempt(email_key: str, address: str | None) -> Attempt:
    """Asking for a letter: bounded for each mail address, whether or not it is known, and never given back."""
    wide = _attempt(_of_mail("reset", email_key), address, "", account=10)
    return Attempt((*wide.before, _flood("reset", address)))


def registration_attempt(email_key: str, address: str | None) -> Attempt:
    """A registration. Each one needs a mail address of its own, whose owner gets a message about every further one."""
    mail = Key(_of_mail("register", email_key), 5)
    return Attempt((mail, _flood("register", address)), (Key(f"register:{_network(address)}", 30),))


def report_attempt(address: str | None) -> Attempt:
    """A reader's report of a mistake, which needs no account."""
    return Attempt((Key(f"report:{_network(address)}", 5),))


def paper_attempt(address: str | None) -> Attempt:
    """Papers of an objection, which needs no account, and which the server has to look into."""
    return Attempt((Key(f"papers:{_network(address)}", 10),))


def _attempt(subject: str, address: str | None, browser: str, *, account: int) -> Attempt:
    if browser:
        return Attempt((Key(f"{subject}:browser:{browser}", 5),))
    place, everywhere = Key(f"{subject}:{_network(address)}", 5), Key(f"{subject}:everywhere", account)
    return Attempt((place, everywhere), (Key(f"address:{_network(address)}", 30),))


def _of_mail(purpose: str, email_key: str) -> str:
    """A subject that does not store the mail address."""
    return f"{purpose}:{hashlib.sha256(email_key.encode()).hexdigest()[:32]}"


def _flood(purpose: str, address: str | None) -> Key:
    """What anybody may write into the record without an account: more than an office needs, and yet bounded."""
    return Key(f"flood-{purpose}:{_network(address)}", 300)


def _network(address: str | None) -> str:
    """A network address as a key; a /64 counts as one, since one subscriber has it."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        # All of them share one /64, which must not become one attempt counter for everybody.
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
    return str(parsed)


def begin(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """Count an attempt before it is examined; raises TooManyAttempts, counting nothing, while one has to wait."""
    rows = _held(session, (*attempt.before, *attempt.after), now)
    waits = [row.blocked_until - now for row in rows.values() if row.blocked_until and row.blocked_until > now]
    if waits:
        seconds = ceil(max(waits).total_seconds())
        raise TooManyAttempts(Message("尝试次数太多，请在 %(seconds)s 秒后再试。", seconds=seconds), seconds=seconds)
    _add(rows, attempt.before, now)
    session.flush()


def failed(session: Session, attempt: Attempt, *, now: datetime) -> bool:
    """Count what an attempt is counted under once it has failed. Returns whether a wait follows for the first time."""
    rows = _held(session, (*attempt.before, *attempt.after), now)
    _add(rows, attempt.after, now)
    session.flush()
    return any(rows[key.name].failures == key.free for key in attempt.before)


def succeeded(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """Give back what was counted at the place of a success: what others guessed elsewhere stays counted.

    Rows older than a day go.
    """
    place, *wider = attempt.before
    rows = _held(session, (*attempt.before, *attempt.after), now)
    counted = rows[place.name].failures
    for key in wider:
        _give_back(rows[key.name], counted, key)
    for key in attempt.after:
        # The attempt that succeeded was never counted here.
        _give_back(rows[key.name], counted - 1, key)
    session.flush()
    old = Throttle.updated_at < now - timedelta(days=1)
    session.execute(delete(Throttle).where((Throttle.key == place.name) | (Throttle.failures <= 0) | old))


def take_of_day(session: Session, purpose: str, address: str | None, *, day: date, most: int, now: datetime) -> None:
    """Count one of the few things that an address may do on a day; raises TooManyAttempts, counting nothing."""
    key = Key(f"{purpose}:{_network(address)}:{day.isoformat()}", most)
    row = _held(session, (key,), now)[key.name]
    if row.failures >= most:
        end = datetime.combine(day, time.max, tzinfo=BEIJING)
        seconds = max(1, ceil((end - now).total_seconds()))
        raise TooManyAttempts(Message("同一网络地址一天最多提交 %(n)s 件，请明天再来。", n=most), seconds=seconds)
    row.failures, row.updated_at = row.failures + 1, now
    session.flush()


def forget(session: Session, email_key: str) -> None:
    """Forget all attempts at the password of a mail address: it has a new one."""
    subject = _of_mail("sign_in", email_key)
    session.execute(delete(Throttle).where(Throttle.key.startswith(f"{subject}:", autoescape=True)))


def _add(rows: dict[str, Throttle], keys: Sequence[Key], now: datetime) -> None:
    for key in keys:
        row = rows[key.name]
        row.failures = 1 if row.updated_at + QUIET <= now else row.failures + 1
        row.updated_at = now
        beyond = row.failures - key.free
        row.blocked_until = None if beyond < 0 else now + min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)


def _give_back(row: Throttle, number: int, key: Key) -> None:
    row.failures = max(row.failures - max(number, 0), 0)
    if row.failures < key.free:
        row.blocked_until = None


def _held(session: Session, keys: Sequence[Key], now: datetime) -> dict[str, Throttle]:
    """The rows of the keys, made where they are missing, locked in one order."""
    names = sorted(key.name for key in keys)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    blank = [{"key": name, "failures": 0, "updated_at": now} for name in names]
    session.execute(dialect.insert(Throttle).values(blank).on_conflict_do_nothing())
    held = select(Throttle).where(Throttle.key.in_(names)).order_by(Throttle.key).with_for_update()
    return {row.key: row for row in session.scalars(held.execution_options(populate_existing=True))}
