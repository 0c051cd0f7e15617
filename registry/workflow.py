"""The states of an application and the steps between them: one table, pure data and three functions.

    draft ─submit→ submitted ─recommend→ recommended ─accept→ checking ─propose→ proposed ─recognise→ recognised
                      in calls with a public notice: proposed ─open_notice→ noticed ─recognise, forward→
                      │ not_recommend        │ reject             │ forward (province, nation) → forwarded
                      └──── return ──────────┴──── return ────────┘ → returned ─resubmit, undo→ the step it came from
                                                     └ not_recommend, reject: the time for the correction is over

The later forms of a title take the same way: a re-evaluation ends in a document that files it, a yearly
report is filed by its district.

`services.review.steps.perform` is the only writer of a status; buttons, bulk pages and the matrix test read
the same table, so that page and rule cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.purposes import CallPurpose
from registry.statuses import STATUSES
from registry.terms import Action, ApplicationStatus, Role, Tier

S = ApplicationStatus
_ENTERPRISE = frozenset((Role.ENTERPRISE,))
_DISTRICT = frozenset((Role.DISTRICT_REVIEWER,))
_CITY = frozenset((Role.MUNICIPAL_REVIEWER,))
_PUBLISHER = frozenset((Role.PUBLISHER,))


class Need(StrEnum):
    """What a step asks of the person who takes it, besides the right to do so."""

    COMPLETE = "complete"  # the form passes all checks of its call
    WINDOW = "window"  # the call is open for this unit
    REMARKS = "remarks"  # a remark at a field, or a message
    MESSAGE = "message"  # a message to the applicant
    REASON = "reason"  # an internal reason
    CRITERIA = "criteria"  # every criterion is answered by the reviewer, and met
    SHEET = "sheet"  # every criterion is answered by the reviewer
    LETTER = "letter"  # rank and number of the unit's letter
    QUOTA = "quota"  # the unit has recommendations left
    OUTCOME = "outcome"  # what a re-evaluation comes to
    DOCUMENT = "document"  # a document, confirmed by a second person
    SCORES = "scores"  # the experts' sheets are in and their flags decided, where the call has experts
    INSPECTION = "inspection"  # a site inspection that is due is signed, and found nothing to put right
    NOTICE = "notice"  # a public notice of many applications, opened by a second person
    NOTICE_OVER = "notice_over"  # the public notice is over, and no objection holds the application
    LAPSED = "lapsed"  # the time for a correction is over, and the call lets that end an application
    UNTOUCHED = "untouched"  # the enterprise has saved nothing since the return


GUARDS = frozenset((Need.SCORES, Need.INSPECTION, Need.NOTICE_OVER, Need.LAPSED, Need.UNTOUCHED))
"""Needs that are looked up and ask nothing of the person who takes the step."""
_LETTER = (Need.CRITERIA, Need.LETTER, Need.QUOTA)
_ROUND = (Need.SCORES, Need.INSPECTION)
"""What the city waits for before it proposes or forwards."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step. `target` None: the state that the application remembers (returned, undone). `noticed`: only
    in calls with a public notice (True) or without one (False)."""

    action: Action
    sources: frozenset[ApplicationStatus]
    target: ApplicationStatus | None
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()
    tiers: frozenset[Tier] = frozenset(Tier)
    noticed: bool | None = None
    purposes: frozenset[CallPurpose] = frozenset(CallPurpose)

    def is_for(self, tier: Tier, purpose: CallPurpose, noticed: bool) -> bool:
        """Whether the step belongs to calls of this tier and purpose, with or without a public notice."""
        return tier in self.tiers and purpose in self.purposes and self.noticed in (None, noticed)


def _step(
    action: Action,
    sources: Iterable[ApplicationStatus],
    target: ApplicationStatus | None,
    roles: frozenset[Role],
    *needs: Need,
    tiers: Iterable[Tier] = tuple(Tier),
    noticed: bool | None = None,
    purposes: Iterable[CallPurpose] = tuple(CallPurpose),
) -> Transition:
    return Transition(
        action=action,
        sources=frozenset(sources),
        target=target,
        roles=roles,
        needs=frozenset(needs),
        tiers=frozenset(tiers),
        noticed=noticed,
        purposes=frozenset(purposes),
    )


_OUTSIDE = (Tier.PROVINCIAL, Tier.NATIONAL)

_TITLE = (CallPurpose.TITLE,)
_RE_EVALUATION = (CallPurpose.RE_EVALUATION,)
_YEARLY = (CallPurpose.YEARLY,)
_JUDGED = (CallPurpose.TITLE, CallPurpose.RE_EVALUATION)
_MUNICIPAL = (Tier.MUNICIPAL,)

TRANSITIONS: tuple[Transition, ...] = (
    _step(Action.SUBMIT, (S.DRAFT,), S.SUBMITTED, _ENTERPRISE, Need.COMPLETE, Need.WINDOW),
    _step(Action.RESUBMIT, (S.RETURNED,), None, _ENTERPRISE, Need.COMPLETE),
    _step(
        Action.WITHDRAW,
        (S.DRAFT, S.SUBMITTED, S.RETURNED, S.RECOMMENDED, S.CHECKING, S.PROPOSED, S.NOTICED),
        S.WITHDRAWN,
        _ENTERPRISE,
    ),
    _step(Action.RETURN, (S.SUBMITTED,), S.RETURNED, _DISTRICT, Need.REMARKS),
    _step(Action.RETURN, (S.RECOMMENDED, S.CHECKING), S.RETURNED, _CITY, Need.REMARKS, purposes=_JUDGED),
    _step(Action.RECOMMEND, (S.SUBMITTED,), S.RECOMMENDED, _DISTRICT, *_LETTER, purposes=_TITLE),
    # Nobody competes in a re-evaluation: the unit passes on what it found, also a criterion that is not met.
    _step(Action.RECOMMEND, (S.SUBMITTED,), S.RECOMMENDED, _DISTRICT, Need.SHEET, purposes=_RE_EVALUATION),
    _step(Action.NOT_RECOMMEND, (S.SUBMITTED,), S.NOT_RECOMMENDED, _DISTRICT, Need.MESSAGE, purposes=_TITLE),
    _step(
        Action.NOT_RECOMMEND,
        (S.RETURNED,),
        S.NOT_RECOMMENDED,
        _DISTRICT,
        Need.MESSAGE,
        Need.LAPSED,
        purposes=_TITLE,
    ),
    _step(Action.FILE, (S.SUBMITTED,), S.FILED, _DISTRICT, purposes=_YEARLY),
    _step(Action.ACCEPT, (S.RECOMMENDED,), S.CHECKING, _CITY, purposes=_JUDGED),
    _step(Action.PROPOSE, (S.CHECKING,), S.PROPOSED, _CITY, *_ROUND, tiers=_MUNICIPAL, purposes=_TITLE),
    _step(Action.PROPOSE, (S.CHECKING,), S.PROPOSED, _CITY, *_ROUND, tiers=_OUTSIDE, noticed=True, purposes=_TITLE),
    _step(Action.PROPOSE, (S.CHECKING,), S.PROPOSED, _CITY, Need.OUTCOME, *_ROUND, purposes=_RE_EVALUATION),
    _step(Action.OPEN_NOTICE, (S.PROPOSED,), S.NOTICED, _PUBLISHER, Need.NOTICE, noticed=True, purposes=_JUDGED),
    _step(Action.CLOSE_NOTICE, (S.NOTICED,), S.PROPOSED, _PUBLISHER, Need.NOTICE, noticed=True, purposes=_JUDGED),
    _step(Action.FORWARD, (S.CHECKING,), S.FORWARDED, _CITY, *_ROUND, tiers=_OUTSIDE, noticed=False, purposes=_TITLE),
    _step(
        Action.FORWARD,
        (S.NOTICED,),
        S.FORWARDED,
        _CITY,
        Need.NOTICE_OVER,
        tiers=_OUTSIDE,
        noticed=True,
        purposes=_TITLE,
    ),
    _step(
        Action.REJECT,
        (S.RECOMMENDED, S.CHECKING, S.PROPOSED, S.NOTICED),
        S.REJECTED,
        _CITY,
        Need.MESSAGE,
        purposes=_TITLE,
    ),
    _step(Action.REJECT, (S.RETURNED,), S.REJECTED, _CITY, Need.MESSAGE, Need.LAPSED, purposes=_TITLE),
    _step(Action.RECOGNISE, (S.PROPOSED,), S.RECOGNISED, _PUBLISHER, Need.DOCUMENT, noticed=False, purposes=_TITLE),
    _step(
        Action.RECOGNISE,
        (S.NOTICED,),
        S.RECOGNISED,
        _PUBLISHER,
        Need.DOCUMENT,
        Need.NOTICE_OVER,
        tiers=_MUNICIPAL,
        noticed=True,
        purposes=_TITLE,
    ),
    _step(Action.FILE, (S.PROPOSED,), S.FILED, _PUBLISHER, Need.DOCUMENT, noticed=False, purposes=_RE_EVALUATION),
    _step(
        Action.FILE,
        (S.NOTICED,),
        S.FILED,
        _PUBLISHER,
        Need.DOCUMENT,
        Need.NOTICE_OVER,
        noticed=True,
        purposes=_RE_EVALUATION,
    ),
    _step(Action.REOPEN, (S.RECOGNISED,), S.PROPOSED, _PUBLISHER, Need.DOCUMENT, noticed=False, purposes=_TITLE),
    _step(Action.REOPEN, (S.RECOGNISED,), S.NOTICED, _PUBLISHER, Need.DOCUMENT, noticed=True, purposes=_TITLE),
    _step(Action.REOPEN, (S.FILED,), S.PROPOSED, _PUBLISHER, Need.DOCUMENT, noticed=False, purposes=_RE_EVALUATION),
    _step(Action.REOPEN, (S.FILED,), S.NOTICED, _PUBLISHER, Need.DOCUMENT, noticed=True, purposes=_RE_EVALUATION),
    _step(Action.UNDO, (S.RECOMMENDED, S.NOT_RECOMMENDED), None, _DISTRICT, Need.REASON, purposes=_JUDGED),
    _step(
        Action.UNDO,
        (S.CHECKING, S.PROPOSED, S.REJECTED, S.FORWARDED),
        None,
        _CITY,
        Need.REASON,
        purposes=_JUDGED,
    ),
    _step(Action.UNDO, (S.FILED,), None, _DISTRICT, Need.REASON, purposes=_YEARLY),
    # Who returned it takes the return back: `queries.applications.returned` asks which desk that was.
    _step(Action.UNDO, (S.RETURNED,), None, _DISTRICT, Need.REASON, Need.UNTOUCHED),
    _step(Action.UNDO, (S.RETURNED,), None, _CITY, Need.REASON, Need.UNTOUCHED),
)


BY_PAPER = frozenset((Need.DOCUMENT, Need.NOTICE))
"""Steps with one of these needs happen to many applications by a document or a notice, never by a button at one."""


def find(
    action: Action,
    status: ApplicationStatus,
    role: Role | None,
    tier: Tier,
    purpose: CallPurpose = CallPurpose.TITLE,
    *,
    noticed: bool = False,
) -> Transition | None:
    """The step that a role may take from a status in a call of a tier and purpose, or None; `noticed`: its call has
    a public notice."""
    return next(
        (step for step in _possible(status, role, tier, purpose, noticed) if step.action == action),
        None,
    )


def available(
    status: ApplicationStatus,
    role: Role | None,
    tier: Tier,
    purpose: CallPurpose = CallPurpose.TITLE,
    *,
    noticed: bool = False,
) -> list[Transition]:
    """All steps that a role may take from a status by a button at one application, in the order of the table."""
    return [step for step in _possible(status, role, tier, purpose, noticed) if not step.needs & BY_PAPER]


def _possible(
    status: ApplicationStatus, role: Role | None, tier: Tier, purpose: CallPurpose, noticed: bool
) -> Iterator[Transition]:
    for step in TRANSITIONS:
        if status in step.sources and role in step.roles and step.is_for(tier, purpose, noticed):
            yield step


def holder(status: ApplicationStatus) -> Role | None:
    """Who holds an application in a status; None when it is over or waits for nobody."""
    return STATUSES[status].holder
