"""The officers' queue: one page of rows, and counts of the tabs that equal their rows.

Everything is read within the actor's scope. Ids, counts and order come from `ix_application_queue`
alone, so that a hundred thousand applications are counted without touching one of them; the rows of
the page are then read by id.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.application_form import Rules
from registry.models import Account, Application, Attachment, Call, CallForm, Enterprise, Snapshot
from registry.permissions import REVIEWERS, Actor
from registry.purposes import CallPurpose
from registry.queries.review.clock import Clock, Limit, load_clock
from registry.queries.review.queue_filters import QueueFilters
from registry.queries.review.queue_scope import conditions, in_reach
from registry.queries.review.quota import recommended_count
from registry.queries.review.sheets import Tally, tally
from registry.queries.review.sheltered import since_shown
from registry.queries.review.stage import applications_at, has_round, sees_stages, stages
from registry.statuses import FINAL_STATUSES, HELD_STATUSES, blurred, may_fill_sheet, shown_to, tabs
from registry.terms import AccountStanding, ApplicationStatus, Role
from registry.wording import Message

S = ApplicationStatus
Order = tuple[InstrumentedAttribute[Any], ...]
_HANDLERS = (Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER)


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One application of the queue. `days` are those in the step, `limit` the promised ones, both working days
    or calendar days as the call has it; `due_on` is the last day of a correction; `missing` names attachment
    kinds with the number that is not there; `sheet` how far the criteria sheet, `stage` how far the check is;
    `has_notice`: its call has a notice."""

    id: int
    version: int
    number: str
    project: str
    enterprise: str
    call_title: str
    category: str
    unit: str
    industry: str | None
    status: ApplicationStatus
    assignee_id: int | None
    assignee: str
    since: datetime
    days: int
    limit: Limit
    due_on: date | None
    is_final: bool
    is_overdue: bool
    missing: tuple[tuple[str, int], ...]
    is_sheet_open: bool
    sheet: Tally
    is_again: bool
    purpose: CallPurpose
    has_notice: bool
    stage: Message | None = None


@dataclass(frozen=True)
class QueuePage:
    """Rows `first`..`last` (1-based) of `total`, and the number of rows behind each tab."""

    rows: list[QueueRow]
    total: int
    number: int
    pages: int
    per_page: int
    counts: Mapping[str, int]
    has_stages: bool = False

    @property
    def first(self) -> int:
        """Number of the first row shown (0 when there is none)."""
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0


@dataclass(frozen=True)
class CallChoice:
    """A call as the filter offers it."""

    id: int
    title: str
    year: int
    category: str
    purpose: str


@dataclass(frozen=True)
class Person:
    """An officer who can be given applications."""

    id: int
    name: str
    unit: str | None


def queue_page(session: Session, actor: Actor, filters: QueueFilters, *, clock: Clock) -> QueuePage:
    """The page of `filters` (a constant number of queries, whatever it holds)."""
    wanted = _wanted(session, actor, filters, clock)
    shown = tabs(_role(actor))
    reading = _read_all if filters.q or filters.missing in ("files", "sheet") or filters.sheet else _read_page
    ids, by_status = reading(session, wanted, shown[filters.tab], filters, queue_order(actor, filters))
    counts = {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in shown.items()}
    total = counts[filters.tab]
    pages = max(1, math.ceil(total / filters.per_page))
    rows = _rows(session, actor, ids, clock)
    has_stages = sees_stages(actor) and any(map(has_round, clock.forms.values()))
    return QueuePage(rows, total, filters.page, pages, filters.per_page, counts, has_stages)


def _wanted(session: Session, actor: Actor, filters: QueueFilters, clock: Clock) -> ColumnElement[bool]:
    """Everything that the filters ask, the tab excepted."""
    wanted = and_(in_reach(actor), *conditions(actor, filters, clock))
    if filters.stage and sees_stages(actor):
        wanted = and_(wanted, Application.id.in_(applications_at(session, filters.stage, clock.forms)))
    return wanted


def queue_order(actor: Actor, filters: QueueFilters) -> Order:
    """What waits longest first. Where this order would reveal states that the reader may not know: the oldest first."""
    if blurred(actor.role).intersection(tabs(_role(actor))[filters.tab]):
        return (Application.id,)
    return Application.step_since, Application.id


