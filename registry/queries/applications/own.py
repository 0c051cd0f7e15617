"""An enterprise's own applications: what to do next, where each stands, what was said about it.

A proposal is secret until it is published: until then this module gives the status, timeline and times before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from registry import declaration
from registry.application_form.window import Window, beijing_day
from registry.models import Account, Application, Attachment, Call, Event, Project, Recognition, Remark
from registry.purposes import CallPurpose
from registry.queries.applications.access import form_for
from registry.queries.applications.returned import has_lapsed, is_overdue
from registry.queries.applications.timeline import Step, visible_steps
from registry.statuses import FINAL_STATUSES, for_applicant
from registry.terms import AccountStanding, ApplicationStatus, RecognitionStatus, Role

S = ApplicationStatus


class Next(StrEnum):
    """What an application waits for, as its enterprise sees it; the first ones are for the enterprise to do."""

    CORRECT = "correct"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    FILL = "fill"
    CLOSED = "closed"
    WAIT = "wait"
    OVER = "over"


TO_DO = (Next.CORRECT, Next.SUBMIT, Next.CONFIRM, Next.FILL)


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """An application in the enterprise's list.

    `faults`: what is still missing or wrong in a form that may be changed · `marked`: fields a reviewer
    opened · `deadline`: the last moment for a draft · `due_on`: the last day of a correction · `has_lapsed`:
    it can no longer be submitted.
    """

    id: int
    number: str
    project_name: str
    call_id: int
    call_title: str
    category: str
    year: int
    unit: str | None
    status: ApplicationStatus
    next: Next
    since: datetime
    deadline: datetime
    faults: int
    marked: int
    confirmed_by: int | None
    due_on: date | None
    is_overdue: bool
    has_lapsed: bool
    purpose: CallPurpose = CallPurpose.TITLE

    @property
    def is_mine(self) -> bool:
        """Whether the enterprise has to do something."""
        return self.next in TO_DO


@dataclass(frozen=True, kw_only=True)
class OwnProject:
    """A project of the enterprise with the names of its valid titles' categories."""

    id: int
    code: str
    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """A reviewer's sentence, from which office and when."""

    text: str
    role: Role
    unit: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Version:
    """A submitted version with who confirmed and submitted it ('' when nobody had to confirm)."""

    number: int
    created_at: datetime
    check_code: str
    submitted_by: str
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """What happened to one application, as its enterprise may know it."""

    steps: list[Step]
    versions: list[Version] = field(default_factory=list)

    @property
    def since(self) -> datetime | None:
        """When the present step began."""
        return next((step.at for step in reversed(self.steps) if step.status is not None), None)


def own_rows(session: Session, enterprise_id: int, *, now: datetime) -> list[OwnRow]:
    """All applications of an enterprise, what is to be done first, then the latest (constant queries)."""
    applications = session.scalars(
        select(Application)
        .where(Application.enterprise_id == enterprise_id)
        .order_by(Application.id.desc())
        .options(
            joinedload(Application.call).options(selectinload(Call.extensions), joinedload(Call.category)),
            joinedload(Application.call_form),
        )
    ).all()
    steps = _steps(session, [item.id for item in applications])
    faults = _faults(session, [item for item in applications if item.status in (S.DRAFT, S.RETURNED)], now=now)
    rows = [_row(item, steps[item.id], faults.get(item.id, 0), now=now) for item in applications]
    order = list(Next)
    return sorted(rows, key=lambda row: order.index(row.next))


def _row(item: Application, steps: list[Step], faults: int, *, now: datetime) -> OwnRow:
    status = for_applicant(S(item.status))
    call = item.call
    window = Window(call.opens_at, call.closes_at, {row.unit_code: row.closes_at for row in call.extensions})
    unit = item.unit_code or item.answers.get("unit")
    rules = form_for(item).rules
    if status is S.DRAFT and not (window.is_open(unit, now) if unit else now <= window.last):
        following = Next.CLOSED
    elif (
        status is S.RETURNED
        and item.confirmed_by is None
        and (item.typed_by is None or item.updated_at == item.step_since)
    ):
        # Complete as it was submitted, but nothing of what was asked for has been changed yet.
        following = Next.CORRECT
    elif status in (S.DRAFT, S.RETURNED) and not faults:
        following = Next.SUBMIT if item.confirmed_by is not None or not rules.second_person else Next.CONFIRM
    elif status is S.RETURNED:
        following = Next.CORRECT
    elif status is S.DRAFT:
        following = Next.FILL
    else:
        following = Next.OVER if status in FINAL_STATUSES else Next.WAIT
    return OwnRow(
        id=item.id,
        number=item.number or "",
        project_name=item.project_name,
        call_id=call.id,
        call_title=call.title,
        category=call.category_code,
        year=call.year,
        unit=item.unit_code,
        status=status,
        next=following,
        since=History(steps=steps).since or item.created_at,
        deadline=window.deadline(unit) if unit else window.last,
        faults=faults,
        marked=len(item.open_fields or ()),
        confirmed_by=item.confirmed_by,
        purpose=CallPurpose(call.purpose),
        due_on=item.due_on,
        is_overdue=is_overdue(item, beijing_day(now)),
        has_lapsed=has_lapsed(item, rules, beijing_day(now)),
    )


