"""应报, 已报, 已核, 缺: who a later form asks and how far each has come. Nothing of it is stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from registry.application_form.window import Window
from registry.models import (
    Application,
    Call,
    CallExtension,
    CallSubject,
    Enterprise,
    KpiReport,
    Project,
    Recognition,
    ReportingUnit,
)
from registry.purposes import LATER_PURPOSES, CallPurpose, Outcome, SubjectState
from registry.statuses import REFUSED_STATUSES
from registry.terms import ApplicationStatus, CallState, ReportKind

S = ApplicationStatus
_JUDGED = (Outcome.EXCELLENT, Outcome.PASS, Outcome.FAIL)
OPEN_STATES = (SubjectState.MISSING, SubjectState.BEGUN, SubjectState.RETURNED)
"""Nothing has arrived that its unit could check."""


@dataclass(frozen=True, kw_only=True)
class SubjectRow:
    """One project that is asked. `ended_on`: it is no longer there, which excuses it. `category`, `year`: the
    title that is asked about, blank when that one turned out to be void."""

    id: int
    call_id: int
    project_id: int
    code: str
    project: str
    enterprise_id: int
    enterprise: str
    unit: str
    category: str
    year: int | None
    recognition_id: int | None
    application_id: int | None
    number: str
    state: SubjectState
    outcome: Outcome | None
    reason: str
    ended_on: date | None
    version: int

    @property
    def may_be_decided(self) -> bool:
        """Whether a person may excuse it or note it as absent."""
        return self.state in OPEN_STATES and self.ended_on is None

    @property
    def may_be_cleared(self) -> bool:
        """Whether what a person said without a form can be taken back."""
        return self.outcome in (Outcome.EXCUSED, Outcome.ABSENT)


@dataclass(frozen=True, kw_only=True)
class SubjectCounts:
    """What one unit owes in a call: due = 应报 without the excused, sent of them, checked of those, missing."""

    unit: str
    due: int
    sent: int
    checked: int
    missing: int
    excused: int


def subject_rows(session: Session, call_id: int) -> list[SubjectRow]:
    """All projects that a call asks, by unit and code (one query)."""
    return [_row(*found) for found in session.execute(_statement().where(CallSubject.call_id == call_id))]


def counts_by_unit(rows: Iterable[SubjectRow], units: Sequence[str]) -> list[SubjectCounts]:
    """The figures of each unit that has something to send, in the order of `units`. Pure."""
    found: dict[str, list[SubjectState]] = {}
    for row in rows:
        found.setdefault(row.unit, []).append(row.state)
    return [_counts(unit, found[unit]) for unit in units if unit in found]


def total(rows: Sequence[SubjectRow]) -> SubjectCounts:
    """The figures of all units together. Pure."""
    return _counts("", [row.state for row in rows])


def _counts(unit: str, states: Sequence[SubjectState]) -> SubjectCounts:
    excused = sum(state is SubjectState.EXCUSED for state in states)
    checked = sum(state is SubjectState.CHECKED for state in states)
    sent = checked + sum(state is SubjectState.SENT for state in states)
    due = len(states) - excused
    return SubjectCounts(unit=unit, due=due, sent=sent, checked=checked, missing=due - sent, excused=excused)


@dataclass(frozen=True, kw_only=True)
class OwnSubject:
    """A form that an enterprise has not begun yet, with its deadline."""

    row: SubjectRow
    title: str
    purpose: CallPurpose
    call_year: int
    deadline: datetime


def to_begin(session: Session, enterprise_id: int, *, now: datetime) -> list[OwnSubject]:
    """What an enterprise is asked and has not begun, the next deadline first."""
    own = Project.enterprise_id == enterprise_id
    return [
        item
        for item in _in_time(session, own, now=now)
        if item.row.state is SubjectState.MISSING and item.row.ended_on is None
    ]


def still_open(session: Session, *purposes: CallPurpose) -> list[OwnSubject]:
    """Every project from which published calls of these purposes have received nothing, whatever the deadline."""
    wanted = and_(Call.purpose.in_([purpose.value for purpose in purposes]), _is_open())
    return _in_time(session, wanted, now=None)


@dataclass(frozen=True, kw_only=True)
class OpenCount:
    """From how many projects of a unit a call has received nothing, and until when it may come."""

    call_id: int
    title: str
    unit: str
    deadline: datetime
    count: int


def open_counts(session: Session, *, unit: str | None = None) -> list[OpenCount]:
    """`still_open` of all later purposes (in a unit) as numbers, the next deadline first: counted by the database,
    since the first pages of officers ask for nothing else and a year's report asks every project on record."""
    statement = (
        select(Call, Project.unit_code, func.count())
        .join(CallSubject, CallSubject.call_id == Call.id)
        .join(Project, Project.id == CallSubject.project_id)
        .outerjoin(Application, Application.id == CallSubject.application_id)
        .where(_is_asked(), Project.enterprise_id.is_not(None), _is_open())
        .group_by(Call.id, Project.unit_code)
    )
    if unit is not None:
        statement = statement.where(Project.unit_code == unit)
    found = session.execute(statement).all()
    windows = _windows(session, (call for call, _code, _count in found))
    counts = [
        OpenCount(
            call_id=call.id, title=call.title, unit=code, deadline=windows[call.id].deadline(code), count=count
        )
        for call, code, count in found
    ]  # fmt: skip
    return sorted(counts, key=lambda item: (item.deadline, item.call_id, item.unit))


