"""Projects that a re-evaluation or yearly report asks, when projects are merged or split."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models import Application, CallSubject, Project, ReEvaluation


def follow_merge(session: Session, survivor: Project, other: Project) -> None:
    """The survivor owes what the other owed. Where both were asked in a call one row stays: the one with a form, or
    with what a person said of it, before an empty one."""
    own = {row.call_id: row for row in _rows(session, survivor)}
    for row in _rows(session, other):
        there = own.get(row.call_id)
        if there is None:
            row.project_id = survivor.id
            continue
        kept, dropped = (there, row) if _weight(there) >= _weight(row) else (row, there)
        session.delete(dropped)
        session.flush()
        kept.project_id = survivor.id
    session.flush()


def follow_title(session: Session, title_id: int, kept_id: int) -> None:
    """A title that was entered twice is about to be void: what was asked and said of it holds for the other."""
    session.execute(
        update(CallSubject).where(CallSubject.recognition_id == title_id).values(recognition_id=kept_id),
        execution_options={"synchronize_session": "fetch"},
    )
    known = set(session.scalars(select(ReEvaluation.year).where(ReEvaluation.recognition_id == kept_id)))
    for row in session.scalars(select(ReEvaluation).where(ReEvaluation.recognition_id == title_id)):
        if row.year not in known:
            row.recognition_id = kept_id
    session.flush()


def follow_split(session: Session, title_ids: Sequence[int], made: Project) -> None:
    """What is asked about a title goes with it, form included."""
    for row in session.scalars(select(CallSubject).where(CallSubject.recognition_id.in_(title_ids))):
        row.project_id = made.id
        if row.application_id is not None:
            session.get_one(Application, row.application_id).project_id = made.id
    session.flush()


def _rows(session: Session, project: Project) -> list[CallSubject]:
    statement = select(CallSubject).where(CallSubject.project_id == project.id).order_by(CallSubject.id)
    return list(session.scalars(statement.with_for_update()))


def _weight(row: CallSubject) -> int:
    return 2 * (row.application_id is not None) + (row.outcome is not None)
