"""Which change requests exist for an actor, and which of them are his own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from registry.changes import ChangeState, Origin
from registry.models import ChangeRequest
from registry.permissions import REVIEWERS, Actor
from registry.terms import Role


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The requests that exist for this actor: an enterprise's own and what staff put into force at it; a district
    reviewer's unit; everything for city and publisher."""
    if actor.limited:
        return false()
    if actor.role is Role.ENTERPRISE:
        told = or_(ChangeRequest.origin == Origin.ENTERPRISE.value, ChangeRequest.state == ChangeState.IN_FORCE.value)
        return and_(ChangeRequest.enterprise_id == actor.enterprise_id, told)
    # A draft is its enterprise's alone.
    sent = ChangeRequest.state != ChangeState.DRAFT.value
    if actor.role is Role.DISTRICT_REVIEWER:
        return and_(ChangeRequest.unit_code == actor.unit, sent)
    return sent if actor.role in REVIEWERS else false()


def reaches(actor: Actor, request: ChangeRequest) -> bool:
    """The same for one request at hand."""
    if actor.limited:
        return False
    if actor.role is Role.ENTERPRISE:
        told = request.origin == Origin.ENTERPRISE or request.state == ChangeState.IN_FORCE
        return request.enterprise_id == actor.enterprise_id and told
    if request.state == ChangeState.DRAFT:
        return False
    if actor.role is Role.DISTRICT_REVIEWER:
        return request.unit_code == actor.unit
    return actor.role in REVIEWERS


def is_own(actor: Actor, request: ChangeRequest) -> bool:
    """Whether it was entered by this enterprise, or by this very officer."""
    if actor.role is Role.ENTERPRISE:
        return request.origin == Origin.ENTERPRISE and request.enterprise_id == actor.enterprise_id
    return request.entered_by == actor.id