def _is_asked() -> ColumnElement[bool]:
    later = [purpose.value for purpose in LATER_PURPOSES]
    return and_(Call.state == CallState.PUBLISHED.value, Call.purpose.in_(later))


def _windows(session: Session, calls: Iterable[Call]) -> dict[int, Window]:
    """By call, with the longer time of single units (one query, none without calls)."""
    known = {call.id: call for call in calls}
    later: dict[int, dict[str, datetime]] = {call_id: {} for call_id in known}
    if known:
        for extension in session.scalars(select(CallExtension).where(CallExtension.call_id.in_(known))):
            later[extension.call_id][extension.unit_code] = extension.closes_at
    return {call_id: Window(call.opens_at, call.closes_at, later[call_id]) for call_id, call in known.items()}


def _in_time(session: Session, wanted: ColumnElement[bool], *, now: datetime | None) -> list[OwnSubject]:
    statement = _statement().add_columns(Call).where(wanted, _is_asked())
    found = [(_row(*parts), call) for *parts, call in session.execute(statement)]
    windows = _windows(session, (call for _row_, call in found))
    items = []
    for row, call in found:
        window = windows[call.id]
        if now is None or window.is_open(row.unit, now):
            items.append(
                OwnSubject(
                    row=row,
                    title=call.title,
                    purpose=CallPurpose(call.purpose),
                    call_year=call.year,
                    deadline=window.deadline(row.unit),
                )
            )
    return sorted(items, key=lambda item: (item.deadline, item.row.call_id, item.row.code))


def _statement() -> Any:
    """Subjects with project, enterprise, the title that is asked about, the form and whether figures are there."""
    return (
        select(
            CallSubject,
            Project,
            Enterprise.name,
            Recognition.category_code,
            Recognition.year,
            Application,
            _is_reported().label("reported"),
        )
        .join(Call, Call.id == CallSubject.call_id)
        .join(Project, Project.id == CallSubject.project_id)
        .join(Enterprise, Enterprise.id == Project.enterprise_id)
        # Each project has a unit; an outer join keeps SQLite from beginning with the units and all of their projects.
        .outerjoin(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .outerjoin(Recognition, Recognition.id == CallSubject.recognition_id)
        .outerjoin(Application, Application.id == CallSubject.application_id)
        .order_by(CallSubject.call_id, ReportingUnit.position, Project.code)
    )


def _is_reported() -> Exists:
    return (
        exists()
        .where(
            KpiReport.project_id == CallSubject.project_id,
            KpiReport.kind == ReportKind.YEARLY.value,
            KpiReport.report_year == Call.year,
            Call.purpose == CallPurpose.YEARLY.value,
        )
        .correlate(CallSubject, Call)
    )


def _is_open() -> ColumnElement[bool]:
    """`state_of` is one of OPEN_STATES and the project has not ended, as a condition on a subject with its call,
    project and form."""
    unsent = [status.value for status in (S.DRAFT, S.RETURNED, *REFUSED_STATUSES)]
    return and_(
        CallSubject.outcome.is_(None),
        Project.ended_on.is_(None),
        or_(Application.id.is_(None), Application.status.in_(unsent)),
        ~_is_reported(),
    )


def _row(
    subject: CallSubject,
    project: Project,
    enterprise: str,
    category: str | None,
    year: int | None,
    application: Application | None,
    reported: bool,
) -> SubjectRow:
    outcome = Outcome(subject.outcome) if subject.outcome else None
    status = S(application.status) if application is not None else None
    return SubjectRow(
        id=subject.id,
        call_id=subject.call_id,
        project_id=project.id,
        code=project.code,
        project=project.name,
        enterprise_id=project.enterprise_id or 0,
        enterprise=enterprise,
        unit=project.unit_code,
        category=category or "",
        year=year,
        recognition_id=subject.recognition_id,
        application_id=subject.application_id,
        number=(application.number or "") if application is not None else "",
        state=state_of(outcome, status, reported=reported, has_ended=project.ended_on is not None),
        outcome=outcome,
        reason=subject.reason,
        ended_on=project.ended_on,
        version=subject.version,
    )


def state_of(
    outcome: Outcome | None, status: ApplicationStatus | None, *, reported: bool, has_ended: bool
) -> SubjectState:
    """Where a project stands, from what was said of it, its form and its figures. Pure.

    Figures that were imported count like a form that its unit has checked. A project that has ended owes
    nothing, unless it had sent its form before.
    """
    if outcome is Outcome.EXCUSED:
        return SubjectState.EXCUSED
    if outcome is Outcome.ABSENT:
        return SubjectState.ABSENT
    if reported or outcome in _JUDGED or status is S.FILED:
        return SubjectState.CHECKED
    if status is not None and status not in (S.DRAFT, S.RETURNED, *REFUSED_STATUSES):
        return SubjectState.SENT
    if has_ended:
        return SubjectState.EXCUSED
    return {S.DRAFT: SubjectState.BEGUN, S.RETURNED: SubjectState.RETURNED}.get(
        status or S.WITHDRAWN, SubjectState.MISSING
    )
