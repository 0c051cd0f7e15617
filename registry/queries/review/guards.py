"""What the record has against a step: the one place that buttons, bulk pages and the step itself ask."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from registry.models import Application
from registry.queries.applications import returned
from registry.queries.evaluation.stage import missing_scores
from registry.queries.inspection.standing import obstacle
from registry.queries.notices import standing
from registry.wording import Message
from registry.workflow import Need, Transition


def hindrance(session: Session, application: Application, step: Transition, *, today: date) -> tuple[Need, str] | None:
    """The first need of a step that the record does not meet, and why, as a sentence; None when all are met."""
    for need in (Need.LAPSED, Need.UNTOUCHED):
        if need in step.needs and (said := returned.against(session, application, step, today=today)):
            return need, said
    if Need.SCORES in step.needs and (said := missing_scores(session, application) or ""):
        return Need.SCORES, said
    if Need.INSPECTION in step.needs and (said := obstacle(session, application)):
        return Need.INSPECTION, said
    if Need.NOTICE_OVER in step.needs and (said := standing.hindrance(session, application.id, today)):
        return Need.NOTICE_OVER, Message("%(reason)s，现在不能办理这一步。", reason=said)
    return None
