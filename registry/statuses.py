"""What is true of each state of an application and of each step: one row a fact, read by every layer.

Who holds it, where it stands in the queue of each role, what it counts for, what its enterprise reads.
A state or a step without its row does not import, so that none can lack its words, tab or message.
Sentences are Chinese message ids; pages translate them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from registry.terms import Action, ApplicationStatus, Role

S = ApplicationStatus
_DISTRICT, _CITY, _PUBLISHER = Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER, Role.PUBLISHER
QUEUES = (_DISTRICT, _CITY, _PUBLISHER)
"""The roles that have a queue."""
MINE, CLOSED = "mine", "closed"
TABS = (MINE, "district", "city", "returned", "passed", CLOSED)
"""Names of the tabs in their order; a role shows those in which a state can stand."""


class Tone(StrEnum):
    """How urgent or final a state looks on its chip."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    LINE = "line"
    NOTE = "note"


class Ending(StrEnum):
    """How an application is over; after a refusal the enterprise may apply again in the same call."""

    PASSED = "passed"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class StatusFacts:
    """One state.

    holder: who has to act, None when nobody · tabs: tab of the queue by role, empty for what no officer
    sees · counts_for_quota: uses a recommendation of its unit · sheet: roles that may fill the criteria
    sheet; theirs is missing while it has blanks · waiting: what the enterprise reads, with `%(unit)s` ·
    shown_as: the state that `SHELTERED` roles see instead (a proposal is secret until it is published) ·
    is_editable: its enterprise may change the form.
    """

    holder: Role | None
    tabs: Mapping[Role, str]
    waiting: str
    tone: Tone = Tone.NOTE
    counts_for_quota: bool = False
    sheet: frozenset[Role] = frozenset()
    ending: Ending | None = None
    shown_as: ApplicationStatus | None = None
    is_editable: bool = False


def _tabs(district: str, city: str, publisher: str) -> Mapping[Role, str]:
    return MappingProxyType(dict(zip(QUEUES, (district, city, publisher), strict=True)))


_OVER = _tabs(CLOSED, CLOSED, CLOSED)
_BOTH = frozenset((_DISTRICT, _CITY))
_AT_CITY = frozenset((_CITY,))

