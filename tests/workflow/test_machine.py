"""A machine of all roles drives the forms of all purposes at random; after every step the invariants hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import ColumnElement, Engine, func, select

from registry.application_form import KpiPart, kpi_field
from registry.application_form.window import beijing_day
from registry.db import make_engine, writers
from registry.errors import RegistryError
from registry.models import (
    Application,
    CallSubject,
    Event,
    KpiReport,
    Recognition,
    ReEvaluation,
    Snapshot,
)
from registry.permissions import Actor
from registry.purposes import CallPurpose, Outcome
from registry.queries.applications import access
from registry.queries.catalogue.loading import load_catalogue
from registry.services import events
from registry.services.applications import drafts
from registry.services.recognition import confirming, entering, re_evaluating
from registry.services.recognition.document_text import DocumentText
from registry.services.review.filing import PROPOSED_OUTCOMES
from registry.services.review.needs import StepInput
from registry.statuses import FINAL_STATUSES, REFUSED_STATUSES
from registry.terms import Action, ApplicationStatus, RecognitionStatus, ReportKind, Role, Tier
from registry.workflow import available, find
from tests.applicants import NOW, Cast, complete_answers, recommendation, step
from tests.titles.later_makers import AGAIN
from tests.workflow.office import Ground, open_office, place_of
from tests.workflow.test_later_steps import REACHED

S = ApplicationStatus
TITLE, AGAIN_JUDGED, YEARLY = CallPurpose.TITLE, CallPurpose.RE_EVALUATION, CallPurpose.YEARLY
EXAMPLES = {TITLE: 150, AGAIN_JUDGED: 90, YEARLY: 60}
"""Runs by purpose: titles have the most states and the longest way, yearly reports the shortest."""
WEIGHTS = {
    Action.SUBMIT: 20, Action.RESUBMIT: 12, Action.RECOMMEND: 16, Action.ACCEPT: 16, Action.PROPOSE: 16,
    Action.FILE: 6, Action.WITHDRAW: 1,
}  # fmt: skip
"""How often a step is drawn against 4 of the others: a machine that never gets to a title proves nothing."""


class Office(RuleBasedStateMachine):
    """Two enterprises, two units, one city and a call of one purpose; the model remembers what each application
    should be.

    What a run does on top of its ground is never committed, so the next one finds it as it was.
    """

    engine: Engine
    ground: Ground
    purpose: CallPurpose
    reached: ClassVar[set[tuple[CallPurpose, ApplicationStatus]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.session = writers(self.engine)()
        self.casts = self.ground.casts
        self.expected: dict[int, ApplicationStatus] = {}
        self.listed: dict[int, ApplicationStatus] | None = None
        self.submissions: dict[int, int] = {}
        self.owners: dict[int, Cast] = {}
        self.now = NOW if self.purpose is TITLE else AGAIN

    @property
    def call_id(self) -> int:
        return self.ground.calls[self.purpose]

    def pick(self, data: st.DataObject) -> Application:
        return self.session.get_one(Application, data.draw(st.sampled_from(sorted(self.expected))))

    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        if len(self.expected) >= 3:
            return
        who = data.draw(st.sampled_from(self.casts))
        project = None if self.purpose is TITLE else self.ground.projects[self.casts.index(who)]
        try:
            application = drafts.begin(self.session, who.clerk, self.call_id, project_id=project, now=self.now)
        except RegistryError:
            # Its form is on its way or filed.
            assert any(
                self.owners[key] is who and status not in REFUSED_STATUSES for key, status in self.expected.items()
            )
            return
        if application.id in self.expected:
            assert (application.status, project is None) == (S.DRAFT, False)
            return
        answers = complete_answers(
            self.call_rules(application), project_name=f"演示车间{len(self.expected)}", **place_of(self.casts, who)
        )
        if self.purpose is AGAIN_JUDGED:
            answers |= {"report_year": "2027"}
        drafts.save_answers(
            self.session, who.clerk, application.id, answers, seen_version=application.version, now=self.now
        )
        self.expected[application.id] = S.DRAFT
        self.submissions[application.id] = 0
        self.owners[application.id] = who

    def call_rules(self, application: Application):  # type: ignore[no-untyped-def]
        return access.form_for(application).rules

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        application = self.pick(data)
        self.confirm_as(self.owners[application.id], application)

    def confirm_as(self, who: Cast, application: Application) -> None:
        try:
            drafts.confirm(self.session, who.checker, application.id, seen_version=application.version, now=self.now)
        except RegistryError:
            assert application.status not in (S.DRAFT, S.RETURNED)

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), action=st.sampled_from([action for action in Action if action is not Action.RECOGNISE]))
    def try_anything(self, data: st.DataObject, action: Action) -> None:
        """Anybody tries any step: it is taken as the table says, or nothing happens."""
        self.take(self.pick(data), data.draw(st.sampled_from(self.everybody())), action, data)

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), steps=st.integers(1, 5))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Its own people take some of the steps that the table offers, so that all states are reached."""
        application = self.pick(data)
        for _ in range(steps):
            who, status = self.owners[application.id], S(application.status)
            if status is S.PROPOSED and data.draw(st.booleans()):
                self.announce_by(data.draw(st.integers(1, 3)))
                return
            own = (who.clerk, who.district, who.city)
            offers = [
                (actor, item.action)
                for actor in own
                for item in available(status, actor.role, Tier.MUNICIPAL, self.purpose)
            ]
            forward = [offer for offer in offers if offer[1] is not Action.UNDO]
            if not forward:
                return
            # Every state must be reached often enough that no run misses one, also those at the end of a long way.
            weighted = [offer for offer in forward for _ in range(WEIGHTS.get(offer[1], 4))]
            actor, action = data.draw(st.sampled_from(weighted))
            if action in (Action.SUBMIT, Action.RESUBMIT):
                self.confirm_as(who, application)
            self.take(application, actor, action, data)

    def take(self, application: Application, actor: Actor, action: Action, data: st.DataObject) -> None:
        before = S(application.status)
        allowed = find(action, before, actor.role, Tier.MUNICIPAL, self.purpose)
        self.now += timedelta(minutes=1)
        target = (allowed.target if allowed else None) or self.remembered(application, action)
        given = self.given(application, action, data)
        savepoint = self.session.begin_nested()
        try:
            step(self.session, application, actor, action, given, now=self.now)
        except RegistryError:
            savepoint.rollback()
            assert self.session.get_one(Application, application.id).status == before
            return
        assert allowed is not None
        assert application.status == target
        self.expected[application.id] = S(application.status)
        self.submissions[application.id] += action in (Action.SUBMIT, Action.RESUBMIT)
        self.reached.add((self.purpose, S(application.status)))

    @precondition(lambda self: any(status is S.PROPOSED for status in self.expected.values()))
    @rule(number=st.integers(1, 3))
    def announce(self, number: int) -> None:
        self.announce_by(number)

    def announce_by(self, number: int) -> None:
        """A document of all that is proposed: new titles, or what became of old ones."""
        waiting = [key for key, status in self.expected.items() if status is S.PROPOSED]
        session, city, publisher, now = self.session, self.casts[0].city, self.casts[0].publisher, self.now
        text = DocumentText(
            number=f"演示〔{beijing_day(now).year}〕{number}号",
            title="公布名单（演示）",
            organ="演示机关",
            announced_on=beijing_day(now),
        )
        savepoint = session.begin_nested()
        try:
            if self.purpose is TITLE:
                made = entering.prepare(session, city, self.call_id, text, application_ids=waiting, now=now)
            else:
                made = re_evaluating.prepare(session, city, self.call_id, text, now=now)
            confirming.confirm(session, publisher, made.id, seen_version=made.version, now=now)
        except RegistryError:
            savepoint.rollback()
            return
        target = S.RECOGNISED if self.purpose is TITLE else S.FILED
        for key in waiting:
            self.expected[key] = target
            self.reached.add((self.purpose, target))

    def everybody(self) -> list[Actor]:
        found = []
        for who in self.casts:
            found += [who.clerk, who.checker, who.district, who.city, who.publisher]
        return found

    def remembered(self, application: Application, action: Action) -> ApplicationStatus | None:
        kept = application.return_to if action is Action.RESUBMIT else application.previous_status
        return S(kept) if kept else None

    def given(self, application: Application, action: Action, data: st.DataObject) -> StepInput:
        if action is Action.RETURN:
            return StepInput(remarks={kpi_field("operating_cost", KpiPart.CURRENT): "请补充。"})
        if action is Action.RECOMMEND:
            return recommendation(application)
        is_judged = self.purpose is AGAIN_JUDGED and action is Action.PROPOSE
        outcome = data.draw(st.sampled_from(PROPOSED_OUTCOMES)).value if is_judged else ""
        return StepInput(message="说明。", reason="原因。", outcome=outcome)

    def own(self, status: ApplicationStatus) -> int:
        """How many applications of this run the model has in a status."""
        return sum(each is status for each in self.expected.values())

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """How many rows there are."""
        return self.session.scalar(select(func.count()).where(*conditions)) or 0

    @invariant()
    def statuses_are_those_of_the_model(self) -> None:
        stored = dict(self.session.execute(select(Application.id, Application.status)).all())
        before = dict.fromkeys(self.ground.applications, S.RECOGNISED.value)
        assert stored == before | {key: status.value for key, status in self.expected.items()}

    @invariant()
    def every_submission_left_a_snapshot(self) -> None:
        counted = dict(
            self.session.execute(select(Snapshot.application_id, func.count()).group_by(Snapshot.application_id)).all()
        )
        assert {key: counted.get(key, 0) for key in self.submissions} == self.submissions

    @invariant()
    def titles_are_what_was_recognised(self) -> None:
        recognised = len(self.ground.projects) + self.own(S.RECOGNISED)
        assert self.count(Recognition.id.is_not(None)) == recognised
        # Where no application has got another status, nothing was done that could stand on the public list.
        if self.listed != self.expected:
            assert len(load_catalogue(self.session).title_project) == recognised
            self.listed = dict(self.expected)

    @invariant()
    def decisions_and_returns_are_whole(self) -> None:
        for application in self.session.scalars(select(Application).where(Application.id.in_(self.expected))):
            status = S(application.status)
            assert (application.decided_at is not None) == (status in FINAL_STATUSES)
            assert (application.return_to is not None) == (status is S.RETURNED)
            assert (application.number is None) == (self.submissions[application.id] == 0)

    @invariant()
    def what_is_filed_stands_on_record(self) -> None:
        """A re-evaluation has an outcome from its proposal on, which its document alone turns into a title that is
        kept or revoked; a yearly report gives its project the figures of one year."""
        if self.purpose is TITLE:
            return
        subjects = self.session.execute(
            select(CallSubject.application_id, CallSubject.outcome).where(
                CallSubject.call_id == self.call_id, CallSubject.application_id.is_not(None)
            )
        )
        outcomes = {key: outcome for key, outcome in subjects if outcome is not None}
        is_judged = self.purpose is AGAIN_JUDGED
        judged = [key for key, status in self.expected.items() if is_judged and status in (S.PROPOSED, S.FILED)]
        assert sorted(outcomes) == judged
        filed = [outcomes[key] for key in judged if self.expected[key] is S.FILED]
        failed = filed.count(Outcome.FAIL)
        assert self.count(ReEvaluation.id.is_not(None)) == len(filed) - failed
        assert self.count(Recognition.status == RecognitionStatus.REVOKED) == failed
        assert self.count(KpiReport.kind == ReportKind.YEARLY) == (0 if is_judged else self.own(S.FILED))

    @invariant()
    def the_quota_holds(self) -> None:
        used = self.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.call_id == self.ground.calls[TITLE],
                Application.unit_code == "TNQ",
                Application.status.in_(["recommended", "checking", "proposed", "recognised"]),
            )
        )
        assert (used or 0) <= 2

    def teardown(self) -> None:
        try:
            assert events.verify(self.session)[1] is None
            roles = set(self.session.scalars(select(Event.actor_role).distinct()))
            assert roles <= {role.value for role in Role}
        finally:
            self.session.rollback()
            self.session.close()


@pytest.mark.slow
def test_no_order_of_steps_breaks_an_invariant(sqlite_url: str) -> None:
    Office.reached.clear()
    engine = make_engine(sqlite_url)
    with writers(engine)() as session:
        ground = open_office(session)
        session.commit()
    for purpose, examples in EXAMPLES.items():
        members = {"engine": engine, "ground": ground, "purpose": purpose}
        machine: Callable[[], Office] = type("OfficeHere", (Office,), members)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=14,
                deadline=None,
                phases=(Phase.explicit, Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    engine.dispose()
    municipal = set(ApplicationStatus) - {S.DRAFT, S.NOTICED, S.FORWARDED, S.FILED}
    possible = {TITLE: municipal, **REACHED}
    assert Office.reached == {(purpose, status) for purpose, statuses in possible.items() for status in statuses}
