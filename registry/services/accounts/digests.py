"""Choices of an account: how often one letter sums up what waits, and whether keyboard shortcuts work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Account
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.terms import Digest
from registry.wording import Message


def choose_digest(session: Session, actor: Actor, wanted: str, *, now: datetime) -> None:
    """Set the own digest; raises InvalidInput for anything else than a `Digest`."""
    require(actor, Permission.ACCOUNT_OWN)
    if wanted not in set(Digest):
        raise InvalidInput(Message("请选择不发、每天或每周。"), field="digest")
    account = session.scalars(select(Account).where(Account.id == actor.id).with_for_update()).one()
    if account.digest == wanted:
        return
    before, account.digest = account.digest, Digest(wanted).value
    session.flush()
    changes = {"digest": (before, account.digest)}
    entry = Entry(action="account.digest", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry, at=now)


def choose_keys(session: Session, actor: Actor, wanted: bool, *, now: datetime) -> None:
    """Switch the shortcuts (single keys) of officers' pages on or off for the own account."""
    require(actor, Permission.ACCOUNT_OWN)
    account = session.scalars(select(Account).where(Account.id == actor.id).with_for_update()).one()
    if account.uses_keys == wanted:
        return
    before, account.uses_keys = account.uses_keys, wanted
    session.flush()
    changes = {"uses_keys": (before, wanted)}
    entry = Entry(action="account.keys", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry, at=now)
