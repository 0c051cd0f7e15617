"""Who judges what: draws, appointments, conflicts, replacements."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.evaluation.terms import AssignmentState, Decision, Flag
from registry.models import Application, Enterprise, Event, Expert, ExpertConflict
from registry.queries.evaluation.own import own_assignment
from registry.queries.evaluation.own_list import own_rows
from registry.services.evaluation import conflicts, drawing, pool, seats, sheets
from registry.services.evaluation.pool import ExpertInput
from registry.services.record import enterprises
from tests.applicants import NOW
from tests.evaluation import makers
from tests.evaluation.asking import find, rule, words
from tests.evaluation.conftest import Office
from tests.evaluation.makers import LATER, rows_of, score, typed


def test_two_eligible_for_three_are_named_and_nothing_is_written(office: Office) -> None:
    for actor in office.round.experts[2:]:
        row = office.session.get_one(Expert, actor.id)
        row.active = False
    panel = makers.panel(office.session, office.round, draw=False)
    with pytest.raises(InvalidInput, match=r"SB-2026-\d+ 缺 1 位（符合条件的有 2 位）") as refused:
        drawing.draw_panel(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    assert refused.value.message.count("缺 1 位") == 3
    assert rows_of(office.session, office.round.applications[0]) == []
    assert panel.draws == 0


def test_an_expert_of_the_enterprise_is_not_drawn_also_after_it_is_renamed(office: Office) -> None:
    application = office.session.get_one(Application, office.round.applications[0])
    old = application.enterprise.name
    makers.expert(office.session, office.round.city, old)
    tied = max(office.session.scalars(select(Expert.account_id)))
    enterprises.rename(
        office.session, office.round.city, application.enterprise, name="演示改名后有限公司", document="变更通知书",
        on=NOW.date(), now=NOW,
    )  # fmt: skip
    panel = makers.panel(office.session, office.round)
    [place] = [place for place in panel.record[0]["places"] if place["application"] == application.id]
    assert tied not in place["eligible"]
    assert all(tied in other["eligible"] for other in panel.record[0]["places"] if other is not place)


def test_who_joins_the_enterprise_loses_access_and_is_replaced(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = rows_of(office.session, office.round.applications[0])[0]
    who = makers.actor_for(office.round, row)
    score(office.session, office.round, row, "80")
    expert = office.session.get_one(Expert, row.expert_id)
    employer = office.session.get_one(Application, row.application_id).enterprise.name
    pool.enter(
        office.session, office.round.city, row.expert_id, ExpertInput(employer=employer, industries=("34",)),
        seen_version=expert.version, now=LATER,
    )  # fmt: skip
    assert row.state == AssignmentState.CONFLICT
    with pytest.raises(NotFound):
        own_assignment(office.session, who, row.id)
    after = rows_of(office.session, row.application_id)
    assert len(after) == 3
    assert row.expert_id not in [item.expert_id for item in after]
    assert find(office).given == 0


def test_stepping_back_after_typing_keeps_the_pair_and_counts_no_sheet(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = rows_of(office.session, office.round.applications[1])[0]
    who = makers.actor_for(office.round, row)
    sheets.clear(office.session, who, row.id, now=NOW)
    sheets.save(office.session, who, row.id, typed("60"), seen_version=row.version, now=NOW)
    with pytest.raises(InvalidInput, match="写明原因"):
        sheets.step_back(office.session, who, row.id, " ", now=NOW)
    sheets.step_back(office.session, who, row.id, "曾任该企业顾问", now=NOW)
    enterprise = office.session.get_one(Application, row.application_id).enterprise_id
    pair = office.session.get_one(ExpertConflict, (row.expert_id, enterprise))
    assert (pair.source, pair.reason) == ("declared", "曾任该企业顾问")
    with pytest.raises(NotFound):
        own_assignment(office.session, who, row.id)
    assert [item.id for item in own_rows(office.session, who, now=NOW) if item.id == row.id] == []
    [fresh] = [item for item in rows_of(office.session, row.application_id) if item.origin == "substitute"]
    assert fresh.expert_id != row.expert_id
    event = office.session.scalars(select(Event).where(Event.action == "assignment.conflict")).one()
    assert event.changes["substitute"] == [None, fresh.expert_id]
    assert "顾问" not in f"{event.changes}{event.note}"


def test_a_second_draw_needs_a_reason_and_no_sheet(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    with pytest.raises(InvalidInput, match="原因"):
        drawing.draw_panel(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    drawing.draw_panel(
        office.session,
        office.round.city,
        panel.id,
        reason="名单有误",
        seed="other",
        seen_version=panel.version,
        now=NOW,
    )
    assert [(entry["draw"], entry["seed"], entry["reason"]) for entry in panel.record] == [
        (1, makers.SEED, ""),
        (2, "other", "名单有误"),
    ]
    assert all(len(rows_of(office.session, key)) == 3 for key in office.round.applications)
    score(office.session, office.round, rows_of(office.session, office.round.applications[0])[0])
    with pytest.raises(NotAllowed, match="已有专家提交"):
        drawing.draw_panel(
            office.session, office.round.city, panel.id, reason="再来", seen_version=panel.version, now=NOW
        )


def test_appointed_experts_stay_and_the_draw_adds_the_others(office: Office) -> None:
    panel = makers.panel(office.session, office.round, draw=False)
    key, chosen = office.round.applications[0], office.round.experts[4]
    seats.appoint(office.session, office.round.city, panel.id, key, chosen.id or 0, "熟悉齿轮加工", now=NOW)
    drawing.draw_panel(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    rows = rows_of(office.session, key)
    assert len(rows) == 3
    assert [(row.origin, row.reason) for row in rows if row.expert_id == chosen.id] == [("manual", "熟悉齿轮加工")]
    assert [place["fixed"] for place in panel.record[0]["places"]] == [[chosen.id], [], []]


def test_a_silent_expert_is_replaced_or_left_out(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    key = office.round.applications[0]
    silent, *others = rows_of(office.session, key)
    for row in others:
        score(office.session, office.round, row, "80")
    fresh = seats.substitute(office.session, office.round.city, silent.id, "联系不上", seen_state=silent.state, now=NOW)
    assert (fresh.origin, fresh.reason, silent.state) == ("substitute", "联系不上", "released")
    assert words(office) == "专家评审中 2/3"
    seats.release(office.session, office.round.city, fresh.id, "临近截止", seen_state=fresh.state, now=NOW)
    assert find(office).open_flags == {Flag.FEW}
    rule(office, panel, 0, Decision.ACCEPT)
    assert find(office).is_decided


def test_an_application_is_live_in_one_panel(office: Office) -> None:
    makers.panel(office.session, office.round)
    with pytest.raises(Conflict, match="另一个评审组"):
        makers.panel(office.session, office.round, draw=False, name="演示二组")


def test_conflicts_of_an_officer_can_be_ended_and_others_not(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = rows_of(office.session, office.round.applications[0])[0]
    enterprise = office.session.get_one(
        Enterprise, office.session.get_one(Application, row.application_id).enterprise_id
    )
    conflicts.add_conflict(office.session, office.round.city, row.expert_id, enterprise.name, "亲属", now=NOW)
    assert row.state == AssignmentState.CONFLICT
    conflicts.end_conflict(office.session, office.round.city, row.expert_id, enterprise.id, now=NOW)
    with pytest.raises(InvalidInput, match="没有这家企业"):
        conflicts.add_conflict(office.session, office.round.city, row.expert_id, "没有这家公司", "亲属", now=NOW)
    other = rows_of(office.session, office.round.applications[0])[0]
    sheets.step_back(office.session, makers.actor_for(office.round, other), other.id, "亲属", now=NOW)
    with pytest.raises(NotAllowed, match="不能取消"):
        conflicts.end_conflict(office.session, office.round.city, other.expert_id, enterprise.id, now=NOW)
