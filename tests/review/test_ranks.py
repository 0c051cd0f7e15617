"""A unit's letter names each rank of a call once: at one application, in bulk, after an undo, with two officers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import writers
from registry.errors import Conflict, InvalidInput
from registry.models import Account, Application, Event
from registry.services.applications import drafts
from registry.services.review import bulk, steps
from registry.services.review.needs import StepInput
from registry.services.review.steps import Incomplete
from registry.terms import Action, ApplicationStatus
from tests import people
from tests.applicants import (  # fmt: skip
    NOW,
    Cast,
    cast,
    complete_answers,
    open_call,
    recommendation,
    rules_without_files,
    step,
    submitted,
)
from tests.review.conftest import Desk
from tests.review.test_bulk import fill_sheets, planned, tables
from tests.workflow.test_races import race

A, S = Action, ApplicationStatus


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that writes, on both databases."""
    with writers(engine)() as session:
        yield session


def several(session: Session, count: int, *, unit: str = "TNQ", **rules: Any) -> tuple[list[Application], Cast]:
    """Submitted applications of one call and unit, and the officers there."""
    call = open_call(session, rules=rules_without_files(**rules))
    found = []
    for number in range(count):
        who = cast(session, unit=unit)
        found.append(submitted(session, call, who, project_name=f"演示第{number}车间"))
    return found, who


def test_a_rank_is_given_once(session: Session) -> None:
    (first, second), who = several(session, 2)
    step(session, first, who.district, A.RECOMMEND, recommendation(first, rank=3))
    with pytest.raises(InvalidInput) as refused:
        step(session, second, who.district, A.RECOMMEND, recommendation(second, rank=3))
    assert refused.value.field == "rank"
    assert refused.value.message == "推荐顺序 3 已经给了 SB-2026-0001“演示第0车间”，请另填一个。"
    assert (second.status, second.rank) == (S.SUBMITTED, None)
    step(session, second, who.district, A.RECOMMEND, recommendation(second, rank=4))
    assert second.rank == 4


def test_calls_and_units_rank_apart(session: Session) -> None:
    (here,), who = several(session, 1)
    (other_call,), _ = several(session, 1)
    there = cast(session, unit="WJQ")
    other_unit = submitted(session, here.call, there, unit="WJQ", lon="119.95", lat="31.70")
    for application, officer in ((here, who.district), (other_call, who.district), (other_unit, there.district)):
        step(session, application, officer, A.RECOMMEND, recommendation(application, rank=1))
    assert [application.rank for application in (here, other_call, other_unit)] == [1, 1, 1]


HOLDS = {
    "recommended": True, "returned by the city": True, "rejected": True, "proposed": True,
    "undone": False, "withdrawn": False,
}  # fmt: skip


@pytest.mark.parametrize("case", HOLDS)
def test_who_holds_a_rank_and_who_gives_it_back(session: Session, case: str) -> None:
    """Until the letter no longer stands for it: what may still go on, or come back by an undo, keeps its rank."""
    (first, second), who = several(session, 2)
    step(session, first, who.district, A.RECOMMEND, recommendation(first, rank=1))
    if case == "returned by the city":
        step(session, first, who.city, A.RETURN, StepInput(message="请补充。", open_all=True))
    elif case == "rejected":
        step(session, first, who.city, A.REJECT, StepInput(message="不符。"))
    elif case == "proposed":
        step(session, first, who.city, A.ACCEPT)
        step(session, first, who.city, A.PROPOSE)
    elif case == "undone":
        step(session, first, who.district, A.UNDO, StepInput(reason="点错了。"))
        assert (first.rank, first.letter_number) == (None, "")
        undo = session.query(Event).filter(Event.action == "application.undo").one()
        assert undo.changes["rank"] == [1, None]
    elif case == "withdrawn":
        clerk = people.actor_of(session.get_one(Account, first.created_by))
        step(session, first, clerk, A.WITHDRAW)
    if HOLDS[case]:
        with pytest.raises(InvalidInput, match="推荐顺序 1 已经给了"):
            step(session, second, who.district, A.RECOMMEND, recommendation(second, rank=1))
    else:
        step(session, second, who.district, A.RECOMMEND, recommendation(second, rank=1))
        assert second.rank == 1


def test_another_unit_has_recommended_nothing(session: Session) -> None:
    """A form that the city returned must not carry its rank into another unit's letter."""
    call, who = open_call(session), cast(session)
    application = submitted(session, call, who)
    step(session, application, who.district, A.RECOMMEND, recommendation(application, rank=1))
    step(session, application, who.city, A.RETURN, StepInput(message="请补充。", open_all=True))
    moved = complete_answers(unit="WJQ", lon="119.95", lat="31.70")
    drafts.save_answers(session, who.clerk, application.id, moved, seen_version=application.version, now=NOW)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    with pytest.raises(Incomplete) as refused:
        step(session, application, who.clerk, A.RESUBMIT)
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [
        ("unit", "原板块已经推荐，不能改到别的板块；确需更改的，请撤回后重新申报")
    ]


