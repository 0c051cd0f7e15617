"""Role × state → tab of the queue, written out by hand: what is whose turn, and where the rest is found."""

from __future__ import annotations

import pytest

from registry.statuses import QUEUES, STATUSES, tabs
from registry.terms import ApplicationStatus, Role

S = ApplicationStatus
#             district    city        publisher
TABLE = {
    S.SUBMITTED: ("mine", "district", "district"),
    S.RETURNED: ("returned", "returned", "returned"),
    S.RECOMMENDED: ("passed", "mine", "city"),
    S.CHECKING: ("passed", "mine", "city"),
    S.PROPOSED: ("passed", "passed", "mine"),
    S.NOTICED: ("passed", "passed", "passed"),
    S.RECOGNISED: ("closed", "closed", "closed"),
    S.FORWARDED: ("closed", "closed", "closed"),
    S.FILED: ("closed", "closed", "closed"),
    S.NOT_RECOMMENDED: ("closed", "closed", "closed"),
    S.REJECTED: ("closed", "closed", "closed"),
    S.WITHDRAWN: ("closed", "closed", "closed"),
}
HIDDEN = {S.DRAFT}
"""States that no officer sees."""
TABS = {
    Role.DISTRICT_REVIEWER: ("mine", "returned", "passed", "closed", "all"),
    Role.MUNICIPAL_REVIEWER: ("mine", "district", "returned", "passed", "closed", "all"),
    Role.PUBLISHER: ("mine", "district", "city", "returned", "passed", "closed", "all"),
}
"""Names of the tabs of each queue, in their order."""


def test_every_state_stands_in_the_table() -> None:
    assert {*TABLE, *HIDDEN} == set(ApplicationStatus)
    assert tuple(TABS) == QUEUES


@pytest.mark.parametrize("role", TABS)
def test_every_state_has_its_tab(role: Role) -> None:
    """No role is exempt: each sees every state once, and all of them under `all`."""
    place, groups = QUEUES.index(role), dict(tabs(role))
    assert tuple(groups) == TABS[role]
    assert set(groups.pop("all")) == set(TABLE)
    found = {status: [name for name, held in groups.items() if status in held] for status in ApplicationStatus}
    assert found == {status: [TABLE[status][place]] if status in TABLE else [] for status in ApplicationStatus}
    assert STATUSES[S.DRAFT].tabs == {}
