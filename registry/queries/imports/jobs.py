"""Imports as frozen rows: the list of all, and one with what its last reading found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from registry.errors import NotFound
from registry.models import Account, ImportJob
from registry.queries.accounts.told import unpacked
from registry.terms import ImportState, ImportTask
from registry.wording import Message

PER_PAGE = 30


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """One import in the list; names are those of the accounts as they are called now."""

    id: int
    kind: str
    filename: str
    state: ImportState
    task: ImportTask
    summary: str
    created_by: str
    created_at: datetime
    acted_by: str
    applied_at: datetime | None
    undone_at: datetime | None
    version: int

    @property
    def is_working(self) -> bool:
        """Whether something is done, or waits to be done, in the background."""
        return self.task != ImportTask.NONE


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """One import: its row, what was told and answered, what the last reading found."""

    row: JobRow
    problem: str
    progress: str
    options: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    outcome: Mapping[str, Any] | None = None
    has_report: bool = False


@dataclass(frozen=True, kw_only=True)
class JobFile:
    """A file of an import: the list as it was sent, the report, or the answers."""

    name: str
    content: bytes


def list_jobs(session: Session, page: int) -> tuple[tuple[JobRow, ...], int]:
    """(imports of a page, newest first; how many there are)."""
    total = session.scalar(select(func.count()).select_from(ImportJob)) or 0
    rows = session.execute(_rows().order_by(ImportJob.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return tuple(_row(*row) for row in rows), total


def find_job_page(session: Session, job_id: int) -> JobPage:
    """One import; raises NotFound."""
    found = session.execute(_rows().where(ImportJob.id == job_id)).one_or_none()
    if found is None:
        raise NotFound(Message("没有这次导入。"))
    columns = (
        ImportJob.problem, ImportJob.progress, ImportJob.options, ImportJob.answers, ImportJob.outcome,
        ImportJob.report.is_not(None),
    )  # fmt: skip
    problem, progress, options, answers, outcome, has_report = session.execute(
        select(*columns).where(ImportJob.id == job_id)
    ).one()
    return JobPage(
        row=_row(*found),
        problem=unpacked(problem),
        progress=unpacked(progress),
        options=options,
        answers=answers,
        outcome=unpacked(outcome),
        has_report=bool(has_report),
    )


def file_of(session: Session, job_id: int) -> JobFile:
    """The list as it was sent; raises NotFound."""
    found = session.execute(select(ImportJob.filename, ImportJob.content).where(ImportJob.id == job_id)).one_or_none()
    if found is None:
        raise NotFound(Message("没有这次导入。"))
    return JobFile(name=found.filename, content=found.content)


def report_of(session: Session, job_id: int) -> JobFile:
    """The list with 处理结果 and 原因; raises NotFound while there is none."""
    found = session.execute(select(ImportJob.filename, ImportJob.report).where(ImportJob.id == job_id)).one_or_none()
    if found is None or found.report is None:
        raise NotFound(Message("这次导入还没有处理结果。"))
    return JobFile(name=found.filename, content=found.report)


def has_waiting(session: Session) -> bool:
    """Whether any task waits or is at work."""
    return session.scalar(select(ImportJob.id).where(ImportJob.task != "").limit(1)) is not None


def _rows() -> Any:
    creator, actor = aliased(Account), aliased(Account)
    return (
        select(
            ImportJob.id, ImportJob.kind, ImportJob.filename, ImportJob.state, ImportJob.task, ImportJob.summary,
            creator.name.label("creator"), ImportJob.created_at, actor.name.label("actor"), ImportJob.applied_at,
            ImportJob.undone_at, ImportJob.version,
        )
        .join(creator, creator.id == ImportJob.created_by)
        .outerjoin(actor, actor.id == ImportJob.acted_by)
    )  # fmt: skip


def _row(*values: Any) -> JobRow:
    names = (
        "id", "kind", "filename", "state", "task", "summary", "created_by", "created_at", "acted_by", "applied_at",
        "undone_at", "version",
    )  # fmt: skip
    found = dict(zip(names, values, strict=True))
    found |= {
        "state": ImportState(found["state"]),
        "task": ImportTask(found["task"]),
        "acted_by": found["acted_by"] or "",
    }
    return JobRow(**found)
