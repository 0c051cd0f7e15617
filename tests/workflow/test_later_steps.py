"""The later forms of a title in the table of steps: what each can become, and that the command keeps to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from flask import Flask

from registry.errors import NotAllowed
from registry.purposes import CallPurpose
from registry.services.review import steps
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.workflow import TRANSITIONS, find
from tests.titles.later_makers import AGAIN, later_call, sent
from tests.titles.makers import holders, writing

S = ApplicationStatus
REACHED = {
    CallPurpose.YEARLY: {S.SUBMITTED, S.RETURNED, S.FILED, S.WITHDRAWN},
    CallPurpose.RE_EVALUATION: {
        S.SUBMITTED, S.RETURNED, S.RECOMMENDED, S.CHECKING, S.PROPOSED, S.FILED, S.WITHDRAWN,
    },
}  # fmt: skip


@pytest.mark.parametrize("purpose", REACHED)
@pytest.mark.parametrize("noticed", [False, True])
def test_a_later_form_becomes_these_states_and_no_others(purpose: CallPurpose, noticed: bool) -> None:
    found, waiting = set[ApplicationStatus](), [S.DRAFT]
    while waiting:
        status = waiting.pop()
        for step, role, tier in itertools.product(TRANSITIONS, Role, Tier):
            target = step.target
            fits = find(step.action, status, role, tier, purpose, noticed=noticed) is step
            if fits and target is not None and target not in found:
                found.add(target)
                waiting.append(target)
    on_notice = {S.NOTICED} if noticed and purpose is CallPurpose.RE_EVALUATION else set[ApplicationStatus]()
    assert found == REACHED[purpose] | on_notice


@pytest.mark.parametrize("purpose", REACHED)
def test_a_title_is_never_filed_and_a_later_form_never_recognised(purpose: CallPurpose) -> None:
    for status, role, tier in itertools.product(S, Role, Tier):
        assert find(Action.FILE, status, role, tier) is None
        for action in (Action.RECOGNISE, Action.FORWARD, Action.REJECT, Action.NOT_RECOMMEND):
            assert find(action, status, role, tier, purpose) is None


@pytest.mark.slow
@pytest.mark.parametrize("purpose", REACHED)
def test_the_command_refuses_what_the_table_refuses(
    make_app: Callable[..., Flask], sqlite_url: str, purpose: CallPurpose
) -> None:
    app = make_app(sqlite_url)
    with writing(app) as session:
        made = holders(session, 1)
        application = sent(session, later_call(session, purpose), made)
        refused = 0
        for actor, action in itertools.product((made.owners[0], made.district, made.city, made.publisher), Action):
            if find(action, S.SUBMITTED, actor.role, Tier.MUNICIPAL, purpose) is None:
                with pytest.raises(NotAllowed):
                    steps.perform(session, actor, application.id, action, seen_version=application.version, now=AGAIN)
                refused += 1
        assert refused > 4 * len(Action) - 8
        assert application.status == S.SUBMITTED
