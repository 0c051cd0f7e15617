"""The specification of who may do what when: role × status × action, written out, against table and command."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Engine

from registry.db import writers
from registry.errors import NotAllowed, NotFound
from registry.permissions import HOLDERS, Actor, Permission, can, in_scope
from registry.purposes import CallPurpose
from registry.services.review import steps
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.workflow import available, find
from tests.applicants import NOW, cast, open_call, submitted

S, R, A = ApplicationStatus, Role, Action
ENTERPRISE, DISTRICT, CITY, PUBLISHER = R.ENTERPRISE, R.DISTRICT_REVIEWER, R.MUNICIPAL_REVIEWER, R.PUBLISHER

MUNICIPAL: dict[Action, dict[ApplicationStatus, set[Role]]] = {
    A.SUBMIT: {S.DRAFT: {ENTERPRISE}},
    A.RESUBMIT: {S.RETURNED: {ENTERPRISE}},
    A.WITHDRAW: {
        S.DRAFT: {ENTERPRISE},
        S.SUBMITTED: {ENTERPRISE},
        S.RETURNED: {ENTERPRISE},
        S.RECOMMENDED: {ENTERPRISE},
        S.CHECKING: {ENTERPRISE},
        S.PROPOSED: {ENTERPRISE},
        S.NOTICED: {ENTERPRISE},
    },
    A.RETURN: {S.SUBMITTED: {DISTRICT}, S.RECOMMENDED: {CITY}, S.CHECKING: {CITY}},
    A.RECOMMEND: {S.SUBMITTED: {DISTRICT}},
    A.NOT_RECOMMEND: {S.SUBMITTED: {DISTRICT}, S.RETURNED: {DISTRICT}},
    A.ACCEPT: {S.RECOMMENDED: {CITY}},
    A.PROPOSE: {S.CHECKING: {CITY}},
    A.FORWARD: {},
    A.OPEN_NOTICE: {},
    A.CLOSE_NOTICE: {},
    A.REJECT: {
        S.RECOMMENDED: {CITY},
        S.CHECKING: {CITY},
        S.PROPOSED: {CITY},
        S.NOTICED: {CITY},
        S.RETURNED: {CITY},
    },
    A.RECOGNISE: {S.PROPOSED: {PUBLISHER}},
    A.REOPEN: {S.RECOGNISED: {PUBLISHER}},
    A.FILE: {},
    A.UNDO: {
        S.RECOMMENDED: {DISTRICT},
        S.NOT_RECOMMENDED: {DISTRICT},
        S.CHECKING: {CITY},
        S.PROPOSED: {CITY},
        S.REJECTED: {CITY},
        S.FORWARDED: {CITY},
        S.RETURNED: {DISTRICT, CITY},
    },
}
OUTSIDE = MUNICIPAL | {A.PROPOSE: {}, A.FORWARD: {S.CHECKING: {CITY}}}
# Nobody is chosen in a re-evaluation: its outcome is proposed at every tier, its document files it.
RE_EVALUATION = MUNICIPAL | {
    A.NOT_RECOMMEND: {}, A.REJECT: {}, A.RECOGNISE: {}, A.FILE: {S.PROPOSED: {PUBLISHER}},
    A.REOPEN: {S.FILED: {PUBLISHER}},
}  # fmt: skip
YEARLY = {action: dict[ApplicationStatus, set[Role]]() for action in Action} | {
    A.SUBMIT: MUNICIPAL[A.SUBMIT],
    A.RESUBMIT: MUNICIPAL[A.RESUBMIT],
    A.WITHDRAW: MUNICIPAL[A.WITHDRAW],
    A.RETURN: {S.SUBMITTED: {DISTRICT}},
    A.FILE: {S.SUBMITTED: {DISTRICT}},
    A.UNDO: {S.RETURNED: {DISTRICT, CITY}, S.FILED: {DISTRICT}},
}
NOTICE = {
    A.OPEN_NOTICE: {S.PROPOSED: {PUBLISHER}},
    A.CLOSE_NOTICE: {S.NOTICED: {PUBLISHER}},
    A.RECOGNISE: {S.NOTICED: {PUBLISHER}},
}
NOTICED_MUNICIPAL = MUNICIPAL | NOTICE
NOTICED_RE_EVALUATION = RE_EVALUATION | NOTICE | {A.RECOGNISE: {}, A.FILE: {S.NOTICED: {PUBLISHER}}}
NOTICED_OUTSIDE = MUNICIPAL | NOTICE | {A.FORWARD: {S.NOTICED: {CITY}}, A.RECOGNISE: {}}
TITLE = CallPurpose.TITLE
MATRICES = [
    (TITLE, Tier.MUNICIPAL, False, MUNICIPAL),
    (TITLE, Tier.PROVINCIAL, False, OUTSIDE),
    (TITLE, Tier.NATIONAL, False, OUTSIDE),
    (TITLE, Tier.MUNICIPAL, True, NOTICED_MUNICIPAL),
    (TITLE, Tier.PROVINCIAL, True, NOTICED_OUTSIDE),
    (TITLE, Tier.NATIONAL, True, NOTICED_OUTSIDE),
    *((CallPurpose.RE_EVALUATION, tier, False, RE_EVALUATION) for tier in Tier),
    *((CallPurpose.RE_EVALUATION, tier, True, NOTICED_RE_EVALUATION) for tier in Tier),
    *((CallPurpose.YEARLY, tier, False, YEARLY) for tier in Tier),
]
"""Purpose and tier of a call, whether a public notice comes before recognition, who may do what when."""


@pytest.mark.parametrize(("purpose", "tier", "noticed", "expected"), MATRICES)
def test_the_table_is_the_matrix(
    purpose: CallPurpose, tier: Tier, noticed: bool, expected: dict[Action, dict[ApplicationStatus, set[Role]]]
) -> None:
    for action, status, role in itertools.product(Action, ApplicationStatus, [*Role, None]):
        allowed = role in expected[action].get(status, set())
        assert (find(action, status, role, tier, purpose, noticed=noticed) is not None) == allowed, (
            action,
            status,
            role,
        )


@pytest.mark.parametrize(("purpose", "tier", "noticed", "expected"), MATRICES)
def test_buttons_are_the_matrix_without_what_happens_by_paper(
    purpose: CallPurpose, tier: Tier, noticed: bool, expected: dict[Action, dict[ApplicationStatus, set[Role]]]
) -> None:
    for status, role in itertools.product(ApplicationStatus, Role):
        shown = {step.action for step in available(status, role, tier, purpose, noticed=noticed)}
        allowed = {action for action in Action if role in expected[action].get(status, set())}
        by_paper = {A.RECOGNISE, A.REOPEN, A.OPEN_NOTICE, A.CLOSE_NOTICE} | ({A.FILE} if role is PUBLISHER else set())
        assert shown == allowed - by_paper


SCOPE = {
    # (role, own enterprise or unit): statuses for which the application exists
    (ENTERPRISE, True): set(ApplicationStatus),
    (ENTERPRISE, False): set(),
    (DISTRICT, True): set(ApplicationStatus) - {S.DRAFT},
    (DISTRICT, False): set(),
    (CITY, False): set(ApplicationStatus) - {S.DRAFT},
    (PUBLISHER, False): set(ApplicationStatus) - {S.DRAFT},
    (R.EXPERT, False): set(),
    (R.ADMINISTRATOR, False): set(),
    (R.AUDITOR, False): set(),
}


@pytest.mark.parametrize(("role", "own"), SCOPE)
def test_an_application_exists_for_these_only(role: Role, own: bool) -> None:
    actor = Actor(id=1, role=role, enterprise_id=7 if own else 8, unit="TNQ" if own else "WJQ")
    found = {
        status
        for status in ApplicationStatus
        if in_scope(actor, enterprise_id=7, unit=None if status is S.DRAFT else "TNQ", status=status.value)
    }
    assert found == SCOPE[role, own]


def test_what_never_left_its_enterprise_exists_for_no_officer() -> None:
    for role in (DISTRICT, CITY, PUBLISHER):
        actor = Actor(id=1, role=role, unit="TNQ")
        assert not in_scope(actor, enterprise_id=7, unit=None, status=S.WITHDRAWN.value)


def test_every_permission_has_holders_and_reasons() -> None:
    for permission, role in itertools.product(HOLDERS, Role):
        verdict = can(Actor(id=1, role=role, is_owner=True, may_see_objectors=True), permission)
        assert verdict.allowed == (role in HOLDERS[permission])
        assert verdict.allowed or verdict.reason == f"{role.zh}没有此项权限。"
    assert can(Actor(), Permission.REVIEW).reason == "请先登录。"
    assert can(Actor(id=1, role=CITY, limited="先设置动态口令。"), Permission.REVIEW).reason == "先设置动态口令。"


def test_the_command_refuses_what_the_matrix_refuses(engine: Engine) -> None:
    """Every role tries every action on a submitted application; out of scope it does not exist."""
    with writers(engine)() as session:
        who = cast(session)
        application = submitted(session, open_call(session), who)
        stranger = cast(session, unit="WJQ")
        for actor, action in itertools.product(
            (who.clerk, who.district, who.city, who.publisher, stranger.clerk, stranger.district), Action
        ):
            if actor.role in MUNICIPAL[action].get(S.SUBMITTED, set()) and actor in (who.clerk, who.district):
                continue
            hidden = actor in (stranger.clerk, stranger.district)
            with pytest.raises(NotFound if hidden else NotAllowed):
                steps.perform(session, actor, application.id, action, seen_version=application.version, now=NOW)
        assert application.status == S.SUBMITTED
