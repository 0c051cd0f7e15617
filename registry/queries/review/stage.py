"""The derived stage of an application inside the city's check: no state of its own, read from what was recorded.

Each part of the round offers a provider; the first one that still waits for something names the stage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application
from registry.permissions import Actor, Permission, can
from registry.queries.evaluation.stage import experts_stage
from registry.queries.inspection import standing as inspection
from registry.queries.review.stage_words import NAMES, Stage, StageCode
from registry.terms import ApplicationStatus

Provider = Callable[[Session, Mapping[int, Rules]], dict[int, Stage]]
PROVIDERS: tuple[Provider, ...] = (experts_stage, inspection.stages)
"""The parts of the round in their order."""


def has_round(rules: Rules) -> bool:
    """Whether a call has any part of the round, so that its applications have a stage."""
    return bool(rules.experts or rules.inspection_share)


def sees_stages(actor: Actor) -> bool:
    """Before the public notice only the city and the publisher know how far the round is."""
    return can(actor, Permission.PANEL_READ).allowed


def stages(session: Session, cases: Mapping[int, Rules]) -> dict[int, Stage]:
    """The stage of applications in the city's check, by id; `cases` holds the rules of each."""
    waiting = {application: rules for application, rules in cases.items() if has_round(rules)}
    found: dict[int, Stage] = {}
    for provider in PROVIDERS:
        found |= provider(session, {key: rules for key, rules in waiting.items() if key not in found})
    done = Stage(StageCode.PROPOSAL, NAMES[StageCode.PROPOSAL])
    return {key: found.get(key, done) for key in waiting}


def stage_of(session: Session, application: Application, rules: Rules) -> Stage | None:
    """The stage of one application; None outside of the city's check, or where the call has no round."""
    if application.status != ApplicationStatus.CHECKING:
        return None
    return stages(session, {application.id: rules}).get(application.id)


def applications_at(session: Session, code: str, forms: Mapping[int, Rules]) -> list[int]:
    """Ids of all applications at a stage; `forms` are the rules by version."""
    rows = session.execute(
        select(Application.id, Application.call_form_id).where(
            Application.status == ApplicationStatus.CHECKING.value,
            Application.call_form_id.in_([form for form, rules in forms.items() if has_round(rules)]),
        )
    )
    cases = {application: forms[form] for application, form in rows}
    return [application for application, stage in stages(session, cases).items() if stage.code == code]