STATUSES: Mapping[ApplicationStatus, StatusFacts] = MappingProxyType(
    {
        S.DRAFT: StatusFacts(
            holder=Role.ENTERPRISE,
            tabs={},
            waiting="还没有提交",
            tone=Tone.LINE,
            is_editable=True,
        ),
        S.SUBMITTED: StatusFacts(
            holder=_DISTRICT,
            tabs=_tabs(MINE, "district", "district"),
            waiting="%(unit)s正在初审",
            sheet=_BOTH,
        ),
        S.RETURNED: StatusFacts(
            holder=Role.ENTERPRISE,
            tabs=_tabs("returned", "returned", "returned"),
            waiting="等待本企业修改后重新提交",
            tone=Tone.WARN,
            sheet=_BOTH,
            is_editable=True,
        ),
        S.RECOMMENDED: StatusFacts(
            holder=_CITY,
            tabs=_tabs("passed", MINE, "city"),
            waiting="市工业和信息化局正在形式审查",
            counts_for_quota=True,
            sheet=_AT_CITY,
        ),
        S.CHECKING: StatusFacts(
            holder=_CITY,
            tabs=_tabs("passed", MINE, "city"),
            waiting="市工业和信息化局正在审核",
            counts_for_quota=True,
            sheet=_AT_CITY,
        ),
        S.PROPOSED: StatusFacts(
            holder=_PUBLISHER,
            tabs=_tabs("passed", "passed", MINE),
            waiting="市工业和信息化局正在审核",
            counts_for_quota=True,
            sheet=_AT_CITY,
            shown_as=S.CHECKING,
        ),
        S.NOTICED: StatusFacts(
            holder=None,
            tabs=_tabs("passed", "passed", "passed"),
            waiting="名单已经公示，公示期满后按程序办理",
            counts_for_quota=True,
        ),
        S.RECOGNISED: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="已获认定",
            tone=Tone.GOOD,
            counts_for_quota=True,
            ending=Ending.PASSED,
        ),
        S.FORWARDED: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="已上报上级部门",
            tone=Tone.GOOD,
            counts_for_quota=True,
            ending=Ending.PASSED,
        ),
        S.FILED: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="已归档，办理结束",
            tone=Tone.GOOD,
            ending=Ending.PASSED,
        ),
        S.NOT_RECOMMENDED: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="所在板块不予推荐，办理结束",
            tone=Tone.BAD,
            ending=Ending.REFUSED,
        ),
        S.REJECTED: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="不予认定，办理结束",
            tone=Tone.BAD,
            ending=Ending.REFUSED,
        ),
        S.WITHDRAWN: StatusFacts(
            holder=None,
            tabs=_OVER,
            waiting="已撤回，办理结束",
            tone=Tone.LINE,
            ending=Ending.REFUSED,
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """One step.

    timeline: what its enterprise reads in the timeline, with `%(name)s` of its own member or `%(office)s`;
    empty for a step that it must not see · message: sentence of the message to the enterprise, empty for
    none · following: what the enterprise does next.
    """

    timeline: str
    message: str = ""
    following: str = ""
    in_bulk: bool = field(default=False)


ACTIONS: Mapping[Action, ActionFacts] = MappingProxyType(
    {
        Action.SUBMIT: ActionFacts(
            timeline="%(name)s提交申报",
            message="申报已提交",
            following="所在板块初审后会再通知您。",
        ),
        Action.RESUBMIT: ActionFacts(timeline="%(name)s修改后重新提交", message="修改后已重新提交"),
        Action.WITHDRAW: ActionFacts(timeline="%(name)s撤回申报", message="申报已撤回"),
        Action.RETURN: ActionFacts(
            timeline="%(office)s退回修改",
            message="退回修改",
            following="请按审核员标出的栏目修改后重新提交，不受通知截止时间限制。",
        ),
        Action.RECOMMEND: ActionFacts(timeline="%(office)s推荐", message="已由所在板块推荐", in_bulk=True),
        Action.NOT_RECOMMEND: ActionFacts(timeline="%(office)s不予推荐", message="所在板块不予推荐", in_bulk=True),
        Action.ACCEPT: ActionFacts(timeline="通过形式审查，进入市级审核", message="已通过形式审查", in_bulk=True),
        Action.PROPOSE: ActionFacts(timeline="", in_bulk=True),
        Action.OPEN_NOTICE: ActionFacts(timeline="列入公示", message="已列入公示"),
        Action.CLOSE_NOTICE: ActionFacts(
            timeline="公示撤回，回到市级审核", message="公示已撤回", following="将重新公示。"
        ),
        Action.FORWARD: ActionFacts(timeline="市级审核通过，已上报", message="已上报", in_bulk=True),
        Action.REJECT: ActionFacts(timeline="市级审核不予认定", message="不予认定", in_bulk=True),
        Action.RECOGNISE: ActionFacts(timeline="发文认定", message="已获认定"),
        Action.FILE: ActionFacts(timeline="%(office)s核对后归档", message="已归档", in_bulk=True),
        Action.UNDO: ActionFacts(timeline="%(office)s撤销了上一步"),
        Action.REOPEN: ActionFacts(timeline=""),
    }
)


def _complete(vocabulary: type[StrEnum], table: Mapping[object, object], roles: Mapping[object, object]) -> None:
    missing = [member.value for member in vocabulary if member not in table]
    if missing:
        raise LookupError(f"registry/statuses.py has no row for: {', '.join(missing)}")
    if untold := [str(key) for key, tabs in roles.items() if tabs and set(tabs) != set(QUEUES)]:  # type: ignore[call-overload]
        raise LookupError(f"registry/statuses.py: a queue has no tab for: {', '.join(untold)}")


_complete(ApplicationStatus, STATUSES, {status: facts.tabs for status, facts in STATUSES.items()})  # type: ignore[arg-type]
_complete(Action, ACTIONS, {})  # type: ignore[arg-type]

FINAL_STATUSES = frozenset(status for status, facts in STATUSES.items() if facts.ending)
"""A decision ended the application."""
REFUSED_STATUSES = frozenset(status for status, facts in STATUSES.items() if facts.ending is Ending.REFUSED)
"""Final without a title: the enterprise may apply again in the same call."""
EDITABLE_STATUSES = tuple(status for status, facts in STATUSES.items() if facts.is_editable)
QUOTA_STATUSES = tuple(status for status, facts in STATUSES.items() if facts.counts_for_quota)
HELD_STATUSES = tuple(status for status, facts in STATUSES.items() if facts.holder in QUEUES)
"""The steps of officers, for which days are promised."""
VISIBLE_STATUSES = tuple(status for status, facts in STATUSES.items() if facts.tabs)
"""What officers see at all."""
BULK_ACTIONS = tuple(action for action, facts in ACTIONS.items() if facts.in_bulk)
"""Steps that may be taken for many applications on one confirmation page."""


SHELTERED = frozenset((Role.ENTERPRISE, _DISTRICT, Role.EXPERT))
"""Roles that hear of a proposal when the public does: before, only the city and the publisher know of it."""


def for_applicant(status: ApplicationStatus) -> ApplicationStatus:
    """The state as the enterprise reads it."""
    return STATUSES[status].shown_as or status


def shown_to(role: Role | None, status: ApplicationStatus) -> ApplicationStatus:
    """The state as a role reads it."""
    return for_applicant(status) if role in SHELTERED else status


def shown_statuses(role: Role | None) -> tuple[ApplicationStatus, ...]:
    """The states of a queue as a role knows them."""
    return tuple(status for status in VISIBLE_STATUSES if shown_to(role, status) is status)


def blurred(role: Role | None) -> frozenset[ApplicationStatus]:
    """States that a role cannot tell apart: nothing that depends on which of them holds may be shown to it."""
    hidden = {status for status in STATUSES if shown_to(role, status) is not status}
    return frozenset(hidden | {shown_to(role, status) for status in hidden})


def may_fill_sheet(role: Role | None, status: ApplicationStatus) -> bool:
    """Whether a role may fill the criteria sheet of an application in this state."""
    return role in STATUSES[status].sheet


def sheet_statuses(role: Role | None) -> tuple[ApplicationStatus, ...]:
    """Where a role may fill the criteria sheet, and misses one that has blanks."""
    return tuple(status for status in STATUSES if may_fill_sheet(role, status))


def fills_sheets(role: Role | None) -> bool:
    """Whether a role ever fills criteria sheets."""
    return bool(sheet_statuses(role))


def tabs(role: Role) -> dict[str, tuple[ApplicationStatus, ...]]:
    """The tabs of a role with their states: its own step first, everything last. Every state but the
    draft stands in exactly one of them, and in 全部."""
    found = {name: tuple(status for status in VISIBLE_STATUSES if STATUSES[status].tabs[role] == name) for name in TABS}
    return {name: statuses for name, statuses in found.items() if statuses} | {"all": VISIBLE_STATUSES}
