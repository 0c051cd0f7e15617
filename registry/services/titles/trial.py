"""A change tried inside a savepoint and rolled back: whoever asks learns at once what stands against it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.changes import ChangeKind
from registry.errors import Conflict, RegistryError
from registry.permissions import Actor
from registry.services.titles.effects import Doing, Typed
from registry.services.titles.kinds import EFFECTS
from registry.services.titles.subjects import Subject
from registry.terms import Role
from registry.wording import Message

_LAST_DESK = Actor(role=Role.PUBLISHER)
"""Who would put it into force: the rules of the command are asked, whoever may send the request."""
_FIELDS = {"on": "effective_on"}
"""Names of a command's arguments → fields of a request."""


def attempt(
    session: Session, kind: ChangeKind, subject: Subject, wanted: Typed, *, basis: str, on: date, now: datetime
) -> None:
    """Run the command inside a savepoint and roll it back. Raises what it raises, with the field of the request."""
    session.flush()
    savepoint = session.begin_nested()
    try:
        doing = Doing(session=session, actor=_LAST_DESK, subject=subject, basis=basis, on=on, now=now)
        EFFECTS[kind].apply(doing, wanted)
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("登记中有内容与这项变更冲突，请核对后再提交。")) from error
    except RegistryError as error:
        raise at_field(error) from None
    finally:
        savepoint.rollback()
        session.expire_all()


def at_field(error: RegistryError) -> RegistryError:
    """The error of a command at the field of the request."""
    error.field = _FIELDS.get(error.field or "", error.field)
    return error
