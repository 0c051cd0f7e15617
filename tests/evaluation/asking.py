"""Questions that tests of a round ask, and steps that they take."""

from __future__ import annotations

from registry.evaluation.terms import Decision
from registry.models import Application, Panel
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import Outcome, outcome_of
from registry.queries.review.stage import stage_of
from registry.services.evaluation import deciding
from registry.services.evaluation.deciding import Ruling, mark
from registry.terms import Action
from tests import applicants
from tests.applicants import NOW
from tests.evaluation.conftest import Office


def find(office: Office, place: int = 0) -> Outcome:
    found = outcome_of(office.session, office.round.applications[place])
    assert found is not None
    return found


def words(office: Office, place: int = 0) -> str:
    application = office.session.get_one(Application, office.round.applications[place])
    stage = stage_of(office.session, application, form_for(application).rules)
    assert stage is not None
    return str(stage.words)


def rule(office: Office, panel: Panel, which: int, decision: Decision, actor: Actor | None = None, **more) -> None:  # type: ignore[no-untyped-def]
    application = office.round.applications[which]
    deciding.decide(
        office.session, actor or office.round.city, panel.id, application,
        Ruling(decision=decision, reason="演示裁定", **more), seen=mark(find(office, which)), now=NOW,
    )  # fmt: skip


def propose(office: Office, place: int = 0) -> Application:
    application = office.session.get_one(Application, office.round.applications[place])
    return applicants.step(office.session, application, office.round.city, Action.PROPOSE)
