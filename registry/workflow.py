"""The states of an application and the steps between them: one table, pure data and three functions.

    draft ─submit→ submitted ─recommend→ recommended ─accept→ checking ─propose→ proposed ─recognise→ recognised
                      │ not_recommend        │ reject             │ forward (province, nation) → forwarded
                      └──── return ──────────┴──── return ────────┘ → returned ─resubmit→ the step it came from

The later forms of a title take the same way: a re-evaluation ends in a document that files it, a yearly
report is filed by its district.

`services.review.steps.perform` is the only writer of a status; buttons, bulk pages and the matrix test read
the same table, so that page and rule cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step. `target` None: the state that the application remembers (returned, undone)."""

    action: Action
    sources: frozenset[ApplicationStatus]
    target: ApplicationStatus | None
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()
    tiers: frozenset[Tier] = frozenset(Tier)
    purposes: frozenset[CallPurpose] = frozenset(CallPurpose)


def _step(
    action: Action,
    sources: Iterable[ApplicationStatus],
    target: ApplicationStatus | None,
    roles: frozenset[Role],
    *needs: Need,
    tiers: Iterable[Tier] = tuple(Tier),
    purposes: Iterable[CallPurpose] = tuple(CallPurpose),
) -> Transition:
    return Transition(
        action=action,
        sources=frozenset(sources),
        target=target,
        roles=roles,
        needs=frozenset(needs),
        tiers=frozenset(tiers),
        purposes=frozenset(purposes),
    )


_OUTSIDE = (Tier.PROVINCIAL, Tier.NATIONAL)
_TITLE = (CallPurpose.TITLE,)
_RE_EVALUATION = (CallPurpose.RE_EVALUATION,)
_YEARLY = (CallPurpose.YEARLY,)
_JUDGED = (CallPurpose.TITLE, CallPurpose.RE_EVALUATION)

TRANSITIONS: tuple[Transition, ...] = (
    _step(Action.SUBMIT, (S.DRAFT,), S.SUBMITTED, _ENTERPRISE, Need.COMPLETE, Need.WINDOW),
    _step(Action.RESUBMIT, (S.RETURNED,), None, _ENTERPRISE, Need.COMPLETE),
    _step(
        Action.WITHDRAW,
        (S.DRAFT, S.SUBMITTED, S.RETURNED, S.RECOMMENDED, S.CHECKING, S.PROPOSED),
        S.WITHDRAWN,
        _ENTERPRISE,
    ),
    _step(Action.RETURN, (S.SUBMITTED,), S.RETURNED, _DISTRICT, Need.REMARKS),
    _step(Action.RETURN, (S.RECOMMENDED, S.CHECKING), S.RETURNED, _CITY, Need.REMARKS, purposes=_JUDGED),
    _step(
        Action.RECOMMEND,
        (S.SUBMITTED,),
        S.RECOMMENDED,
        _DISTRICT,
        Need.CRITERIA,
        Need.LETTER,
        Need.QUOTA,
        purposes=_TITLE,
    ),
    # Nobody competes in a re-evaluation: the unit passes on what it found, also a criterion that is not met.
    _step(Action.RECOMMEND, (S.SUBMITTED,), S.RECOMMENDED, _DISTRICT, Need.SHEET, purposes=_RE_EVALUATION),
    _step(Action.NOT_RECOMMEND, (S.SUBMITTED,), S.NOT_RECOMMENDED, _DISTRICT, Need.MESSAGE, purposes=_TITLE),
    _step(Action.FILE, (S.SUBMITTED,), S.FILED, _DISTRICT, purposes=_YEARLY),
    _step(Action.ACCEPT, (S.RECOMMENDED,), S.CHECKING, _CITY, purposes=_JUDGED),
    _step(Action.PROPOSE, (S.CHECKING,), S.PROPOSED, _CITY, tiers=(Tier.MUNICIPAL,), purposes=_TITLE),
    _step(Action.PROPOSE, (S.CHECKING,), S.PROPOSED, _CITY, Need.OUTCOME, purposes=_RE_EVALUATION),
    _step(Action.FORWARD, (S.CHECKING,), S.FORWARDED, _CITY, tiers=_OUTSIDE, purposes=_TITLE),
    _step(
        Action.REJECT,
        (S.RECOMMENDED, S.CHECKING, S.PROPOSED),
        S.REJECTED,
        _CITY,
        Need.MESSAGE,
        purposes=_TITLE,
    ),
    _step(Action.RECOGNISE, (S.PROPOSED,), S.RECOGNISED, _PUBLISHER, Need.DOCUMENT, purposes=_TITLE),
    _step(Action.FILE, (S.PROPOSED,), S.FILED, _PUBLISHER, Need.DOCUMENT, purposes=_RE_EVALUATION),
    _step(Action.REOPEN, (S.RECOGNISED,), S.PROPOSED, _PUBLISHER, Need.DOCUMENT, purposes=_TITLE),
    _step(Action.UNDO, (S.RECOMMENDED, S.NOT_RECOMMENDED), None, _DISTRICT, Need.REASON, purposes=_JUDGED),
    _step(
        Action.UNDO,
        (S.CHECKING, S.PROPOSED, S.REJECTED, S.FORWARDED),
        None,
        _CITY,
        Need.REASON,
        purposes=_JUDGED,
    ),
)


def find(
    action: Action,
    status: ApplicationStatus,
    role: Role | None,
    tier: Tier,
    purpose: CallPurpose = CallPurpose.TITLE,
) -> Transition | None:
    """The step that a role may take from a status in a call of a tier and purpose, or None."""
    return next(
        (
            step
            for step in TRANSITIONS
            if step.action == action
            and status in step.sources
            and role in step.roles
            and tier in step.tiers
            and purpose in step.purposes
        ),
        None,
    )


def available(
    status: ApplicationStatus, role: Role | None, tier: Tier, purpose: CallPurpose = CallPurpose.TITLE
) -> list[Transition]:
    """All steps that a role may take from a status, in the order of the table.

    Recognition is left out: it happens by document, not by a button at one application.
    """
    return [
        step
        for step in TRANSITIONS
        if status in step.sources
        and role in step.roles
        and tier in step.tiers
        and purpose in step.purposes
        and Need.DOCUMENT not in step.needs
    ]


def holder(status: ApplicationStatus) -> Role | None:
    """Who holds an application in a status; None when it is over or waits for nobody."""
    return STATUSES[status].holder
