"""Steps and what they need: returns, quotas, undo, deadlines, eligibility, the frozen form."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import InvalidInput, NotAllowed
from registry.models import Account, Application, Event, Message, Remark, Snapshot
from registry.queries.applications import access
from registry.services import events
from registry.services.applications import drafts, snapshots
from registry.services.applications.drafts import Stale
from registry.services.review import bulk
from registry.services.review.needs import StepInput
from registry.services.review.steps import Incomplete
from registry.terms import Action, ApplicationStatus
from tests.applicants import (
    NOW,
    cast,
    drafted,
    open_call,
    proposed,
    recommendation,
    rules_without_files,
    step,
    submitted,
)

S, A = ApplicationStatus, Action


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def test_a_return_opens_only_what_was_marked_and_goes_back_to_the_same_step(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    step(session, application, who.district, A.RECOMMEND, recommendation(application))
    step(session, application, who.city, A.ACCEPT)
    step(session, application, who.city, A.RETURN, StepInput(remarks={"lon": "请核对位置。", "summary": "请补充。"}))
    assert application.status == S.RETURNED
    assert application.open_fields == ["lat", "lon", "summary", "system"]
    version = application.version
    typed = {"summary": "补充后的简介。", "project_name": "偷改的名称", "status": "recognised"}
    drafts.save_answers(session, who.clerk, application.id, typed, seen_version=version, now=NOW)
    assert application.answers["summary"] == "补充后的简介。"
    assert application.answers["project_name"] == "演示齿轮箱装配智能车间"
    assert "status" not in application.answers
    with pytest.raises(Incomplete) as refused:
        step(session, application, who.clerk, A.RESUBMIT)
    assert [fault.label for fault in refused.value.faults] == ["确认"]
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    step(session, application, who.clerk, A.RESUBMIT)
    assert (application.status, application.return_to, application.open_fields) == (S.CHECKING, None, None)
    numbers = session.scalars(select(Snapshot.number).where(Snapshot.application_id == application.id)).all()
    assert sorted(numbers) == [1, 2]
    assert session.scalar(select(func.count()).select_from(Remark)) == 2


def test_the_confirming_member_does_not_submit(session: Session) -> None:
    who = cast(session)
    application = drafted(session, open_call(session), who)
    drafts.confirm(session, who.clerk, application.id, seen_version=application.version, now=NOW)
    with pytest.raises(Incomplete, match="有 1 处需要更正"):
        step(session, application, who.clerk, A.SUBMIT)
    step(session, application, who.checker, A.SUBMIT)
    assert (application.confirmed_by, application.submitted_by) == (who.clerk.id, who.checker.id)
    assert application.number == "SB-2026-0001"


def test_typing_after_the_confirmation_takes_it_back(session: Session) -> None:
    who = cast(session)
    application = drafted(session, open_call(session), who)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    version = application.version
    drafts.save_answers(session, who.clerk, application.id, {"town": "别处"}, seen_version=version, now=NOW)
    assert application.confirmed_by is None


def test_a_call_may_do_without_the_second_person(session: Session) -> None:
    who = cast(session)
    call = open_call(session, rules=rules_without_files(second_person=False))
    application = drafted(session, call, who)
    step(session, application, who.clerk, A.SUBMIT)
    assert application.status == S.SUBMITTED


def test_a_draft_takes_anything_and_autosave_makes_no_event(session: Session) -> None:
    who = cast(session)
    application = drafts.begin(session, who.clerk, open_call(session).id, now=NOW)
    before = session.scalar(select(func.count()).select_from(Event))
    typed = {"lon": "不知道", "established_on": "以前", "kpi-defect_rate-baseline": "零点八", "summary": "字" * 9000}
    drafts.save_answers(session, who.clerk, application.id, typed, seen_version=1, now=NOW)
    assert {name: application.answers[name] for name in typed} == typed
    assert session.scalar(select(func.count()).select_from(Event)) == before


def test_the_second_of_two_windows_is_told_and_loses_nothing(session: Session) -> None:
    who = cast(session)
    application = drafted(session, open_call(session), who)
    seen = application.version
    drafts.save_answers(session, who.checker, application.id, {"town": "甲镇"}, seen_version=seen, now=NOW)
    with pytest.raises(Stale, match="以下栏目与您填写的不同：镇（街道）") as stale:
        drafts.save_answers(session, who.clerk, application.id, {"town": "乙镇"}, seen_version=seen, now=NOW)
    assert stale.value.changed == ("town",)
    assert application.answers["town"] == "甲镇"
    again = drafts.save_answers(session, who.clerk, application.id, {"town": "甲镇"}, seen_version=seen, now=NOW)
    assert again.version == application.version


def test_beginning_twice_opens_the_same_draft(session: Session) -> None:
    who, call = cast(session), open_call(session)
    first = drafts.begin(session, who.clerk, call.id, now=NOW)
    assert drafts.begin(session, who.checker, call.id, now=NOW).id == first.id


def test_the_contact_of_a_new_form_is_the_last_one_or_whoever_begins(session: Session) -> None:
    who, call = cast(session), open_call(session)
    fresh = drafts.begin(session, who.clerk, call.id, now=NOW).answers
    person = session.get_one(Account, who.clerk.id)
    assert fresh == {"contact_name": person.name, "contact_email": person.email}
    last = submitted(session, open_call(session), who, contact_name="演示另一联系人").answers
    again = drafts.begin(session, who.checker, open_call(session).id, now=NOW).answers
    names = ("contact_name", "contact_phone", "contact_email")
    assert [again[name] for name in names] == [last[name] for name in names]
    assert again["contact_name"] == "演示另一联系人"


def test_a_second_submission_is_refused_with_the_rule(session: Session) -> None:
    who, call = cast(session), open_call(session)
    submitted(session, call, who)
    with pytest.raises(Incomplete) as refused:
        submitted(session, call, who, project_name="演示另一车间")
    assert ["1" in fault.message and "SB-2026-0001" in fault.message for fault in refused.value.faults] == [True]


def test_the_criteria_of_the_call_hold(session: Session) -> None:
    who = cast(session)
    application = drafted(session, open_call(session), who, **{"kpi-networked_equipment_count-current": "100"})
    checked = access.check_application(session, application, now=NOW)
    assert [fault.message for fault in checked.faults] == ["智能设备联网率：61.7%（要求不低于 70%）"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (1, False)])
def test_the_deadline_is_a_second_in_beijing(session: Session, zone: str, seconds: int, accepted: bool) -> None:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        who = cast(session)
        call = open_call(session, closes_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
        application = drafted(session, call, who)
        drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
        moment = datetime(2026, 11, 30, 9, 0, seconds, tzinfo=UTC)
        if accepted:
            assert step(session, application, who.clerk, A.SUBMIT, now=moment).status == S.SUBMITTED
        else:
            with pytest.raises(NotAllowed, match="申报已经截止"):
                step(session, application, who.clerk, A.SUBMIT, now=moment)
    finally:
        os.environ.pop("TZ", None) if before is None else os.environ.update(TZ=before)
        time.tzset()


def test_a_return_after_the_deadline_can_still_be_answered(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    late = NOW + timedelta(days=90)
    step(session, application, who.district, A.RETURN, StepInput(message="请补充。", open_all=True), now=late)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=late)
    assert step(session, application, who.clerk, A.RESUBMIT, now=late).status == S.SUBMITTED


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (StepInput(), "message"),
        (StepInput(message="请修改。"), "open_all"),
        (StepInput(remarks={"lon": " "}), "remark-lon"),
        (StepInput(remarks={"no-such-field": "请改。"}), "remarks"),
        (StepInput(remarks={"lon": "字" * 1001}), "remark-lon"),
    ],
)
def test_a_return_says_what_to_change(session: Session, given: StepInput, field: str) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    with pytest.raises(InvalidInput) as refused:
        step(session, application, who.district, A.RETURN, given)
    assert refused.value.field == field
    assert application.status == S.SUBMITTED


def test_a_recommendation_needs_sheet_rank_and_letter(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    full = recommendation(application)
    for given, field in (
        (StepInput(rank=1, letter_number="演示〔2026〕1号"), "criteria"),
        (StepInput(rank=1, letter_number="演示〔2026〕1号", criteria={**full.criteria, "storage": "no"}), "criteria"),
        (StepInput(letter_number="演示〔2026〕1号", criteria=full.criteria), "rank"),
        (StepInput(rank=1, criteria=full.criteria), "letter_number"),
    ):
        with pytest.raises(InvalidInput) as refused:
            step(session, application, who.district, A.RECOMMEND, given)
        assert refused.value.field == field
    step(session, application, who.district, A.RECOMMEND, StepInput(rank=1, letter_number="演示[2026]1号", criteria=full.criteria))  # fmt: skip
    assert (application.rank, application.letter_number) == (1, "演示〔2026〕1号")


def test_a_quota_ends_half_way_and_the_plan_says_so(session: Session) -> None:
    call = open_call(session, rules=rules_without_files(quotas={"TNQ": 2}))
    cases = []
    for number in range(3):
        who = cast(session)
        application = submitted(session, call, who, project_name=f"演示车间{number}")
        cases.append(application)
    given = recommendation(cases[0])
    planned = bulk.plan(session, who.district, [case.id for case in cases], A.RECOMMEND, given, now=NOW)
    assert [bool(item.refusal) for item in planned] == [False, False, True]
    assert planned[2].refusal == "本板块推荐名额 2 个，已用 2 个；确需增加请联系市局。"
    assert [case.status for case in cases] == [S.SUBMITTED] * 3
    seen = [(case.id, case.version) for case in cases[:2]]
    bulk.perform_all(session, who.district, seen, A.RECOMMEND, given, now=NOW)
    assert [case.rank for case in cases] == [1, 2, None]


def test_a_step_is_undone_with_a_reason_and_both_events_stay(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    step(session, application, who.district, A.NOT_RECOMMEND, StepInput(message="尚未投产。"))
    assert application.decided_by == who.district.id
    with pytest.raises(InvalidInput) as refused:
        step(session, application, who.district, A.UNDO)
    assert refused.value.field == "reason"
    step(session, application, who.district, A.UNDO, StepInput(reason="点错了。"))
    assert (application.status, application.decided_by, application.decided_at) == (S.SUBMITTED, None, None)
    actions = session.scalars(select(Event.action).where(Event.subject_type == "application").order_by(Event.id)).all()
    assert actions[-2:] == ["application.not_recommend", "application.undo"]
    with pytest.raises(NotAllowed):
        step(session, application, who.district, A.UNDO, StepInput(reason="再撤一次。"))


def test_a_proposal_is_secret_to_the_applicant(session: Session) -> None:
    who = cast(session)
    application = proposed(session, open_call(session), who)
    said = session.scalars(select(Message.subject).where(Message.account_id == who.clerk.id)).all()
    assert application.status == S.PROPOSED
    assert [text for text in said if "拟认定" in text] == []
    with pytest.raises(NotAllowed, match="现在是“市级审核中”，企业用户不能“提交”"):
        step(session, application, who.clerk, A.SUBMIT)


def test_a_step_takes_only_what_it_asks_for(session: Session) -> None:
    """A message with a proposal would tell the applicant what is still secret."""
    who = cast(session)
    application = submitted(session, open_call(session), who)
    step(session, application, who.district, A.RECOMMEND, recommendation(application))
    step(session, application, who.city, A.ACCEPT)
    step(session, application, who.city, A.PROPOSE, StepInput(message="恭喜。", remarks={"summary": "很好。"}))
    assert session.scalars(select(Remark.text)).all() == []
    assert "恭喜。" not in session.scalars(select(Message.body)).all()


def test_a_snapshot_is_frozen_and_holds_no_contacts(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    snapshot = snapshots.latest(session, application.id)
    assert snapshots.is_genuine(application, snapshot)
    assert set(snapshot.answers) & {"contact_name", "contact_phone", "contact_email", "legal_representative"} == set()
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE snapshot SET check_code = 'X'"))
    session.rollback()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("DELETE FROM snapshot"))


def test_events_hold_no_personal_values(session: Session) -> None:
    who = cast(session)
    proposed(session, open_call(session), who)
    stored = " ".join(str(row) for row in session.execute(select(Event.changes, Event.note)).all())
    for secret in ("演示联系人", "85681234", "contact@example.com", "演示法人"):
        assert secret not in stored
    assert events.verify(session)[1] is None


def test_the_database_repeats_the_invariants(session: Session) -> None:
    who = cast(session)
    application = submitted(session, open_call(session), who)
    session.commit()
    for change in (
        "status = 'recognised'",
        "status = 'rejected'",
        "status = 'nonsense'",
        "return_to = 'submitted'",
        "unit_code = NULL",
        "number = NULL",
    ):
        with pytest.raises(DatabaseError, match=r"CHECK|check"):
            session.execute(text(f"UPDATE application SET {change} WHERE id = {application.id}"))
        session.rollback()
    assert session.get_one(Application, application.id).status == S.SUBMITTED
