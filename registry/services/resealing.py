"""What is encrypted, encrypted anew after a renewal of the keys, so that former keys can be given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from registry.permissions import Actor, Permission, require
from registry.services.accounts import second_factor
from registry.services.events import Entry, record
from registry.services.notices.identity import IdentityKey


@dataclass(frozen=True)
class Resealed:
    """How much was encrypted anew."""

    second_factors: int
    identities: int


def reseal(session: Session, actor: Actor, key: IdentityKey, *, now: datetime) -> Resealed:
    """Encrypt second factors and identities of objectors with the keys in force, in one transaction."""
    require(actor, Permission.ACCOUNT_MANAGE)
    done = Resealed(second_factor.reseal(session), key.reseal(session))
    changes = {name: (None, number) for name, number in vars(done).items()}
    record(session, actor, Entry(action="keys.renew", subject_type="registry", changes=changes), at=now)
    session.flush()
    return done
