"""The events of an application as its enterprise may read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.models import Event
from registry.statuses import ACTIONS, for_applicant
from registry.terms import ApplicationStatus, Role

BEGIN, CONFIRM = "begin", "confirm"
_SHOWN = {BEGIN, CONFIRM, *(action.value for action, facts in ACTIONS.items() if facts.timeline)}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the timeline.

    `action` is `begin`, `confirm` or an `Action`; `status` what the application then was for its
    enterprise (None: the step changed no status); `name` stands for the enterprise's own members only.
    """

    at: datetime
    action: str
    status: ApplicationStatus | None
    role: Role | None
    name: str = ""


def visible_steps(events: Iterable[tuple[Event, str]]) -> list[Step]:
    """Steps in order; `events` are (event, actor's name) by id.

    Whatever neither shows another status to the enterprise nor is its own doing is left out: a proposal
    and its undoing, notes, assignments, looks.
    """
    steps = []
    for event, name in events:
        action = event.action.removeprefix("application.")
        if action not in _SHOWN:
            continue
        change = event.changes.get("status")
        before = for_applicant(ApplicationStatus(change[0])) if change else None
        after = for_applicant(ApplicationStatus(change[1])) if change else None
        if change and before == after:
            continue
        role = Role(event.actor_role) if event.actor_role in set(Role) else None
        own = role is Role.ENTERPRISE
        status = ApplicationStatus.DRAFT if action == BEGIN else after
        steps.append(Step(at=event.at, action=action, status=status, role=role, name=name if own else ""))
    return steps
