"""What stands beside a merged project goes to the survivor."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from registry.models import Project, ProjectLink, ProjectStory, ServiceEvent, SupplierProfile


def hand_over_relations(session: Session, survivor: Project, other: Project) -> None:
    """Links, services, stories and the profile of `other` become those of `survivor`; what it has itself stays."""
    own = {
        (link.project_id, link.other_id, link.kind)
        for link in session.scalars(select(ProjectLink).where(_of(survivor.id)))
    }
    for link in session.scalars(select(ProjectLink).where(_of(other.id)).order_by(ProjectLink.id)).all():
        ends = [survivor.id if each == other.id else each for each in (link.project_id, link.other_id)]
        if ends[0] == ends[1] or (*ends, link.kind) in own:
            session.delete(link)
        else:
            link.project_id, link.other_id = ends
            own.add((ends[0], ends[1], link.kind))
    for model, column in ((ProjectStory, "project_id"), (ServiceEvent, "project_id"), (ServiceEvent, "supplier_id")):
        moved = update(model).where(getattr(model, column) == other.id).values({column: survivor.id})
        session.execute(moved, execution_options={"synchronize_session": "fetch"})
    profile = session.get(SupplierProfile, other.id)
    if profile is not None and session.get(SupplierProfile, survivor.id) is None:
        session.add(SupplierProfile(project_id=survivor.id, kinds=profile.kinds, capabilities=profile.capabilities))
    if profile is not None:
        session.delete(profile)
    session.flush()


def _of(project_id: int) -> ColumnElement[bool]:
    return or_(ProjectLink.project_id == project_id, ProjectLink.other_id == project_id)
