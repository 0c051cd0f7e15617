"""What became of a project or an enterprise: former names, changes, where a merged one went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.orm import Session

from registry.changes import CHANGES, ChangeKind, ChangeState
from registry.models import ChangeRequest, Enterprise, Project, ReEvaluation
from registry.purposes import Outcome
from registry.terms import BEIJING


@dataclass(frozen=True)
class FormerName:
    """A name that is borne no longer; `until` is the last day, when known."""

    name: str
    until: date | None


_ID: BindParameter[int] = bindparam("id")
_RETAINED = (
    select(ReEvaluation.recognition_id, ReEvaluation.year, ReEvaluation.outcome, ReEvaluation.document_id)
    .where(ReEvaluation.recognition_id.in_(bindparam("ids", expanding=True)))
    .order_by(ReEvaluation.year.desc(), ReEvaluation.id.desc())
)


def enterprise_successor(session: Session, enterprise_id: int) -> int | None:
    """The enterprise into which another was merged, or None."""
    return session.scalar(select(Enterprise.merged_into_id).where(Enterprise.id == enterprise_id))


def project_successor(session: Session, code: str) -> str | None:
    """The code of the project into which another was merged, or None."""
    into = select(Project.merged_into_id).where(Project.code == code).scalar_subquery()
    return session.scalar(select(Project.code).where(Project.id == into))


@dataclass(frozen=True)
class Retained:
    """A re-evaluation that a title passed, and the document that says so."""

    year: int
    outcome: Outcome
    document_id: int


def retained_of(session: Session, title_ids: Iterable[int]) -> dict[int, tuple[Retained, ...]]:
    """Title id → the re-evaluations that it passed, the newest first."""
    rows = session.execute(_RETAINED, {"ids": list(title_ids)})
    found: dict[int, tuple[Retained, ...]] = {}
    for title_id, year, outcome, document_id in rows:
        found[title_id] = (*found.get(title_id, ()), Retained(year, Outcome(outcome), document_id))
    return found


@dataclass(frozen=True)
class PublicChange:
    """A change of the record that the public is told of: its day, and what was and what is, as far as that is
    public. Grounds, evidence and absolute figures are not."""

    on: date
    kind: ChangeKind
    before: str
    after: str


_SHOWN = {
    ChangeKind.RENAME_ENTERPRISE: "name",
    ChangeKind.RENAME_PROJECT: "name",
    ChangeKind.MOVE_PROJECT: "unit",
    ChangeKind.MERGE_ENTERPRISES: "other_name",
    ChangeKind.MERGE_PROJECTS: "other",
    ChangeKind.SPLIT_PROJECT: "name",
    ChangeKind.CLOSE_PROJECT: "cause",
    ChangeKind.KPI: "kpi",
    ChangeKind.TITLE_FACT: "",
    ChangeKind.SUCCESSION: "other_name",
    ChangeKind.UNDO: "number",
}
"""The field of a kind that the public page shows; '' where the kind alone is told."""


_CHANGES = (
    select(
        ChangeRequest.kind,
        ChangeRequest.before,
        ChangeRequest.wanted,
        ChangeRequest.effective_on,
        ChangeRequest.created_at,
    )
    .where(
        ChangeRequest.state == ChangeState.IN_FORCE.value,
        ChangeRequest.kind.in_([kind.value for kind, change in CHANGES.items() if change.public and kind in _SHOWN]),
    )
    .order_by(ChangeRequest.effective_on.desc(), ChangeRequest.id.desc())
)
_CHANGES_OF_PROJECT = _CHANGES.where(ChangeRequest.project_id == _ID)
_CHANGES_OF_ENTERPRISE = _CHANGES.where(ChangeRequest.enterprise_id == _ID, ChangeRequest.project_id.is_(None))


def changes_of_project(session: Session, project_id: int) -> tuple[PublicChange, ...]:
    """What became of a project, the newest first."""
    return tuple(_public(row) for row in session.execute(_CHANGES_OF_PROJECT, {"id": project_id}))


def changes_of_enterprise(session: Session, enterprise_id: int) -> tuple[PublicChange, ...]:
    """What became of an enterprise itself, the newest first."""
    return tuple(_public(row) for row in session.execute(_CHANGES_OF_ENTERPRISE, {"id": enterprise_id}))


def _public(row: Row[Any]) -> PublicChange:
    kind = ChangeKind(row.kind)
    field = _SHOWN[kind]
    before, after = str(row.before.get(field) or ""), str(row.wanted.get(field) or "")
    day = row.effective_on or row.created_at.astimezone(BEIJING).date()
    return PublicChange(day, kind, before if before != after else "", after)
