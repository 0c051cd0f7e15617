"""今天要办: all lines of one person, and the calls under way with where their applications stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.models import Call
from registry.permissions import REVIEWERS, Actor
from registry.queries.attention import providers, round_providers
from registry.queries.attention.census import Stand, take_census
from registry.queries.attention.items import Asked, Item, Provider
from registry.queries.review.clock import Clock, Limit, Pause, load_clock
from registry.statuses import FINAL_STATUSES, HELD_STATUSES
from registry.terms import ApplicationStatus, Role
from registry.values.office_days import OfficeDays

S = ApplicationStatus

PROVIDERS: Mapping[Role, tuple[Provider, ...]] = {
    Role.ENTERPRISE: (providers.changes, providers.colleagues),
    Role.DISTRICT_REVIEWER: (
        providers.at_the_desk,
        providers.corrections,
        providers.changes,
        providers.error_reports,
        round_providers.visits,
        round_providers.unreported,
    ),
    Role.MUNICIPAL_REVIEWER: (
        providers.at_the_desk,
        providers.corrections,
        providers.changes,
        providers.error_reports,
        providers.members,
        round_providers.flags,
        round_providers.visits,
        round_providers.ending_notices,
        round_providers.objections,
        round_providers.unsent,
    ),
    Role.PUBLISHER: (
        providers.at_the_desk,
        round_providers.prepared_notices,
        providers.documents,
        providers.changes,
    ),
    Role.EXPERT: (),
}
"""What waits for whom. Roles without a row have no such list."""
_BY_CALL = (round_providers.unreported, round_providers.unsent)
"""Their lines name a call, which is too long for one line above the queue."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A state of a call's applications; `limit` are the promised days, None where nothing is promised."""

    status: ApplicationStatus
    count: int
    late: int
    limit: Limit | None


@dataclass(frozen=True, kw_only=True)
class CallNow:
    """A call under way: how many applications it has, where they stand, which steps rest today or later."""

    id: int
    title: str
    year: int
    category: str
    closes_at: datetime
    total: int
    stages: tuple[Stage, ...]
    pauses: tuple[Pause, ...]


@dataclass(frozen=True, kw_only=True)
class Today:
    """The first page of an officer. Lines with a count of zero are left out."""

    items: list[Item]
    calls: list[CallNow]


def today(session: Session, actor: Actor, *, now: datetime) -> Today:
    """All that waits for an officer, and the calls under way (a constant number of queries)."""
    asked = ask(session, actor, now=now)
    return Today(items=waiting(asked), calls=_calls(asked))


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> list[Item]:
    """The lines alone, for whichever role: none for one that has no such list."""
    return waiting(ask(session, actor, now=now)) if actor.role in PROVIDERS and not actor.limited else []


def strip(session: Session, actor: Actor, *, now: datetime, clock: Clock) -> list[Item]:
    """What stands on top of the queue: all lines without the queue itself and without those that name a call, which
    stand on the page of today and are not even counted here."""
    found = waiting(ask(session, actor, now=now, clock=clock), without=_BY_CALL)
    return [item for item in found if not item.is_own_queue]


def ask(session: Session, actor: Actor, *, now: datetime, clock: Clock | None = None) -> Asked:
    """What all providers need: who asks, when, the days, the applications he may see. `clock` is that of `now`, if it
    was read already."""
    if actor.role not in REVIEWERS:
        # No step waits for an enterprise or an expert, so no promised days are asked for.
        idle = Clock(today=beijing_day(now), forms={}, calls={}, pauses=(), is_working=OfficeDays().is_working)
        return Asked(session=session, actor=actor, now=now, clock=idle, stands=())
    clock = clock or load_clock(session, now=now)
    stands = tuple(take_census(session, actor, clock))
    return Asked(session=session, actor=actor, now=now, clock=clock, stands=stands)


def waiting(asked: Asked, *, without: Sequence[Provider] = ()) -> list[Item]:
    """The lines of a role, in the order of its providers; counts of zero are left out."""
    providers_of_role = PROVIDERS.get(asked.actor.role or Role.AUDITOR, ())
    found = [item for provider in providers_of_role if provider not in without for item in provider(asked)]
    return [item for item in found if item.count]


def _calls(asked: Asked) -> list[CallNow]:
    """Calls with anything that is not over, the newest first."""
    by_call: dict[int, list[Stand]] = defaultdict(list)
    for stand in asked.stands:
        by_call[stand.call_id].append(stand)
    open_calls = [
        call_id for call_id, stands in by_call.items() if any(stand.status not in FINAL_STATUSES for stand in stands)
    ]
    rows = asked.session.scalars(
        select(Call).where(Call.id.in_(open_calls)).order_by(Call.closes_at.desc(), Call.id.desc())
    )
    newest = {call_id: form_id for form_id, call_id in sorted(asked.clock.calls.items())}
    return [
        CallNow(
            id=call.id,
            title=call.title,
            year=call.year,
            category=call.category_code,
            closes_at=call.closes_at,
            total=sum(stand.count for stand in by_call[call.id]),
            stages=_stages(by_call[call.id], asked.clock, newest[call.id]),
            pauses=tuple(_pauses(asked, call.id)),
        )
        for call in rows
    ]


def _stages(stands: list[Stand], clock: Clock, form_id: int) -> tuple[Stage, ...]:
    """The states in the order of an application's way."""
    found = {stand.status: stand for stand in stands}
    return tuple(
        Stage(
            status=status,
            count=found[status].count,
            late=found[status].late,
            limit=clock.limit(form_id, status) if status in HELD_STATUSES else None,
        )
        for status in S
        if status in found
    )


def _pauses(asked: Asked, call_id: int) -> list[Pause]:
    return [
        pause
        for pause in asked.clock.pauses
        if pause.call_id == call_id
        and pause.last_day >= asked.clock.today
        and asked.actor.unit in (None, pause.unit or asked.actor.unit)
    ]
