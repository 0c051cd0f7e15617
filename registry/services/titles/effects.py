"""What a kind of change reads, checks and does. One `Effect` a kind, in `kinds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.models import ChangeRequest
from registry.permissions import Actor
from registry.services.titles.subjects import Subject
from registry.wording import Message

Values = dict[str, Any]
Typed = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One application of a change: in which session, by whom, to what, on what grounds, from which day; `request` is
    what asks for it, None while it is only tried."""

    session: Session
    actor: Actor
    subject: Subject
    basis: str
    on: date
    now: datetime
    request: ChangeRequest | None = None


def nothing_before(session: Session, subject: Subject, wanted: Typed) -> Values:
    """For kinds that replace no value."""
    return {}


def no_doubts(session: Session, subject: Subject, wanted: Typed, on: date, today: date) -> list[Message]:
    """For kinds that need no hint for whoever decides."""
    return []


@dataclass(frozen=True, kw_only=True)
class Effect:
    """`read` brings typed values into the form in which they are stored (errors at their fields); `current` is
    what the record says now under the same names; `apply` is the command; `doubts` are sentences for whoever
    decides. The rules are those of the command: a request is tried and taken back before it is accepted."""

    read: Callable[[Session, Subject, Typed], Values]
    apply: Callable[[Doing, Typed], None]
    current: Callable[[Session, Subject, Typed], Values] = nothing_before
    doubts: Callable[[Session, Subject, Typed, date, date], list[Message]] = no_doubts
