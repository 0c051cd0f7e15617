"""How often an account gets one mail about all that waits for it."""

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
