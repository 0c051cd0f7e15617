"""What roles see that may not know of a proposal before the public: the state before it, with the date of that
state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Event
from registry.statuses import shown_to
from registry.terms import ApplicationStatus, Role

S = ApplicationStatus


def since_shown(session: Session, role: Role | None, standing: Mapping[int, ApplicationStatus]) -> dict[int, datetime]:
    """When the state began that a role sees of these applications, for those whose real one it does not know.

    `standing` are the real states by id. One query, and none where nothing is hidden.
    """
    hidden = [application for application, status in standing.items() if shown_to(role, status) is not status]
    if not hidden:
        return {}
    rows = session.execute(
        select(Event.subject_id, Event.at, Event.changes)
        .where(Event.subject_type == "application", Event.subject_id.in_(hidden))
        .order_by(Event.id)
    )
    found: dict[int, datetime] = {}
    for application, at, changes in rows:
        if application is not None and is_shown(role, changes.get("status")) and changes.get("status"):
            found[application] = at
    return found


def is_shown(role: Role | None, change: tuple[str | None, str | None] | list[str] | None) -> bool:
    """Whether a role may read of an event; false for one that changes nothing which the role can see."""
    if not change or not all(change):
        return True
    before, after = (S(str(code)) for code in change)
    return before is after or shown_to(role, before) is not shown_to(role, after)


def status_shown(role: Role | None, code: str) -> str:
    """The code of a state as a role reads it; '' for none."""
    return shown_to(role, S(code)).value if code else ""
