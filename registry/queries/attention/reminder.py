"""What a reminder is, and which step of a countdown a day belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One message to one account; `subject` names what it is about (`application:12`), `day` the day it is
    about, `link` the path of its page."""

    account_id: int
    kind: str
    subject: str
    day: date
    title: Message
    body: Message
    application_id: int | None = None
    link: str = ""


Provider = Callable[[Session, date], Iterable[Reminder]]


def nearest(steps: Iterable[int], left: int) -> int:
    """The smallest number of days among `steps` that `left` days do not exceed."""
    return min(step for step in steps if left <= step)
