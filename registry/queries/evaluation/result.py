"""What the round came to for officers beside the bureau's own pages: the score that stands and its rank, nothing else.

No sheet, no reason and no name is read here. An enterprise is told the decision and its message, never a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from registry.models import Application
from registry.permissions import Actor, Permission, can
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import outcome_of
from registry.terms import ApplicationStatus, Role

DECIDED = frozenset(
    (
        ApplicationStatus.RECOGNISED,
        ApplicationStatus.FORWARDED,
        ApplicationStatus.FILED,
        ApplicationStatus.REJECTED,
    )
)
"""What the bureau has decided: from then on a unit may know the scores of its own applications."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A score that stands. `rank` is that within its panel, None where none was fixed."""

    score: Decimal
    rank: int | None
    is_shared: bool


def result_for(session: Session, actor: Actor, application: Application) -> Result | None:
    """The result of an application within this actor's reach; None while there is none, or while he may not know it.
    The bureau knows it as soon as it stands, the unit of the application once the decision is made: before that a score
    and its rank would tell who is going to be proposed."""
    if not form_for(application).rules.experts:
        return None
    is_bureau = can(actor, Permission.PANEL_READ).allowed
    is_unit = actor.role is Role.DISTRICT_REVIEWER and application.unit_code == actor.unit
    if not (is_bureau or (is_unit and ApplicationStatus(application.status) in DECIDED)):
        return None
    outcome = outcome_of(session, application.id)
    if outcome is None or outcome.score is None or not outcome.is_decided:
        return None
    return Result(score=outcome.score, rank=outcome.rank, is_shared=outcome.is_shared)
