"""Every fact of a state and of a step is written down once, and none can be left out."""

from __future__ import annotations

import dataclasses

import pytest

from registry.permissions import HOLDERS, Permission
from registry.statuses import (
    ACTIONS,
    EDITABLE_STATUSES,
    FINAL_STATUSES,
    QUEUES,
    QUOTA_STATUSES,
    STATUSES,
    TABS,
    VISIBLE_STATUSES,
    for_applicant,
    may_fill_sheet,
    tabs,
)
from registry.terms import Action, ApplicationStatus, Role
from registry.workflow import TRANSITIONS, holder

S = ApplicationStatus


@pytest.mark.parametrize("status", list(ApplicationStatus))
def test_a_state_has_all_its_facts(status: ApplicationStatus) -> None:
    facts = STATUSES[status]
    assert status.zh
    assert status.en
    assert facts.waiting, "what its enterprise reads"
    assert set(facts.tabs) == (set() if status is S.DRAFT else set(QUEUES)), "a tab in every queue"
    assert set(facts.tabs.values()) <= set(TABS)
    assert (facts.ending is not None) == (set(facts.tabs.values()) == {"closed"}), "what is over stands in 已办结"
    assert not (facts.is_editable and facts.ending)


def test_who_holds_a_state_can_do_something_with_it() -> None:
    for status, facts in STATUSES.items():
        movers = {role for step in TRANSITIONS if status in step.sources for role in step.roles}
        if facts.holder is not None:
            assert facts.holder in movers, status
        if facts.ending:
            assert facts.holder is None
        mine = {role for role, tab in facts.tabs.items() if tab == "mine"}
        assert mine == ({facts.holder} & set(QUEUES)), status
        assert holder(status) is facts.holder


def test_queues_belong_to_the_reviewing_roles() -> None:
    assert set(QUEUES) == HOLDERS[Permission.REVIEW]
    for role in QUEUES:
        groups = dict(tabs(role))
        assert next(iter(groups)) == "mine"
        everything = groups.pop("all")
        places = [status for statuses in groups.values() for status in statuses]
        assert sorted(places) == sorted(everything) == sorted(VISIBLE_STATUSES)
        assert len(places) == len(set(places))


def test_the_lists_that_others_read() -> None:
    assert set(VISIBLE_STATUSES) == set(ApplicationStatus) - {S.DRAFT}
    assert EDITABLE_STATUSES == (S.DRAFT, S.RETURNED)
    assert QUOTA_STATUSES == (S.RECOMMENDED, S.CHECKING, S.PROPOSED, S.NOTICED, S.RECOGNISED, S.FORWARDED)
    passed, refused = (S.RECOGNISED, S.FORWARDED, S.FILED), (S.NOT_RECOMMENDED, S.REJECTED, S.WITHDRAWN)
    assert frozenset((*passed, *refused)) == FINAL_STATUSES
    assert {status: for_applicant(status) for status in S if for_applicant(status) is not status} == {
        S.PROPOSED: S.CHECKING
    }


def test_who_may_fill_the_sheet() -> None:
    allowed = {(role, status) for role in Role for status in S if may_fill_sheet(role, status)}
    assert {status for role, status in allowed if role is Role.DISTRICT_REVIEWER} == {S.SUBMITTED, S.RETURNED}
    assert {status for role, status in allowed if role is Role.MUNICIPAL_REVIEWER} == {
        S.SUBMITTED, S.RETURNED, S.RECOMMENDED, S.CHECKING, S.PROPOSED,
    }  # fmt: skip
    assert {role for role, _status in allowed} == {Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER}


@pytest.mark.parametrize("action", list(Action))
def test_a_step_tells_its_enterprise_unless_it_is_secret(action: Action) -> None:
    facts = ACTIONS[action]
    targets = {step.target for step in TRANSITIONS if step.action is action}
    secret = any(target and for_applicant(target) is not target for target in targets)
    # A notice that is withdrawn stays on its page, so what becomes of its applications is no secret.
    secret = secret and action is not Action.CLOSE_NOTICE
    assert bool(facts.timeline) != secret
    assert not (secret and facts.message)


@pytest.mark.parametrize("name", [item.name for item in dataclasses.fields(type(STATUSES[S.DRAFT]))])
def test_every_fact_tells_states_apart(name: str) -> None:
    """A column that is the same for all states would be no fact of a state."""
    assert len({repr(getattr(facts, name)) for facts in STATUSES.values()}) > 1
