"""What an expert is shown beside the own sheet: sheets of others without names, files of the submitted version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.score_sheet import COMMENT, POINTS, REASON, vetoes
from registry.evaluation.terms import AssignmentState
from registry.indicators import plain
from registry.models import Assignment, Snapshot
from registry.queries.applications.access import form_for
from registry.queries.evaluation.outcomes import counts, latest_snapshots


@dataclass(frozen=True, kw_only=True)
class OtherSheet:
    """The sheet of another expert, without a name: points and reasons by item code."""

    number: int
    total: str
    points: Mapping[str, str]
    reasons: Mapping[str, str]
    vetoes: tuple[str, ...]
    comment: str


def other_sheets(session: Session, assignment: Assignment) -> list[OtherSheet]:
    """The sheets of the others once the own one is in; nothing before. The numbers follow no order of people."""
    latest = latest_snapshots(session, [assignment.application_id])
    if not counts(assignment, latest):
        return []
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.panel_id == assignment.panel_id,
            Assignment.application_id == assignment.application_id,
            Assignment.id != assignment.id,
            Assignment.state == AssignmentState.SUBMITTED.value,
        )
        .order_by(Assignment.submitted_at, Assignment.id)
    )
    rules = form_for(assignment.application).rules
    return [sheet_of(place, row, rules) for place, row in enumerate((r for r in rows if counts(r, latest)), 1)]


def sheet_of(number: int, row: Assignment, rules: Rules) -> OtherSheet:
    """A submitted sheet to be read."""
    return OtherSheet(
        number=number,
        total="" if row.total is None else plain(row.total),
        points={item.code: row.sheet.get(POINTS + item.code, "") for item in rules.score_items},
        reasons={item.code: row.sheet.get(REASON + item.code, "") for item in rules.score_items},
        vetoes=tuple(vetoes(rules, row.sheet)),
        comment=row.sheet.get(COMMENT, ""),
    )


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """A file of the submitted version that experts see."""

    id: int
    kind: str
    filename: str
    caption: str
    size: int


def shown_files(snapshot: Snapshot, rules: Rules) -> list[ShownFile]:
    """The files of a submitted version that the call shows to experts."""
    kinds = {kind.value for kind in rules.expert_files}
    return [
        ShownFile(id=row["id"], kind=row["kind"], filename=row["filename"], caption=row["caption"], size=row["size"])
        for row in snapshot.files
        if row["kind"] in kinds
    ]


def last_version(session: Session, application_id: int) -> Snapshot:
    """The version that was submitted last."""
    statement = select(Snapshot).where(Snapshot.application_id == application_id).order_by(Snapshot.number.desc())
    return session.scalars(statement.limit(1)).one()