def _read_page(
    session: Session, wanted: ColumnElement[bool], statuses: Sequence[str], filters: QueueFilters, columns: Order
) -> tuple[list[int], dict[str, int]]:
    """(ids of the page, number of applications by status), counted by the database."""
    by_status: dict[str, int] = {}
    for status, count in session.execute(
        select(Application.status, func.count()).where(wanted).group_by(Application.status)
    ):
        by_status[status] = count
    total = sum(by_status.get(status, 0) for status in statuses)
    start, length = (filters.page - 1) * filters.per_page, filters.per_page
    length = max(0, min(length, total - start))
    # A page of the second half is read from the end, so that no page sorts more than half of the rows.
    from_end = start > total // 2
    offset = total - start - length if from_end else start
    order = [column.desc() if from_end else column.asc() for column in columns]
    statement = select(Application.id).where(wanted, Application.status.in_(statuses)).order_by(*order)
    ids = list(session.scalars(statement.limit(length).offset(max(0, offset))))
    return ids[::-1] if from_end else ids, by_status


def _read_all(
    session: Session, wanted: ColumnElement[bool], statuses: Sequence[str], filters: QueueFilters, columns: Order
) -> tuple[list[int], dict[str, int]]:
    """The same where finding the rows is what costs: they are found once, then counted here."""
    statement = select(Application.id, Application.status).where(wanted)
    found = session.execute(statement.order_by(*columns)).all()
    chosen = set(statuses)
    ids = [identifier for identifier, status in found if status in chosen]
    start = (filters.page - 1) * filters.per_page
    return ids[start : start + filters.per_page], Counter(status for _identifier, status in found)


def queue_condition(session: Session, actor: Actor, filters: QueueFilters, *, now: datetime) -> ColumnElement[bool]:
    """The rows behind the filters, the tab among them."""
    statuses = [status.value for status in tabs(_role(actor))[filters.tab]]
    return and_(_wanted(session, actor, filters, load_clock(session, now=now)), Application.status.in_(statuses))


def queue_ids(session: Session, actor: Actor, filters: QueueFilters, *, most: int, now: datetime) -> list[int]:
    """Ids of all rows behind the filters, in the order of the queue, at most `most` + 1 of them."""
    statement = select(Application.id).where(queue_condition(session, actor, filters, now=now))
    return list(session.scalars(statement.order_by(*queue_order(actor, filters)).limit(most + 1)))


def chosen_ids(session: Session, actor: Actor, ids: Sequence[int]) -> list[int]:
    """Those of the named applications that the actor may see, in the order of the queue of everything."""
    statement = select(Application.id).where(in_reach(actor), Application.id.in_(ids))
    return list(session.scalars(statement.order_by(*queue_order(actor, QueueFilters(tab="all")))))


def statuses_of(session: Session, actor: Actor, ids: Sequence[int]) -> set[ApplicationStatus]:
    """The states in which the actor's applications among these stand."""
    statement = select(Application.status).where(in_reach(actor), Application.id.in_(ids)).distinct()
    return {S(status) for status in session.scalars(statement)}


def purposes_of(session: Session, actor: Actor, ids: Sequence[int]) -> set[CallPurpose]:
    """What the calls of the actor's applications among these are for."""
    statement = select(Call.purpose).join(Application, Application.call_id == Call.id)
    found = session.scalars(statement.where(in_reach(actor), Application.id.in_(ids)).distinct())
    return {CallPurpose(purpose) for purpose in found}


def call_choices(session: Session) -> list[CallChoice]:
    """Published calls, newest first."""
    statement = (
        select(Call.id, Call.title, Call.year, Call.category_code, Call.purpose)
        .where(Call.state == "published")
        .order_by(Call.opens_at.desc(), Call.id.desc())
        .limit(200)
    )
    return [CallChoice(*row) for row in session.execute(statement)]


def handlers(session: Session, actor: Actor) -> list[Person]:
    """Officers to whom applications in the actor's scope can be given, in order of name."""
    statement = (
        select(Account.id, Account.name, Account.unit_code)
        .where(Account.role.in_([role.value for role in _HANDLERS]), Account.standing == AccountStanding.ACTIVE.value)
        .order_by(Account.name, Account.id)
        .limit(500)
    )
    if actor.role is Role.DISTRICT_REVIEWER:
        statement = statement.where(Account.unit_code == actor.unit)
    return [Person(*row) for row in session.execute(statement)]


