"""A machine of all roles drives applications at random; after every step the invariants hold."""

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
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.db import make_engine, writers
from registry.errors import RegistryError
from registry.models import Application, Event, Recognition, Snapshot
from registry.permissions import Actor
from registry.queries.applications import access
from registry.queries.catalogue.loading import load_catalogue
from registry.services import events
from registry.services.applications import drafts
from registry.services.recognition import confirming, entering
from registry.services.recognition.document_text import DocumentText
from registry.services.review.needs import StepInput
from registry.statuses import FINAL_STATUSES
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.workflow import available, find
from tests.applicants import NOW, Cast, cast, complete_answers, open_call, recommendation, rules_without_files, step

S = ApplicationStatus
EXAMPLES = 300
WEIGHTS = {
    Action.SUBMIT: 20, Action.RESUBMIT: 12, Action.RECOMMEND: 16, Action.ACCEPT: 16, Action.PROPOSE: 16, Action.WITHDRAW: 1,
}  # fmt: skip
"""How often a step is drawn against 4 of the others: a machine that never gets to a title proves nothing."""


class Office(RuleBasedStateMachine):
    """Two enterprises, two units, one city; the model remembers what each application should be.

    The people and the call stand in the database; what a run does on top of them is never committed, so the next
    one finds them as they were.
    """

    engine: Engine
    call_id: int
    casts: list[Cast]
    reached: ClassVar[set[ApplicationStatus]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.session = writers(self.engine)()
        self.expected: dict[int, ApplicationStatus] = {}
        self.submissions: dict[int, int] = {}
        self.owners: dict[int, Cast] = {}
        self.now = NOW

    def pick(self, data: st.DataObject) -> Application:
        return self.session.get_one(Application, data.draw(st.sampled_from(sorted(self.expected))))

    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        if len(self.expected) >= 3:
            return
        who = data.draw(st.sampled_from(self.casts))
        unit = "TNQ" if who is self.casts[0] else "WJQ"
        place = {"lon": "120.02", "lat": "31.79"} if unit == "TNQ" else {"lon": "119.94", "lat": "31.66"}
        application = drafts.begin(self.session, who.clerk, self.call_id, now=self.now)
        name = f"演示车间{len(self.expected)}"
        answers = complete_answers(self.call_rules(application), project_name=name, unit=unit, **place)
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
        self.take(self.pick(data), data.draw(st.sampled_from(self.everybody())), action)

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), steps=st.integers(1, 5))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Its own people take some of the steps that the table offers, so that all states are reached."""
        application = self.pick(data)
        for _ in range(steps):
            who, status = self.owners[application.id], S(application.status)
            if status is S.PROPOSED and data.draw(st.booleans()):
                self.recognise_by(data.draw(st.integers(1, 3)))
                return
            own = (who.clerk, who.district, who.city)
            offers = [(actor, item.action) for actor in own for item in available(status, actor.role, Tier.MUNICIPAL)]
            forward = [offer for offer in offers if offer[1] is not Action.UNDO]
            if not forward:
                return
            # Every state must be reached often enough that no run misses one, also those at the end of a long way.
            weighted = [offer for offer in forward for _ in range(WEIGHTS.get(offer[1], 4))]
            actor, action = data.draw(st.sampled_from(weighted))
            if action in (Action.SUBMIT, Action.RESUBMIT):
                self.confirm_as(who, application)
            self.take(application, actor, action)

    def take(self, application: Application, actor: Actor, action: Action) -> None:
        before = S(application.status)
        allowed = find(action, before, actor.role, Tier.MUNICIPAL)
        self.now += timedelta(minutes=1)
        target = (allowed.target if allowed else None) or self.remembered(application, action)
        savepoint = self.session.begin_nested()
        try:
            step(self.session, application, actor, action, self.given(application, action), now=self.now)
        except RegistryError:
            savepoint.rollback()
            assert self.session.get_one(Application, application.id).status == before
            return
        assert allowed is not None
        assert application.status == target
        self.expected[application.id] = S(application.status)
        self.submissions[application.id] += action in (Action.SUBMIT, Action.RESUBMIT)
        self.reached.add(S(application.status))

    @precondition(lambda self: any(status is S.PROPOSED for status in self.expected.values()))
    @rule(number=st.integers(1, 3))
    def recognise(self, number: int) -> None:
        self.recognise_by(number)

    def recognise_by(self, number: int) -> None:
        proposed = [key for key, status in self.expected.items() if status is S.PROPOSED]
        city, publisher = self.casts[0].city, self.casts[0].publisher
        savepoint = self.session.begin_nested()
        try:
            text = DocumentText(
                number=f"演示〔2026〕{number}号",
                title="公布名单（演示）",
                organ="演示机关",
                announced_on=self.now.date(),
            )
            made = entering.prepare(self.session, city, self.call_id, text, application_ids=proposed, now=self.now)
            confirming.confirm(self.session, publisher, made.id, seen_version=made.version, now=self.now)
        except RegistryError:
            savepoint.rollback()
            return
        for key in proposed:
            self.expected[key] = S.RECOGNISED
            self.reached.add(S.RECOGNISED)

    def everybody(self) -> list[Actor]:
        found = []
        for who in self.casts:
            found += [who.clerk, who.checker, who.district, who.city, who.publisher]
        return found

    def remembered(self, application: Application, action: Action) -> ApplicationStatus | None:
        kept = application.return_to if action is Action.RESUBMIT else application.previous_status
        return S(kept) if kept else None

    def given(self, application: Application, action: Action) -> StepInput:
        if action is Action.RETURN:
            return StepInput(remarks={"summary": "请补充。"})
        if action is Action.RECOMMEND:
            return recommendation(application)
        return StepInput(message="说明。", reason="原因。")

    @invariant()
    def statuses_are_those_of_the_model(self) -> None:
        stored = dict(self.session.execute(select(Application.id, Application.status)).all())
        assert stored == {key: status.value for key, status in self.expected.items()}

    @invariant()
    def every_submission_left_a_snapshot(self) -> None:
        counted = dict(
            self.session.execute(select(Snapshot.application_id, func.count()).group_by(Snapshot.application_id)).all()
        )
        assert {key: counted.get(key, 0) for key in self.submissions} == self.submissions

    @invariant()
    def titles_are_what_was_recognised(self) -> None:
        recognised = sum(status is S.RECOGNISED for status in self.expected.values())
        assert self.session.scalar(select(func.count()).select_from(Recognition)) == recognised
        assert len(load_catalogue(self.session).title_project) == recognised

    @invariant()
    def decisions_and_returns_are_whole(self) -> None:
        for application in self.session.scalars(select(Application)):
            status = S(application.status)
            assert (application.decided_at is not None) == (status in FINAL_STATUSES)
            assert (application.return_to is not None) == (status is S.RETURNED)
            assert (application.number is None) == (self.submissions[application.id] == 0)

    @invariant()
    def the_quota_holds(self) -> None:
        used = self.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
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


def open_office(session: Session) -> tuple[int, list[Cast]]:
    """Id of a call with room for two of 天宁, and the people of two enterprises and their units."""
    rules = rules_without_files(per_enterprise=2, quotas={"TNQ": 2})
    return open_call(session, rules=rules).id, [cast(session, unit="TNQ"), cast(session, unit="WJQ")]


@pytest.mark.slow
def test_no_order_of_steps_breaks_an_invariant(sqlite_url: str) -> None:
    Office.reached.clear()
    engine = make_engine(sqlite_url)
    with writers(engine)() as session:
        call_id, casts = open_office(session)
        session.commit()
    members = {"engine": engine, "call_id": call_id, "casts": casts}
    machine: Callable[[], Office] = type("OfficeHere", (Office,), members)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=14,
            deadline=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    engine.dispose()
    municipal = set(ApplicationStatus) - {S.DRAFT, S.NOTICED, S.FORWARDED, S.FILED}
    assert Office.reached == municipal
