"""The experts' part of the derived stage of an application in the city's check, and what a proposal waits for."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.models import Application
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import Outcome, live_panels, outcome_of, outcomes
from registry.queries.review.stage_words import Stage, StageCode
from registry.wording import Message


def experts_stage(session: Session, cases: Mapping[int, Rules]) -> dict[int, Stage]:
    """What the experts' round still waits for, by application; applications that are done with it are left out."""
    wanted = [application for application, rules in cases.items() if rules.experts]
    if not wanted:
        return {}
    panels = live_panels(session, wanted)
    scored = outcomes(session, set(panels.values())) if panels else {}
    found = {application: stage_of_outcome(scored.get(application)) for application in wanted}
    return {application: stage for application, stage in found.items() if stage is not None}


def stage_of_outcome(outcome: Outcome | None) -> Stage | None:
    """待分派专家, 专家评审中 2/3, 待组长裁定, or None when the score stands."""
    if outcome is None or not outcome.asked:
        return Stage(StageCode.EXPERTS, Message("待分派专家"))
    if not outcome.is_complete:
        return Stage(
            StageCode.SCORING, Message("专家评审中 %(given)s/%(asked)s", given=outcome.given, asked=outcome.asked)
        )
    if not outcome.is_decided:
        return Stage(StageCode.CHAIR, Message("待组长裁定"))
    return None


def missing_scores(session: Session, application: Application) -> Message | None:
    """Why an application cannot be proposed because of the experts' round; None when it can, or has no part in the
    round."""
    if not form_for(application).rules.experts:
        return None
    outcome = outcome_of(session, application.id)
    stage = stage_of_outcome(outcome)
    if stage is None:
        return None
    if stage.code is StageCode.EXPERTS:
        return Message("还没有分派专家；请先在“专家评审”中抽取专家。")
    if stage.code is StageCode.SCORING and outcome is not None:
        return Message(
            "专家评分还没有交齐（%(given)s/%(asked)s）；请等待，或在“专家评审”中延长、更换专家。",
            given=outcome.given,
            asked=outcome.asked,
        )
    return Message("评分需要组长裁定；请先在“专家评审”中裁定。")