def quota_of(session: Session, call_id: int, unit: str) -> tuple[int, int | None]:
    """(recommendations a unit has used in a call, its quota under the rules in force or None)."""
    rules = session.scalar(
        select(CallForm.rules).where(CallForm.call_id == call_id).order_by(CallForm.number.desc()).limit(1)
    )
    quotas = {} if rules is None else Rules.from_json(rules).quotas
    return recommended_count(session, call_id, unit), quotas.get(unit)


def _role(actor: Actor) -> Role:
    return actor.role if actor.role in REVIEWERS and actor.role else Role.PUBLISHER


def _rows(session: Session, actor: Actor, ids: Sequence[int], clock: Clock) -> list[QueueRow]:
    statement = (
        select(
            Application.id, Application.version, Application.number, Application.project_name, Enterprise.name,
            Call.title, Call.category_code, Application.unit_code, Application.industry_code, Application.status,
            Application.assignee_id, Account.name, Application.step_since, Application.call_form_id,
            Application.criteria, Application.due_on, Call.purpose,
        )
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Account, Account.id == Application.assignee_id)
        .where(Application.id.in_(ids))
    )  # fmt: skip
    files = _count_files(session, ids)
    again = _resubmitted(session, ids)
    made, checking = {}, {}
    found = session.execute(statement).all()
    since = since_shown(session, actor.role, {row.id: S(row.status) for row in found})
    for row in found:
        made[row.id] = _row(
            row,
            clock,
            files.get(row.id, {}),
            since.get(row.id, row.step_since),
            role=actor.role,
            is_again=row.id in again,
        )
        if row.status == S.CHECKING and sees_stages(actor):
            checking[row.id] = clock.forms[row.call_form_id]
    for key, stage in stages(session, checking).items():
        made[key] = replace(made[key], stage=stage.words)
    return [made[identifier] for identifier in ids if identifier in made]


def _row(
    row: Any, clock: Clock, files: Mapping[str, int], since: datetime, *, role: Role | None, is_again: bool
) -> QueueRow:
    status, rules = shown_to(role, S(row.status)), clock.forms[row.call_form_id]
    place = row.call_form_id, status, row.unit_code
    if status in HELD_STATUSES:
        is_overdue = status not in blurred(role) and clock.is_late(*place, since)
    else:
        is_overdue = row.due_on is not None and row.due_on < clock.today
    lacks = [(item.kind.value, item.at_least - files.get(item.kind.value, 0)) for item in rules.files]
    sheet = tally([row.criteria.get(item.code, "") for item in rules.criteria])
    return QueueRow(
        id=row.id,
        version=row.version,
        number=row.number or "",
        project=row.project_name,
        enterprise=row[4],
        call_title=row.title,
        category=row.category_code,
        unit=row.unit_code or "",
        industry=row.industry_code,
        status=status,
        assignee_id=row.assignee_id,
        assignee=row[11] or "",
        since=since,
        days=clock.elapsed(*place, since),
        limit=clock.limit(row.call_form_id, status),
        due_on=row.due_on,
        is_final=status in FINAL_STATUSES,
        is_overdue=is_overdue,
        missing=() if status in FINAL_STATUSES else tuple((kind, count) for kind, count in lacks if count > 0),
        is_sheet_open=may_fill_sheet(role, status) and sheet.blank > 0,
        sheet=sheet,
        is_again=is_again and status is not S.RETURNED,
        purpose=CallPurpose(row.purpose),
        has_notice=rules.has_notice,
    )


def _count_files(session: Session, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(Attachment.application_id, Attachment.kind, func.count())
        .where(Attachment.application_id.in_(ids), Attachment.removed_at.is_(None))
        .group_by(Attachment.application_id, Attachment.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for application_id, kind, count in rows:
        found.setdefault(application_id, {})[kind] = count
    return found


def _resubmitted(session: Session, ids: Sequence[int]) -> set[int]:
    """Those that were submitted more than once."""
    statement = select(Snapshot.application_id).where(Snapshot.application_id.in_(ids), Snapshot.number > 1)
    return set(session.scalars(statement))
