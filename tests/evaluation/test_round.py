"""The experts' round by its commands: draws, conflicts, sheets, decisions, and every edge of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.evaluation.terms import Decision, Flag
from registry.models import Application, Event, Message, PanelResult
from registry.queries.applications.access import form_for
from registry.queries.attention.round_reminders import open_sheets
from registry.queries.evaluation.outcomes import outcomes
from registry.queries.evaluation.own import own_assignment
from registry.queries.evaluation.own_list import own_rows
from registry.queries.evaluation.shown import other_sheets
from registry.queries.review.stage import stage_of
from registry.services.applications import drafts
from registry.services.evaluation import deciding, seats, sheets, timing
from registry.services.evaluation.deciding import Ruling, mark
from registry.services.evaluation.sheets import StaleSheet, UnfinishedSheet
from registry.services.notices.checking import steps_taken
from registry.services.review.needs import StepInput
from registry.terms import Action
from tests import applicants
from tests.applicants import NOW
from tests.evaluation import makers
from tests.evaluation.asking import find, propose, rule, words
from tests.evaluation.conftest import Office
from tests.evaluation.makers import CLOSES, rows_of, score, score_all, typed


def test_from_the_draw_to_the_proposal(office: Office) -> None:
    assert words(office) == "待分派专家"
    assert "专家评审" not in steps_taken(office.session, office.round.applications)
    with pytest.raises(InvalidInput, match="还没有分派专家"):
        propose(office)
    panel = makers.panel(office.session, office.round)
    carried = [row.expert_id for key in office.round.applications for row in rows_of(office.session, key)]
    assert len(carried) == 9
    # Nine sheets of five experts: nobody has to carry more than two.
    assert max(carried.count(expert) for expert in carried) == 2
    told = office.session.scalars(select(Message.account_id).where(Message.subject == "有申报等您评审")).all()
    assert sorted(told) == sorted(set(carried))
    assert words(office) == "专家评审中 0/3"
    first, *others = rows_of(office.session, office.round.applications[0])
    score(office.session, office.round, first, "80")
    assert words(office) == "专家评审中 1/3"
    with pytest.raises(InvalidInput, match="1/3"):
        propose(office)
    for row in others:
        score(office.session, office.round, row, "81.5")
    assert find(office).score == Decimal("81.00")
    assert words(office) == "待拟认定"
    assert propose(office).status == "proposed"
    assert panel.state == "scoring"
    assert steps_taken(office.session, office.round.applications)[-1] == "专家评审"


def test_who_owes_sheets_is_reminded_three_days_and_one_day_before_the_panel_closes(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    mine = rows_of(office.session, office.round.applications[0])
    done = mine[0].expert_id
    for key in office.round.applications:
        for row in rows_of(office.session, key):
            if row.expert_id == done:
                score(office.session, office.round, row, "80")
    closes = CLOSES.date()
    found = {left: list(open_sheets(office.session, closes - timedelta(days=left))) for left in (4, 3, 2, 1, 0, -1)}
    kinds = {left: {item.kind for item in items} for left, items in found.items()}
    assert kinds == {4: set(), 3: {"sheets_3"}, 2: {"sheets_3"}, 1: {"sheets_1"}, 0: {"sheets_1"}, -1: set()}
    assert {(item.subject, item.day) for item in found[3]} == {(f"panel:{panel.id}", closes)}
    owing = {row.expert_id for key in office.round.applications for row in rows_of(office.session, key)} - {done}
    assert sorted(item.account_id for item in found[1]) == sorted(owing), "who has sent every sheet is left alone"
    assert str(found[1][0].title).endswith("份申报等您评分，2026-12-04 截止")


def test_a_call_without_experts_goes_on_as_before(office: Office) -> None:
    call = applicants.open_call(office.session, year=2025)
    who = applicants.cast(office.session)
    application = makers.checked(office.session, call, who, project_name="演示不评审车间")
    assert stage_of(office.session, application, form_for(application).rules) is None
    assert applicants.step(office.session, application, who.city, Action.PROPOSE).status == "proposed"


def test_the_last_second_of_the_deadline(office: Office) -> None:
    makers.panel(office.session, office.round)
    first, second, _third = rows_of(office.session, office.round.applications[0])
    score(office.session, office.round, first, "80", now=CLOSES + timedelta(milliseconds=900))
    who = makers.actor_for(office.round, second)
    sheets.clear(office.session, who, second.id, now=NOW)
    late = CLOSES + timedelta(seconds=1)
    with pytest.raises(StaleSheet, match="已经截止") as refused:
        sheets.save(office.session, who, second.id, typed("70"), seen_version=second.version, now=late)
    assert "points-smart" in refused.value.changed
    timing.extend(
        office.session, office.round.city, first.panel_id, CLOSES + timedelta(days=2), "专家出差",
        seen_version=first.panel.version, now=late,
    )  # fmt: skip
    assert score(office.session, office.round, second, "70", now=late).total == Decimal(70)


def test_equal_scores_share_a_rank_until_the_chair_orders_them(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    for key in office.round.applications:
        score_all(office.session, office.round, key, "80", "80", "80")
    made = outcomes(office.session, [panel.id])
    assert [(item.rank, item.is_shared) for item in made.values()] == [(1, True)] * 3
    assert words(office) == "待组长裁定"
    for place, position in ((0, 2), (1, 1), (2, 3)):
        rule(office, panel, place, Decision.ACCEPT, place=position)
    made = outcomes(office.session, [panel.id])
    assert [made[key].rank for key in office.round.applications] == [2, 1, 3]
    assert all(item.is_decided for item in made.values())


def test_the_item_for_ties_is_asked_first(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    for key, smart in zip(office.round.applications, ("32", "33", "31"), strict=True):
        for row in rows_of(office.session, key):
            score(office.session, office.round, row, "80", smart=smart)
    made = outcomes(office.session, [panel.id])
    assert [made[key].rank for key in office.round.applications] == [2, 1, 3]
    assert not any(item.flags for item in made.values())


def test_equal_scores_may_stay_equal(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    for key, total in zip(office.round.applications, ("80", "80", "70"), strict=True):
        score_all(office.session, office.round, key, total, total, total)
    for place in (0, 1):
        rule(office, panel, place, Decision.ACCEPT)
    assert [(find(office, place).rank, find(office, place).is_decided) for place in (0, 1, 2)] == [
        (1, True), (1, True), (3, True),
    ]  # fmt: skip


def test_a_wide_spread_waits_for_the_chair_who_may_set_the_score(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    score_all(office.session, office.round, office.round.applications[0], "60", "80", "90")
    assert find(office).open_flags == {Flag.SPREAD}
    with pytest.raises(InvalidInput, match="组长裁定"):
        propose(office)
    with pytest.raises(InvalidInput, match="0 到 100"):
        rule(office, panel, 0, Decision.SET)
    seen = mark(find(office))
    rule(office, panel, 0, Decision.SET, points=Decimal("78.5"))
    assert (find(office).score, find(office).is_decided) == (Decimal("78.5"), True)
    with pytest.raises(Conflict):
        deciding.decide(
            office.session, office.round.city, panel.id, office.round.applications[0],
            Ruling(decision=Decision.ACCEPT, reason="另一人"), seen=seen, now=NOW,
        )  # fmt: skip
    assert propose(office).status == "proposed"


def test_one_more_expert_and_the_old_ruling_no_longer_stands(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    score_all(office.session, office.round, office.round.applications[0], "60", "80", "90")
    rule(office, panel, 0, Decision.ADD)
    assert words(office) == "专家评审中 3/4"
    score(office.session, office.round, rows_of(office.session, office.round.applications[0])[-1], "75")
    assert find(office).open_flags == {Flag.SPREAD}
    assert find(office).score == Decimal("76.25")


def test_one_veto_of_three_is_no_majority(office: Office) -> None:
    makers.panel(office.session, office.round)
    application = office.session.get_one(Application, office.round.applications[0])
    stored = dict(application.call_form.rules)
    for place, row in enumerate(rows_of(office.session, application.id)):
        score(office.session, office.round, row, "80", veto=place == 0)
    assert find(office).flags == {Flag.VETO}
    application.call_form.rules = stored | {"veto_rule": "majority"}
    assert find(office).flags == frozenset()
    assert find(office).computed.vetoes == 1  # type: ignore[union-attr]


def test_a_returned_application_pauses_and_its_new_version_is_asked_anew(office: Office) -> None:
    makers.panel(office.session, office.round)
    key, who = office.round.applications[0], office.round.casts[0]
    first, second, third = rows_of(office.session, key)
    score(office.session, office.round, first, "80")
    sheets.clear(office.session, makers.actor_for(office.round, second), second.id, now=NOW)
    application = office.session.get_one(Application, key)
    applicants.step(
        office.session, application, office.round.city, Action.RETURN, StepInput(message="请补充", open_all=True)
    )
    with pytest.raises(StaleSheet, match="暂停"):
        sheets.save(
            office.session, makers.actor_for(office.round, second), second.id, typed("70"),
            seen_version=second.version, now=NOW,
        )  # fmt: skip
    drafts.confirm(office.session, who.checker, key, seen_version=application.version, now=NOW)
    applicants.step(office.session, application, who.clerk, Action.RESUBMIT)
    assert words(office) == "专家评审中 0/3"
    actor = makers.actor_for(office.round, first)
    assert [row.is_outdated for row in own_rows(office.session, actor, now=NOW) if row.id == first.id] == [True]
    # Nothing to type again: what was said of the earlier version can be submitted as it is, and the event keeps it.
    sheets.submit(office.session, actor, first.id, seen_version=first.version, now=NOW)
    assert words(office) == "专家评审中 1/3"
    event = office.session.scalars(select(Event).where(Event.action == "assignment.reopen")).one()
    assert event.changes["total"] == ["80", None]
    assert third.state == "assigned"


def test_a_withdrawn_application_closes_its_sheets_and_holds_nobody_up(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    key, who = office.round.applications[0], office.round.casts[0]
    row = rows_of(office.session, key)[0]
    actor = makers.actor_for(office.round, row)
    sheets.clear(office.session, actor, row.id, now=NOW)
    applicants.step(office.session, office.session.get_one(Application, key), who.clerk, Action.WITHDRAW)
    with pytest.raises(StaleSheet, match="撤回"):
        sheets.save(office.session, actor, row.id, typed(), seen_version=row.version, now=NOW)
    for place, other in enumerate(office.round.applications[1:]):
        score_all(office.session, office.round, other, *[str(80 + place)] * 3)
    timing.close(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    made = outcomes(office.session, [panel.id])
    assert [made[key].rank for key in office.round.applications] == [None, 2, 1]
    assert made[key].is_over


def test_closing_keeps_the_figures_of_its_moment(office: Office) -> None:
    panel = makers.panel(office.session, office.round)
    with pytest.raises(InvalidInput, match="还有 3 份没有评完"):
        timing.close(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    for place, key in enumerate(office.round.applications):
        score_all(office.session, office.round, key, "70", "75", str(79 + place))
    timing.close(office.session, office.round.city, panel.id, seen_version=panel.version, now=NOW)
    stored = office.session.get_one(PanelResult, (panel.id, office.round.applications[2]))
    assert (stored.n, stored.score, stored.low, stored.high, stored.rank) == (3, Decimal("75.33"), 70, 81, 1)
    row = rows_of(office.session, office.round.applications[0])[0]
    with pytest.raises(NotAllowed, match="先延长"):
        seats.reopen(office.session, office.round.city, row.id, "想改", now=NOW)
    application = office.session.get_one(Application, office.round.applications[2])
    applicants.step(office.session, application, office.round.city, Action.REJECT, StepInput(message="不符合"))
    assert [find(office, place).rank for place in (0, 1, 2)] == [3, 2, 1]


def test_a_sheet_is_submitted_once_and_given_back_with_a_reason(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = score(office.session, office.round, rows_of(office.session, office.round.applications[0])[0], "80")
    who = makers.actor_for(office.round, row)
    with pytest.raises(StaleSheet, match="已经提交"):
        sheets.save(office.session, who, row.id, typed("90"), seen_version=row.version, now=NOW)
    seats.reopen(office.session, office.round.city, row.id, "加总有误", now=NOW)
    event = office.session.scalars(select(Event).where(Event.action == "assignment.reopen")).one()
    assert (event.changes["total"][0], event.changes["sheet"][0]["points-smart"]) == ("80", "32")
    assert score(office.session, office.round, row, "75").total == Decimal(75)


def test_what_is_wrong_with_a_sheet_is_said_at_its_control(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = rows_of(office.session, office.round.applications[0])[0]
    who = makers.actor_for(office.round, row)
    with pytest.raises(StaleSheet, match="利害关系"):
        sheets.save(office.session, who, row.id, typed(), seen_version=row.version, now=NOW)
    sheets.clear(office.session, who, row.id, now=NOW)
    wrong = {"points-smart": "17.3", "points-effect": "30.5", "points-model": "10", "veto-false": "yes", "x": "y"}
    saved = sheets.save(office.session, who, row.id, wrong, seen_version=row.version, now=NOW)
    assert saved.sheet == {name: text for name, text in wrong.items() if name != "x"}
    with pytest.raises(UnfinishedSheet) as refused:
        sheets.submit(office.session, who, row.id, seen_version=saved.version, now=NOW)
    assert [name for name, _ in refused.value.faults] == ["points-smart", "points-effect", "reason-model", "comment"]


def test_others_are_hidden_until_the_own_sheet_is_in_and_then_have_no_name(office: Office) -> None:
    makers.panel(office.session, office.round)
    first, second, _third = rows_of(office.session, office.round.applications[0])
    score(office.session, office.round, second, "71")
    assert other_sheets(office.session, first) == []
    score(office.session, office.round, first, "80")
    [other] = other_sheets(office.session, first)
    assert (other.number, other.total, other.points["smart"]) == (1, "71", "28")
    assert not hasattr(other, "name")


def test_a_stranger_s_sheet_is_not_there(office: Office) -> None:
    makers.panel(office.session, office.round)
    row = rows_of(office.session, office.round.applications[0])[0]
    stranger = next(actor for actor in office.round.experts if actor.id != row.expert_id)
    with pytest.raises(NotFound):
        own_assignment(office.session, stranger, row.id)
    with pytest.raises(NotAllowed):
        own_assignment(office.session, office.round.city, row.id)


def test_an_expert_as_chair_rules_and_nobody_else(office: Office) -> None:
    chair = office.round.experts[0]
    panel = makers.panel(office.session, office.round, chair_id=chair.id)
    score_all(office.session, office.round, office.round.applications[0], "60", "80", "90")
    with pytest.raises(NotAllowed, match="组长"):
        rule(office, panel, 0, Decision.ACCEPT)
    rule(office, panel, 0, Decision.ACCEPT, chair)
    assert find(office).is_decided
