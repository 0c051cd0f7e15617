"""Who may begin a request and what may be done to one: pure, read by rules and buttons alike."""

from __future__ import annotations

from registry.changes.shape import DESK_ROLES, Change, Desk
from registry.changes.words import ChangeAction, ChangeState
from registry.terms import Role

OPEN_STATES = (ChangeState.SUBMITTED, ChangeState.AGREED, ChangeState.DECIDED, ChangeState.RETURNED)
WAITING = tuple(ChangeState(desk.value) for desk in Desk)
"""States in which a desk holds a request."""


def may_start(role: Role | None, change: Change) -> bool:
    """Whether this role may begin a request of a kind; what it concerns is asked of the record."""
    if role is Role.ENTERPRISE:
        return change.by_enterprise
    if role is Role.DISTRICT_REVIEWER:
        return Desk.UNIT in change.route
    return role is Role.MUNICIPAL_REVIEWER


def possible(state: ChangeState, role: Role | None, *, is_own: bool) -> tuple[ChangeAction, ...]:
    """What a role may do to a request in a state, in the order of the buttons.

    `is_own`: it was entered by this enterprise, or by this officer. Nobody decides what he entered himself.
    """
    if is_own:
        if state is ChangeState.DRAFT:
            return (ChangeAction.RESUBMIT, ChangeAction.DROP)
        again = (ChangeAction.RESUBMIT,) if state is ChangeState.RETURNED else ()
        return (*again, ChangeAction.WITHDRAW) if state in OPEN_STATES else ()
    if state in WAITING and DESK_ROLES[Desk(state.value)] is role:
        return (ChangeAction.AGREE, ChangeAction.RETURN, ChangeAction.REFUSE)
    return ()
