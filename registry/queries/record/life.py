"""What became of a project or an enterprise: former names, its end, where a merged one went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import ClosingCause
from registry.models import Enterprise, Project, ProjectName


@dataclass(frozen=True)
class FormerName:
    """A name that is borne no longer; `until` is the last day, when known."""

    name: str
    until: date | None


@dataclass(frozen=True)
class ProjectEnding:
    """Since when a project is no longer there, and why."""

    on: date
    cause: ClosingCause


def ending_of(session: Session, project_id: int) -> ProjectEnding | None:
    """Since when and why a project is no longer there, or None."""
    statement = select(Project.ended_on, Project.ended_cause).where(Project.id == project_id)
    found = session.execute(statement.where(Project.ended_on.is_not(None))).one_or_none()
    return None if found is None else ProjectEnding(found.ended_on, ClosingCause(found.ended_cause))


def former_names(session: Session, project_id: int) -> tuple[FormerName, ...]:
    """The former names of a project, the last one first."""
    rows = session.execute(
        select(ProjectName.name, ProjectName.until)
        .where(ProjectName.project_id == project_id)
        .order_by(ProjectName.id.desc())
    )
    return tuple(FormerName(*row) for row in rows)


def enterprise_successor(session: Session, enterprise_id: int) -> int | None:
    """The enterprise into which another was merged, or None."""
    return session.scalar(select(Enterprise.merged_into_id).where(Enterprise.id == enterprise_id))


def project_successor(session: Session, code: str) -> str | None:
    """The code of the project into which another was merged, or None."""
    into = select(Project.merged_into_id).where(Project.code == code).scalar_subquery()
    return session.scalar(select(Project.code).where(Project.id == into))
