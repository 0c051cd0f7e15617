"""The shape of a reminder, and the step of a countdown (30, 7, 1 days before …) that holds on a day."""

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
    """The step of a countdown when `left` days are left: the smallest of `steps` that is not less than `left`."""
    return min(step for step in steps if left <= step)
