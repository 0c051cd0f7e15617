"""One query for what exists beside a project: most projects have little, and a page reads only what there is."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.changes import ClosingCause
from registry.db import plain
from registry.models import (
    ChangeRequest,
    Enterprise,
    EnterpriseHonor,
    KpiReport,
    Project,
    ProjectLink,
    ProjectStory,
    Recognition,
    ReEvaluation,
    ServiceEvent,
    SupplierProfile,
)


class ProjectEnding(NamedTuple):
    """Since when a project is no longer there, and why."""

    on: date
    cause: ClosingCause


class Beside(NamedTuple):
    """The end of a project, the chain of industry that its enterprise leads or '', the number of years it has
    figures for, and which of the further tables know it."""

    ending: ProjectEnding | None
    chain: str
    years: int
    has_children: bool
    has_changes: bool
    has_relations: bool
    has_honors: bool
    has_retained: bool


_ID: BindParameter[int] = bindparam("id")


def _known(*columns: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    return or_(*(exists().where(column == _ID) for column in columns))


_RELATIONS = (
    ProjectLink.project_id,
    ProjectLink.other_id,
    ServiceEvent.project_id,
    ServiceEvent.supplier_id,
    ProjectStory.project_id,
    SupplierProfile.project_id,
)
_CHILD = Project.__table__.alias("child")
_BESIDE = (
    select(
        Project.ended_on,
        Project.ended_cause,
        Enterprise.chain_leader,
        select(func.count(KpiReport.report_year.distinct())).where(KpiReport.project_id == _ID).scalar_subquery(),
        # Read off the index alone: by its statistics SQLite would rather read the whole table than look up rows.
        select(_CHILD.c.id).where(_CHILD.c.parent_id == _ID).exists(),
        _known(ChangeRequest.project_id),
        _known(*_RELATIONS),
        exists().where(EnterpriseHonor.enterprise_id == Project.enterprise_id),
        exists().where(ReEvaluation.recognition_id == Recognition.id, Recognition.project_id == _ID),
    )
    .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
    .where(Project.id == _ID)
)


def beside(session: Session, project_id: int) -> Beside:
    """The end, chain, years of figures and further tables of a project (one query)."""
    ended_on, cause, chain, years, *flags = plain(session, _BESIDE, id=project_id).one()
    ending = ProjectEnding(ended_on, ClosingCause(cause)) if ended_on is not None else None
    return Beside(ending, chain or "", years, *map(bool, flags))
