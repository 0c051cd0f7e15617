"""Readers' reports as their lists and pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.changes import ReportState, ReportTopic
from registry.errors import NotFound
from registry.models import Account, ErrorReport, Project
from registry.permissions import Actor
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One report; `contact` is for officers alone."""

    id: int
    number: str
    project_code: str
    project_name: str
    unit: str
    topic: ReportTopic
    state: ReportState
    text: str
    contact: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    created_at: datetime
    version: int


def find_public_project(session: Session, code: str) -> tuple[int, str, str] | None:
    """(id, code, name) of a project that may be reported; a merged one answers for itself elsewhere."""
    row = session.execute(
        select(Project.id, Project.code, Project.name).where(Project.code == code, Project.merged_into_id.is_(None))
    ).one_or_none()
    return None if row is None else (row.id, row.code, row.name)


def list_reports(session: Session, actor: Actor, *, is_open: bool, page: int = 1) -> tuple[list[ReportRow], int]:
    """A page of the reports of the own unit (or all of them), the oldest open first, and how many there are."""
    wanted = open_reports(actor) if is_open else _reach(actor, is_open=False)
    total = session.scalar(select(func.count()).select_from(ErrorReport).where(*wanted)) or 0
    order = ErrorReport.id if is_open else ErrorReport.id.desc()
    statement = _select().where(*wanted).order_by(order).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return [_row(*found) for found in session.execute(statement)], total


def find_report(session: Session, actor: Actor, report_id: int) -> ReportRow:
    """A report in reach; NotFound otherwise."""
    statement = _select().where(ErrorReport.id == report_id)
    if actor.role is Role.DISTRICT_REVIEWER:
        statement = statement.where(ErrorReport.unit_code == actor.unit)
    found = session.execute(statement).one_or_none() if report_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(Message("没有这份纠错，或不在您的办理范围内。"))
    return _row(*found)


def by_code(session: Session, number: str, token_hash: str) -> ReportRow:
    """The report that a number and its code open; NotFound for anything else."""
    statement = _select().where(ErrorReport.number == number, ErrorReport.token_hash == token_hash)
    # No number holds what a database would not take as a text.
    found = session.execute(statement).one_or_none() if number.isprintable() else None
    if found is None:
        raise NotFound(Message("没有这份纠错，或查询码不对；请核对编号和查询码。"))
    return _row(*found)


def open_reports(actor: Actor) -> list[Any]:
    """The reports that wait for this officer's answer."""
    return _reach(actor, is_open=True)


def _reach(actor: Actor, *, is_open: bool) -> list[Any]:
    received = ErrorReport.state == ReportState.RECEIVED.value
    wanted: list[Any] = [received if is_open else ~received]
    if actor.role is Role.DISTRICT_REVIEWER:
        wanted.append(ErrorReport.unit_code == actor.unit)
    return wanted


def _select() -> Any:
    return (
        select(ErrorReport, Project.code, Project.name, Account.name)
        .join(Project, Project.id == ErrorReport.project_id)
        .outerjoin(Account, Account.id == ErrorReport.answered_by)
    )


def _row(report: ErrorReport, code: str, name: str, answered_by: str | None) -> ReportRow:
    return ReportRow(
        id=report.id,
        number=report.number,
        project_code=code,
        project_name=name,
        unit=report.unit_code,
        topic=ReportTopic(report.topic),
        state=ReportState(report.state),
        text=report.text,
        contact=report.contact,
        answer=report.answer,
        answered_by=answered_by or "",
        answered_at=report.answered_at,
        created_at=report.created_at,
        version=report.version,
    )