def _faults(session: Session, applications: Sequence[Application], *, now: datetime) -> dict[int, int]:
    """Number of faults by application, with one query for all their files."""
    if not applications:
        return {}
    files: dict[int, dict[str, int]] = {}
    counted = session.execute(
        select(Attachment.application_id, Attachment.kind, func.count())
        .where(Attachment.application_id.in_([item.id for item in applications]), Attachment.removed_at.is_(None))
        .group_by(Attachment.application_id, Attachment.kind)
    )
    for application_id, kind, count in counted:
        files.setdefault(application_id, {})[kind] = count
    choices = declaration.load_choices(session)
    return {
        item.id: len(
            declaration.check(
                form_for(item), item.answers, files.get(item.id, {}), choices, today=beijing_day(now)
            ).faults
        )
        for item in applications
    }


def own_projects(session: Session, enterprise_id: int, kind: str | None) -> list[OwnProject]:
    """Projects of an enterprise, those of one type where a category asks for it."""
    statement = (
        select(Project.id, Project.code, Project.name, Recognition.category_code)
        .outerjoin(
            Recognition,
            (Recognition.project_id == Project.id) & (Recognition.status == RecognitionStatus.VALID.value),
        )
        .where(Project.enterprise_id == enterprise_id, Project.merged_into_id.is_(None))
        .order_by(Project.id, Recognition.id)
    )
    rows = session.execute(statement if kind is None else statement.where(Project.type == kind)).all()
    found: dict[int, OwnProject] = {}
    for project_id, code, name, category in rows:
        before = found.get(project_id)
        categories = (*(before.categories if before else ()), *((category,) if category else ()))
        found[project_id] = OwnProject(id=project_id, code=code, name=name, categories=categories)
    return list(found.values())


def history(session: Session, application: Application) -> History:
    """Timeline and versions of an application."""
    events = _events(session, [application.id])
    versions = []
    confirmed: tuple[str, datetime] | None = None
    submissions = []
    for event, name in events:
        if event.action == "application.confirm":
            confirmed = (name, event.at)
        elif event.action in ("application.submit", "application.resubmit"):
            submissions.append((name, confirmed))
            confirmed = None
    for snapshot, (submitter, second) in zip(application.snapshots, submissions, strict=False):
        versions.append(
            Version(
                number=snapshot.number,
                created_at=snapshot.created_at,
                check_code=snapshot.check_code,
                submitted_by=submitter,
                confirmed_by=second[0] if second else "",
                confirmed_at=second[1] if second else None,
            )
        )
    return History(steps=visible_steps(events), versions=versions)


def _steps(session: Session, ids: Sequence[int]) -> dict[int, list[Step]]:
    grouped: dict[int, list[tuple[Event, str]]] = {identifier: [] for identifier in ids}
    for event, name in _events(session, ids):
        grouped[event.subject_id or 0].append((event, name))
    return {identifier: visible_steps(events) for identifier, events in grouped.items()}


def _events(session: Session, ids: Sequence[int]) -> list[tuple[Event, str]]:
    if not ids:
        return []
    rows = session.execute(
        select(Event, Account.name)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(
            Event.subject_type == "application",
            Event.subject_id.in_(ids),
            Event.action.startswith("application."),
        )
        .order_by(Event.id)
    )
    return [(event, name or "") for event, name in rows]


def remarks_now(session: Session, application: Application) -> dict[str, Said]:
    """What the reviewer said with the step that the enterprise now reads: by field, '' for the whole.

    Empty unless the application is returned or refused.
    """
    if application.status not in (S.RETURNED, S.NOT_RECOMMENDED, S.REJECTED):
        return {}
    rows = session.execute(
        select(Remark, Account.role, Account.unit_code)
        .join(Account, Account.id == Remark.author_id)
        .where(Remark.application_id == application.id)
        .order_by(Remark.id)
    )
    return {
        remark.field: Said(remark.text, Role(role), unit, remark.created_at)
        for remark, role, unit in rows
        if remark.created_at == application.step_since
    }


def active_members(session: Session, enterprise_id: int) -> int:
    """How many accounts of an enterprise may act."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Account)
            .where(Account.enterprise_id == enterprise_id, Account.standing == AccountStanding.ACTIVE.value)
        )
        or 0
    )


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names of accounts by id."""
    wanted = {identifier for identifier in ids if identifier is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def project_code(session: Session, application: Application) -> str | None:
    """Code of the public project that a recognised application became."""
    if application.recognition_id is None:
        return None
    return session.scalar(
        select(Project.code)
        .join(Recognition, Recognition.project_id == Project.id)
        .where(Recognition.id == application.recognition_id)
    )
