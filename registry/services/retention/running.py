"""Erasing all that has been kept long enough, in one transaction with one event."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.retention.rules import RULES
from registry.storage import Storage


def run(session: Session, actor: Actor, storage: Storage, *, retention_days: int, now: datetime) -> dict[str, int]:
    """Erase by every rule; returns how many records each one concerned. The caller commits, or takes it all back
    for a look at what would be erased."""
    require(actor, Permission.ACCOUNT_MANAGE)
    done = {rule.name: rule.erase(session, now - timedelta(days=rule.days(retention_days)), storage) for rule in RULES}
    if any(done.values()):
        changes = {name: (number, 0) for name, number in done.items() if number}
        record(session, actor, Entry(action="retention.run", subject_type="registry", changes=changes), at=now)
    session.flush()
    return done
