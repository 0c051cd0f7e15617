"""A notice is prepared by one person, opened by another, ends by the clock, and gives its free items to a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry.application_form import InspectionItem
from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import (
    Account,
    Application,
    Call,
    Event,
    Inspection,
    InspectionPick,
    Message,
    Notice,
    NoticeItem,
    Recognition,
)
from registry.queries.applications.own import own_rows
from registry.services.attention.reminders import send_reminders
from registry.services.calls import managing
from registry.services.notices import calendar, opening, preparing
from registry.services.notices.checking import check_batch, steps_taken
from registry.services.notices.identity import IdentityKey
from registry.services.notices.preparing import NoticeFaults
from registry.services.recognition import confirming
from registry.services.review.needs import StepInput
from registry.terms import Action, ApplicationStatus, Role
from tests import people
from tests.applicants import cast as make_cast
from tests.applicants import open_call, proposed, step
from tests.notices.makers import LAST_SECOND, OPENED, OVER, Desk, desk, rules
from tests.recognition.makers import Batch

S = ApplicationStatus


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Desk:
    """Two proposed applications."""
    return desk(session, tmp_path)


def statuses(made: Desk) -> list[str]:
    """States of the applications, in order."""
    return [application.status for application in made.applications]


def test_from_the_batch_to_the_titles(session: Session, made: Desk) -> None:
    notice = made.prepare(session)
    told = session.scalars(select(Message).where(Message.account_id == made.publisher.id)).all()
    assert [message.subject for message in told] == ["公示“2026年示范智能车间拟认定名单公示（演示）”等待公开"]
    first = made.applications[0]
    [row] = own_rows(session, first.enterprise_id, now=OPENED)
    assert row.status is S.CHECKING, "nobody outside knows before it is open"
    made.open(session, notice)
    assert (notice.first_day, notice.last_day) == (date(2026, 11, 24), date(2026, 11, 30))
    assert notice.body == (
        "根据《关于组织申报2026年示范智能车间的通知（演示）》（演示〔2026〕90号）要求，"
        "经企业申报、板块推荐、市级审核等程序，拟认定2个项目为2026年市级示范智能车间，现予公示。"
    )
    assert statuses(made) == ["noticed", "noticed"]
    [row] = own_rows(session, first.enterprise_id, now=OPENED)
    assert row.status is S.NOTICED
    to_them = session.scalars(select(Message).where(Message.application_id == first.id).order_by(Message.id.desc()))
    assert to_them.first().subject == f"{first.number}：已列入公示"  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="公示到 2026-11-30 才结束"):
        made.document(session, application_ids=[first.id], now=LAST_SECOND)
    publication = made.document(session)
    confirming.confirm(session, made.publisher, publication.id, seen_version=publication.version, now=OVER)
    assert statuses(made) == ["recognised", "recognised"]
    assert len(session.scalars(select(Recognition)).all()) == 2
    actions = session.scalars(select(Event.action).where(Event.subject_type == "notice")).all()
    assert actions == ["notice.prepare", "notice.open"]


def test_without_a_notice_in_the_rules_nothing_changes(session: Session, tmp_path: Path) -> None:
    plain = desk(session, tmp_path, notice_days=0)
    with pytest.raises(NoticeFaults, match="没有选择要公示的项目"):
        plain.prepare(session, {})
    with pytest.raises(Conflict, match="2 项已不是拟认定"):
        plain.prepare(session)
    publication = plain.document(session, now=OPENED)
    assert len(publication.items) == 2


def test_an_old_application_keeps_the_rules_it_was_begun_with(session: Session, made: Desk) -> None:
    """One call, two versions of its rules: what was begun without a notice is recognised without one."""
    call = made.batch.call
    managing.revise_rules(session, made.city, call.id, rules(notice_days=0), seen_version=call.version, now=OPENED)
    late = proposed(session, call, make_cast(session), now=OPENED, project_name="演示后来的车间")
    publication = made.document(session, now=OPENED)
    assert publication.items == [{"application": late.id}]


def test_who_prepares_does_not_open_and_the_database_says_so_too(session: Session, made: Desk) -> None:
    notice = made.prepare(session)
    with pytest.raises(NotAllowed):
        opening.open_notice(session, made.city, notice.id, seen_version=notice.version, now=OPENED)
    # Whoever prepared it as a reviewer and is a publisher by now is still the same person.
    promoted = replace(made.city, role=Role.PUBLISHER)
    with pytest.raises(NotAllowed, match="自己拟订的公示须由另一人核对后公开"):
        opening.open_notice(session, promoted, notice.id, seen_version=notice.version, now=OPENED)
    session.commit()
    with pytest.raises(DatabaseError, match="four_eyes"):
        session.execute(
            text("UPDATE notice SET state = 'open', confirmed_by = prepared_by, first_day = '2026-11-24', "
                 "last_day = '2026-11-30', opened_at = prepared_at")
        )  # fmt: skip
    session.rollback()


def test_a_year_whose_holidays_are_guessed_needs_a_tick(session: Session, made: Desk) -> None:
    notice = made.prepare(session)
    late = OPENED + timedelta(days=36)
    with pytest.raises(InvalidInput, match="2027 年放假安排尚未录入") as caught:
        made.open(session, notice, now=late)
    assert (caught.value.field, statuses(made)) == ("calendar_checked", ["proposed", "proposed"])
    made.open(session, notice, now=late, calendar_checked=True)
    assert notice.last_day == date(2027, 1, 6)


def test_a_calendar_that_is_entered_later_moves_no_open_notice(session: Session, made: Desk) -> None:
    notice = made.open(session)
    calendar.enter_year(session, made.city, 2026, [date(2026, 11, 30), date(2026, 10, 1)], [], now=OPENED)
    assert notice.last_day == date(2026, 11, 30)
    with pytest.raises(InvalidInput, match="公示期只能延长"):
        opening.add_note(
            session, made.publisher, notice.id, "提前结束", until=date(2026, 11, 27), seen_version=notice.version,
            now=OPENED,
        )  # fmt: skip
    opening.add_note(
        session, made.publisher, notice.id, "公示期内有一天放假，延长一天。", until=date(2026, 12, 1),
        seen_version=notice.version, now=OPENED,
    )  # fmt: skip
    assert notice.last_day == date(2026, 12, 1)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE notice_note SET text = ''"))
    session.rollback()


def test_a_notice_is_withdrawn_and_the_new_one_runs_its_full_time(session: Session, made: Desk) -> None:
    notice = made.open(session)
    later = OPENED + timedelta(days=3)
    made.withdraw(session, notice, now=later)
    assert (notice.state, statuses(made)) == ("withdrawn", ["proposed", "proposed"])
    again = made.open(session, now=later)
    assert (again.first_day, again.last_day) == (date(2026, 11, 27), date(2026, 12, 3))
    live = session.scalars(select(NoticeItem.notice_id).where(NoticeItem.live)).all()
    assert set(live) == {again.id}
    with pytest.raises(Conflict, match="现在是“已撤回”"):
        made.withdraw(session, notice)


def test_nothing_is_undone_in_a_prepared_notice_and_what_is_over_leaves_it(session: Session, made: Desk) -> None:
    notice, (first, second) = made.prepare(session), made.applications
    with pytest.raises(Conflict, match="已在公示“2026年示范智能车间拟认定名单公示（演示）”中待公开"):
        step(session, first, made.city, Action.UNDO, StepInput(reason="再核对"), now=OPENED)
    step(session, first, made.city, Action.REJECT, StepInput(message="演示：不符合。"), now=OPENED)
    assert [item.application_id for item in notice.items] == [second.id]
    told = session.scalars(select(Message).where(Message.account_id == made.city.id)).all()
    assert [message.subject for message in told] == ["“2026年示范智能车间拟认定名单公示（演示）”少了一项"]
    opened = made.open(session, notice)
    assert "拟认定1个项目" in opened.body
    clerk = people.actor_of(session.get_one(Account, second.created_by))
    step(session, second, clerk, Action.WITHDRAW, now=OPENED)
    [item] = opened.items
    assert (item.name, item.live, item.left_at) == ("演示甲2智能车间", False, OPENED)


def test_a_batch_is_checked_and_red_items_need_a_reason(session: Session, made: Desk) -> None:
    first, second = made.applications
    first.criteria = first.criteria | {next(iter(first.criteria)): "no"}
    session.flush()
    with pytest.raises(NoticeFaults) as caught:
        made.prepare(session)
    assert caught.value.faults == [
        (f"override-{first.id}", f"{first.number} 有标红的问题：请去掉这一项，或写明仍然公示的理由")
    ]
    notice = made.prepare(session, {first.id: "演示：现场已核对。", second.id: "多余"})
    assert [item.override for item in notice.items] == ["演示：现场已核对。", ""]
    with pytest.raises(NoticeFaults, match="已在公示“2026年示范智能车间拟认定名单公示（演示）”中"):
        made.prepare(session, {second.id: ""})
    preparing.cancel(session, made.publisher, notice.id, reason="重来", seen_version=notice.version, now=OPENED)
    assert made.prepare(session, {second.id: ""}).items[0].application_id == second.id


def test_only_steps_that_took_place_are_named(session: Session, tmp_path: Path) -> None:
    made = desk(session, tmp_path, inspection_list=(InspectionItem(code="line", text="产线在运行"),))
    first, second = made.applications
    assert steps_taken(session, [first.id, second.id]) == ["企业申报", "板块推荐", "市级审核"]
    account = people.staff(session, Role.DISTRICT_REVIEWER, first.unit_code)
    session.add(InspectionPick(
        application_id=first.id, is_picked=True, origin="added", reason="演示", picked_by=account.id, picked_at=OPENED,
    ))  # fmt: skip
    session.flush()
    [red, clean] = check_batch(session, made.batch.call.id, now=OPENED)
    assert [doubt.text for doubt in red.doubts] == ["需要现场核查，还没有安排。"]
    assert (red.is_red, clean.doubts) == (True, ())
    session.add(Inspection(
        application_id=first.id, number=1, planned_on=OPENED.date(), state="signed", conclusion="pass",
        planned_by=account.id, signed_by=account.id, signed_at=OPENED, created_at=OPENED, updated_at=OPENED,
    ))  # fmt: skip
    session.flush()
    assert not any(item.is_red for item in check_batch(session, made.batch.call.id, now=OPENED))
    made.open(session)
    [notice] = session.scalars(select(Notice))
    assert "经企业申报、板块推荐、市级审核、现场核查等程序" in notice.body


def test_a_provincial_call_proposes_notices_and_forwards(session: Session, tmp_path: Path) -> None:
    call = open_call(session, category="prov_advanced_smart_factory", rules=rules(excludes=()))
    who = make_cast(session)
    application = proposed(session, call, who)
    made = Desk(_batch_of(session, call, application), IdentityKey(tmp_path), tmp_path)
    notice = made.open(session)
    assert (notice.kind, "拟推荐1个项目申报" in notice.body) == ("forward", True)
    with pytest.raises(Conflict, match="公示到 2026-11-30 才结束"):
        step(session, application, who.city, Action.FORWARD, now=LAST_SECOND)
    step(session, application, who.city, Action.FORWARD, now=OVER)
    assert application.status == "forwarded"


def _batch_of(session: Session, call: Call, application: Application) -> Batch:
    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    publisher = people.actor_of(people.staff(session, Role.PUBLISHER))
    return Batch(call, [application], city, publisher)


def test_two_at_once_open_it_once(session: Session, made: Desk) -> None:
    notice = made.prepare(session)
    seen = notice.version
    made.open(session, notice)
    with pytest.raises(Conflict, match="现在是“已公开”"):
        opening.open_notice(session, made.publisher, notice.id, seen_version=seen, now=OPENED)
    assert session.scalars(select(Notice.state)).all() == ["open"]


def test_a_refusal_during_the_notice_can_be_undone(session: Session, made: Desk) -> None:
    notice, (first, second) = made.open(session), made.applications
    for application in (first, second):
        step(session, application, made.city, Action.REJECT, StepInput(message="演示：不符合。"), now=OPENED)
    assert [item.live for item in notice.items] == [False, False]
    step(session, first, made.city, Action.UNDO, StepInput(reason="点错了"), now=OPENED)
    assert (first.status, [item.live for item in notice.items]) == ("noticed", [True, False])
    made.withdraw(session, notice)
    step(session, second, made.city, Action.UNDO, StepInput(reason="点错了"), now=OPENED)
    assert statuses(made) == ["proposed", "proposed"], "both wait for the new notice"


def test_the_city_is_told_once_that_a_notice_ends_tomorrow(session: Session, made: Desk) -> None:
    notice = made.open(session)
    assert notice.last_day == date(2026, 11, 30)
    days = [date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)]
    sent = [send_reminders(session, day, home="", now=OPENED).reminders for day in days]
    told = session.execute(
        select(Account.role, Message.link)
        .join(Account, Account.id == Message.account_id)
        .where(Message.subject.like("公示%2026-11-30 结束"))
    ).all()
    assert sent == [0, len(told), 0]
    assert {tuple(row) for row in told} == {("municipal_reviewer", f"/review/notices/{notice.id}")}