def test_in_bulk_the_plan_names_the_other_and_all_is_refused(session: Session) -> None:
    (first, second, third), who = several(session, 3)
    step(session, first, who.district, A.RECOMMEND, recommendation(first, rank=2))
    given = recommendation(second, rank=1)
    plan = bulk.plan(session, who.district, [second.id, third.id], A.RECOMMEND, given, now=NOW)
    assert [item.refusal for item in plan] == ["", "推荐顺序 2 已经给了 SB-2026-0001“演示第0车间”，请另填一个。"]
    seen = [(second.id, second.version), (third.id, third.version)]
    with pytest.raises(Conflict, match=r"^SB-2026-0003：推荐顺序 2 已经给了 SB-2026-0001"):
        bulk.perform_all(session, who.district, seen, A.RECOMMEND, given, now=NOW)


def test_the_bulk_page_begins_after_the_last_rank(desk: Desk) -> None:
    """What is shown is what is stored, also when one of the selection is left out."""
    ids = [desk.add() for _ in range(4)]
    fill_sheets(desk, ids[0], ids[1], ids[3])
    with desk.session() as session:
        row = session.get_one(Application, ids[0])
        step(session, row, desk.actors["TNQ"], A.RECOMMEND, recommendation(row, rank=7))
        session.commit()
    browser = desk.browser("TNQ")
    page = planned(browser, ids[1:], "recommend")
    assert page.one("input", id="rank").get("value") == "8"
    found = tables(page)
    assert [row[:2] for row in found["将要办理"]] == [["8", "SB-2026-0002"], ["9", "SB-2026-0004"]]
    assert found["不能办理"][0][0] == "SB-2026-0003"
    browser.submit(page, {"letter_number": "演示〔2026〕7号"}, action="/bulk/confirm", status=303)
    assert [desk.find(identifier).rank for identifier in ids] == [7, 8, None, 9]


def test_the_field_says_which_rank_is_taken(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    fill_sheets(desk, first, second)
    with desk.session() as session:
        row = session.get_one(Application, first)
        step(session, row, desk.actors["TNQ"], A.RECOMMEND, recommendation(row, rank=1))
        session.commit()
    browser = desk.browser("TNQ")
    page = browser.get(f"/review/{second}?step=recommend")
    typed = {"rank": "1", "letter_number": "演示〔2026〕7号"}
    page = browser.submit(page, typed, action="/recommend", status=422)
    assert any("推荐顺序 1 已经给了 SB-2026-0001" in shown for shown in page.errors_shown)
    assert page.one("input", id="rank").get("aria-invalid") == "true"
    assert page.one("input", id="letter_number").get("value") == "演示〔2026〕7号"


@pytest.mark.parametrize("what", ["rank", "quota"])
def test_two_officers_at_once_have_one_winner(engine: Engine, what: str) -> None:
    """Different applications, one rank (or one recommendation left): the letter is counted one by one."""
    with writers(engine)() as session:
        found, who = several(session, 8, **({"quotas": {"TNQ": 1}} if what == "quota" else {}))
        rows = [(row.id, row.version, recommendation(row, rank=1 if what == "rank" else None)) for row in found]
        session.commit()

    def recommend(session: Any, number: int) -> None:
        key, version, given = rows[number]
        steps.perform(session, who.district, key, A.RECOMMEND, seen_version=version, given=given, now=NOW)

    assert race(engine, recommend) == Counter({"won": 1, "InvalidInput": 7})


def test_bulk_steps_in_opposite_order_do_not_wait_for_each_other(engine: Engine) -> None:
    with writers(engine)() as session:
        found, who = several(session, 6)
        rows = [(row.id, row.version) for row in found]
        given = recommendation(found[0], rank=1)
        session.commit()

    def recommend(session: Any, number: int) -> None:
        seen = rows if number % 2 else rows[::-1]
        bulk.perform_all(session, who.district, seen, A.RECOMMEND, given, now=NOW)

    assert race(engine, recommend) == Counter({"won": 1, "Conflict": 7})


def test_the_database_refuses_a_rank_twice(session: Session) -> None:
    (first, second), who = several(session, 2)
    for application in (first, second):
        step(session, application, who.district, A.RECOMMEND, recommendation(application))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE application SET rank = 1"))
