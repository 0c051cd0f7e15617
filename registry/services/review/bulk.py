"""One step for many applications: a plan that says which will be refused and why, then all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound, RegistryError
from registry.models import Application
from registry.permissions import Actor
from registry.queries.applications.access import visible
from registry.queries.review.quota import free_rank
from registry.services.review.casework import assign, whole_batch
from registry.services.review.corrections import extend
from registry.services.review.needs import StepInput
from registry.services.review.steps import perform
from registry.statuses import BULK_ACTIONS
from registry.terms import Action
from registry.wording import Message

MOST = 200
"""Applications in one bulk step: what fits a confirmation page that a person reads."""


@dataclass(frozen=True)
class Planned:
    """One application of a bulk step; `refusal` says why it is left out."""

    application: Application
    refusal: str = ""


def plan(
    session: Session,
    actor: Actor,
    ids: Sequence[int],
    action: Action,
    given: StepInput,
    *,
    ranks: Mapping[int, int] | None = None,
    now: datetime,
) -> list[Planned]:
    """What a bulk step would do, in the order given. Each step is really taken and then rolled back, so that plan and
    step cannot disagree (a quota that ends half-way included). Applications out of scope are not named. `ranks` are
    those of single applications; without them ranks follow one another."""
    _require_bulk(action, len(ids))
    refusals: dict[int, str] = {}
    _hold(session, actor, ids)
    trial = session.begin_nested()
    try:
        for application_id in dict.fromkeys(ids):
            try:
                version = visible(session, actor, application_id).version
            except NotFound:
                continue
            # Those that are left out use up no rank, as the confirmation leaves them out too.
            with_rank = _own(
                given, sum(1 for refusal in refusals.values() if not refusal), (ranks or {}).get(application_id)
            )
            step = session.begin_nested()
            try:
                perform(session, actor, application_id, action, seen_version=version, given=with_rank, now=now)
                refusals[application_id] = ""
            except RegistryError as error:
                step.rollback()
                refusals[application_id] = error.message
    finally:
        trial.rollback()
    session.expire_all()
    return [Planned(visible(session, actor, application_id), refusal) for application_id, refusal in refusals.items()]


def _require_bulk(action: Action, count: int) -> None:
    if action not in BULK_ACTIONS:
        raise InvalidInput(Message("这一步不能批量办理。"))
    if count > MOST:
        raise InvalidInput(Message("一次最多选 %(most)s 项，现选了 %(count)s 项。", most=MOST, count=count))


def _hold(session: Session, actor: Actor, ids: Sequence[int]) -> None:
    """Lock all applications in one order before the first step: a step waits for its unit's other
    recommendations, and must not hold up one that it needs itself."""
    for application_id in sorted(set(ids)):
        with suppress(NotFound):
            visible(session, actor, application_id, lock=True)


def first_rank(session: Session, actor: Actor, ids: Sequence[int]) -> int:
    """A rank from which the selected applications may follow one another, to begin a plan with."""
    free = [1]
    for application_id in dict.fromkeys(ids):
        with suppress(NotFound):
            application = visible(session, actor, application_id)
            free.append(free_rank(session, application.call_id, application.unit_code or ""))
    return max(free)


def own_ranks(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """A rank for each application when the selection is of several calls, which are ranked apart; none for one call,
    whose ranks follow one another."""
    following: dict[tuple[int, str], int] = {}
    ranks: dict[int, int] = {}
    for application_id in dict.fromkeys(ids):
        with suppress(NotFound):
            application = visible(session, actor, application_id)
            order = (application.call_id, application.unit_code or "")
            ranks[application_id] = following.get(order) or free_rank(session, *order)
            following[order] = ranks[application_id] + 1
    return ranks if len(following) > 1 else {}


def _own(given: StepInput, position: int, rank: int | None) -> StepInput:
    """Ranks follow one another in the order of the selection, unless an application has its own."""
    if rank is not None:
        return replace(given, rank=rank)
    return given if given.rank is None else replace(given, rank=given.rank + position)


def perform_all(
    session: Session,
    actor: Actor,
    seen: Sequence[tuple[int, int]],
    action: Action,
    given: StepInput,
    *,
    ranks: Mapping[int, int] | None = None,
    now: datetime,
) -> list[Application]:
    """Take the step for all of (id, seen version), or for none: the first refusal names its application."""
    _require_bulk(action, len(seen))
    done = []
    _hold(session, actor, [application_id for application_id, _version in seen])
    own = ranks or {}
    ranked = {key: _own(given, position, own.get(key)) for position, (key, _version) in enumerate(seen)}
    for application_id, version in seen:
        try:
            done.append(
                perform(
                    session, actor, application_id, action, seen_version=version, given=ranked[application_id], now=now
                )
            )
        except RegistryError as error:
            raise whole_batch(visible(session, actor, application_id).number, error) from error
    return done


def plan_assignment(
    session: Session, actor: Actor, ids: Sequence[int], assignee_id: int | None, *, now: datetime
) -> list[Planned]:
    """What giving applications to a person would do, tried and taken back like `plan`."""

    def attempt(application_id: int) -> None:
        version = visible(session, actor, application_id).version
        assign(session, actor, [(application_id, version)], assignee_id, now=now)

    return _plan_each(session, actor, ids, attempt)


def assign_all(
    session: Session, actor: Actor, seen: Sequence[tuple[int, int]], assignee_id: int | None, *, now: datetime
) -> None:
    """Give all of (id, seen version) to a person, or none: the first that somebody else has changed is named."""
    for application_id, version in sorted(seen):
        try:
            assign(session, actor, [(application_id, version)], assignee_id, now=now)
        except Conflict as error:
            raise whole_batch(visible(session, actor, application_id).number, error) from error


def plan_extension(
    session: Session, actor: Actor, ids: Sequence[int], due_on: date | None, reason: str, *, now: datetime
) -> list[Planned]:
    """What giving returned applications a later last day would do, tried and taken back like `plan`."""

    def attempt(application_id: int) -> None:
        version = visible(session, actor, application_id).version
        extend(session, actor, application_id, due_on, reason, seen_version=version, now=now)

    return _plan_each(session, actor, ids, attempt)


def _plan_each(session: Session, actor: Actor, ids: Sequence[int], attempt: Callable[[int], object]) -> list[Planned]:
    if len(ids) > MOST:
        raise InvalidInput(Message("一次最多选 %(most)s 项，现选了 %(n)s 项。", most=MOST, n=len(ids)))
    refusals: dict[int, str] = {}
    trial = session.begin_nested()
    try:
        for application_id in dict.fromkeys(ids):
            step = session.begin_nested()
            try:
                attempt(application_id)
                refusals[application_id] = ""
            except NotFound:
                step.rollback()
            except RegistryError as error:
                step.rollback()
                refusals[application_id] = error.message
    finally:
        trial.rollback()
    session.expire_all()
    return [Planned(visible(session, actor, application_id), refusal) for application_id, refusal in refusals.items()]
