"""The time for a correction: its last day, what happens afterwards, more time, a return taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import InvalidInput, NotAllowed, NotFound
from registry.models import Application, Event, Message
from registry.queries.applications.returned import is_overdue
from registry.services.applications import drafts
from registry.services.review import bulk
from registry.services.review.corrections import extend, extend_all
from registry.services.review.needs import StepInput
from registry.terms import Action, AfterCorrection, ApplicationStatus
from tests.applicants import NOW, Cast, cast, open_call, recommendation, rules_without_files, step, submitted

S, A = ApplicationStatus, Action
DUE = date(2026, 12, 4)
"""Ten working days after the return of Friday, 20 November."""
ON_THE_DAY = datetime.fromisoformat("2026-12-04T23:59:59+08:00")
DAY_AFTER = datetime.fromisoformat("2026-12-05T00:00:00+08:00")
REMARK = StepInput(remarks={"summary": "请补充。"})
WHY = StepInput(message="逾期未补正。", reason="退错了。")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def returned(session: Session, rule: AfterCorrection = AfterCorrection.LAPSE) -> tuple[Application, Cast]:
    who = cast(session)
    call = open_call(session, rules=rules_without_files(after_correction=rule))
    application = submitted(session, call, who)
    step(session, application, who.district, A.RETURN, REMARK)
    return application, who


def correct(session: Session, application: Application, who: Cast, *, now: datetime) -> None:
    """Type something, have it confirmed, submit again."""
    typed = {"summary": "补充后的简介。"}
    drafts.save_answers(session, who.clerk, application.id, typed, seen_version=application.version, now=now)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=now)
    step(session, application, who.clerk, A.RESUBMIT, now=now)


def last_message(session: Session, account_id: int | None) -> str:
    statement = select(Message).where(Message.account_id == account_id).order_by(Message.id.desc())
    found = session.scalars(statement.limit(1)).one()
    return f"{found.subject}\n{found.body}"


def test_a_return_says_until_when(session: Session) -> None:
    application, who = returned(session)
    assert application.due_on == DUE
    assert "请于 2026-12-04 前补正。" in last_message(session, who.clerk.id)
    correct(session, application, who, now=ON_THE_DAY)
    assert (application.status, application.due_on) == (S.SUBMITTED, None)


def test_a_call_that_waits_only_marks_what_is_overdue(session: Session) -> None:
    application, who = returned(session, AfterCorrection.WAIT)
    assert not is_overdue(application, DUE)
    assert is_overdue(application, DAY_AFTER.date())
    with pytest.raises(NotAllowed, match="没有规定逾期未补正即终止"):
        step(session, application, who.district, A.NOT_RECOMMEND, WHY, now=DAY_AFTER)
    correct(session, application, who, now=DAY_AFTER)
    assert application.status == S.SUBMITTED


def test_41_lapsed_then_extended(session: Session) -> None:
    application, who = returned(session)
    with pytest.raises(NotAllowed, match=r"2026-12-04 已过.*板块审核员"):
        correct(session, application, who, now=DAY_AFTER)
    assert application.answers["summary"] == "补充后的简介。", "what was typed is kept"
    extend(
        session, who.district, application.id, date(2026, 12, 18), "展会期间，企业申请。",
        seen_version=application.version, now=DAY_AFTER,
    )  # fmt: skip
    assert "请于 2026-12-18 前补正。" in last_message(session, who.clerk.id)
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.action, event.note) == ("application.extend", "展会期间，企业申请。")
    assert event.changes == {"due_on": ["2026-12-04", "2026-12-18"]}
    step(session, application, who.clerk, A.RESUBMIT, now=DAY_AFTER + timedelta(days=13))
    assert application.status == S.SUBMITTED


def test_who_returned_it_may_end_what_lapsed_and_have_it_back(session: Session) -> None:
    application, who = returned(session)
    with pytest.raises(NotAllowed, match="还没有过"):
        step(session, application, who.district, A.NOT_RECOMMEND, WHY, now=ON_THE_DAY)
    with pytest.raises(NotAllowed, match="由板块审核员退回"):
        step(session, application, who.city, A.REJECT, WHY, now=DAY_AFTER)
    with pytest.raises(InvalidInput):
        step(session, application, who.district, A.NOT_RECOMMEND, StepInput(), now=DAY_AFTER)
    step(session, application, who.district, A.NOT_RECOMMEND, WHY, now=DAY_AFTER)
    assert (application.status, application.return_to, application.due_on) == (S.NOT_RECOMMENDED, None, None)
    assert "逾期未补正" in last_message(session, who.clerk.id)
    step(session, application, who.district, A.UNDO, WHY, now=DAY_AFTER)
    assert application.status == S.SUBMITTED
    with pytest.raises(NotAllowed):
        step(session, application, who.district, A.UNDO, WHY, now=DAY_AFTER)


def test_the_city_ends_what_it_returned(session: Session) -> None:
    who = cast(session)
    call = open_call(session, rules=rules_without_files(after_correction=AfterCorrection.LAPSE))
    application = submitted(session, call, who)
    step(session, application, who.district, A.RECOMMEND, recommendation(application))
    step(session, application, who.city, A.RETURN, REMARK)
    with pytest.raises(NotAllowed, match="由市局审核员退回"):
        step(session, application, who.district, A.NOT_RECOMMEND, WHY, now=DAY_AFTER)
    given = {"seen_version": application.version, "now": DAY_AFTER}
    with pytest.raises(NotAllowed, match="由市局审核员退回"):
        extend(session, who.district, application.id, date(2026, 12, 18), "原因", **given)
    step(session, application, who.city, A.REJECT, WHY, now=DAY_AFTER)
    assert (application.status, application.previous_status) == (S.REJECTED, S.RECOMMENDED)


def test_in_bulk_what_has_not_lapsed_is_left_out_and_named(session: Session) -> None:
    application, who = returned(session)
    later, other = returned(session)
    other_district = other.district
    planned = bulk.plan(session, who.district, [application.id, later.id], A.NOT_RECOMMEND, WHY, now=ON_THE_DAY)
    assert [item.refusal for item in planned] == ["补正期限 2026-12-04 还没有过，不能以逾期未补正终止。"] * 2
    seen = [(application.id, application.version), (later.id, later.version)]
    extend_all(session, other_district, seen, date(2026, 12, 31), "统一延期。", now=DAY_AFTER)
    assert {application.due_on, later.due_on} == {date(2026, 12, 31)}
    ended = [(application.id, application.version), (later.id, later.version)]
    done = bulk.perform_all(
        session, who.district, ended, A.NOT_RECOMMEND, WHY, now=datetime.fromisoformat("2027-01-01T09:00+08:00")
    )
    assert {item.status for item in done} == {S.NOT_RECOMMENDED}


WRONG: tuple[tuple[date | None, str, str], ...] = (
    (None, "原因", "due_on"),
    (DUE, "原因", "due_on"),
    (date(2026, 12, 1), "原因", "due_on"),
    (date(2032, 1, 1), "原因", "due_on"),
    (date(2026, 12, 20), "  ", "reason"),
    (date(2026, 12, 20), "长" * 201, "reason"),
)


def test_more_time_needs_a_later_day_and_a_reason(session: Session) -> None:
    application, who = returned(session)
    for due_on, reason, field in WRONG:
        given = {"seen_version": application.version, "now": NOW}
        with pytest.raises(InvalidInput) as refused:
            extend(session, who.district, application.id, due_on, reason, **given)
        assert refused.value.field == field
    assert application.due_on == DUE


def test_a_return_is_taken_back_while_nothing_was_saved(session: Session) -> None:
    application, who = returned(session)
    step(session, application, who.district, A.UNDO, WHY)
    assert (application.status, application.return_to, application.open_fields) == (S.SUBMITTED, None, None)
    assert "退回已撤销，不用再修改" in last_message(session, who.clerk.id)
    assert application.previous_status is None, "an undo is not undone"


def test_42_a_return_is_not_taken_back_after_a_save(session: Session) -> None:
    application, who = returned(session)
    typed = {"summary": "补"}
    drafts.save_answers(session, who.clerk, application.id, typed, seen_version=application.version, now=NOW)
    with pytest.raises(NotAllowed, match="企业已经开始补正"):
        step(session, application, who.district, A.UNDO, WHY)
    assert application.status == S.RETURNED


def test_a_confirmation_counts_as_begun_and_another_desk_takes_nothing_back(session: Session) -> None:
    application, who = returned(session)
    with pytest.raises(NotAllowed, match="由板块审核员退回"):
        step(session, application, who.city, A.UNDO, WHY)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    with pytest.raises(NotAllowed, match="企业已经开始补正"):
        step(session, application, who.district, A.UNDO, WHY)


def test_45_another_units_return_does_not_exist(session: Session) -> None:
    application, _who = returned(session)
    stranger = cast(session, unit="WJQ").district
    for attempt in (
        lambda: step(session, application, stranger, A.UNDO, WHY),
        lambda: step(session, application, stranger, A.NOT_RECOMMEND, WHY, now=DAY_AFTER),
        lambda: extend(
            session, stranger, application.id, date(2026, 12, 31), "原因",
            seen_version=application.version, now=NOW,
        ),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            attempt()
