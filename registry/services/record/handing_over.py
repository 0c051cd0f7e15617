"""合并、分立: projects pass from one enterprise to another, with their titles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import Enterprise, Project
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import search_index
from registry.services.record.checks import require_past
from registry.services.record.enterprises import held
from registry.wording import Message


def hand_over(
    session: Session,
    actor: Actor,
    enterprise: Enterprise,
    successor: Enterprise,
    project_ids: Sequence[int],
    *,
    document: str = "",
    on: date,
    now: datetime,
) -> list[Project]:
    """Give projects to the enterprise that succeeds in them. Titles keep the name under which they were awarded,
    and a waiting time after a revocation goes with the project.

    Raises InvalidInput at `projects`, Conflict naming a project of the successor that is called alike.
    """
    require(actor, Permission.RECORD_CHANGE)
    if enterprise.id == successor.id:
        raise InvalidInput(Message("承继的企业不能是本企业。"), field="other")
    for enterprise_id in sorted((enterprise.id, successor.id)):
        held(session, enterprise_id)
    require_past(on, now=now)
    chosen = select(Project).where(
        Project.id.in_(project_ids), Project.enterprise_id == enterprise.id, Project.merged_into_id.is_(None)
    )
    projects = list(session.scalars(chosen.order_by(Project.id).with_for_update(of=Project)))
    if not projects or len(projects) != len(set(project_ids)):
        raise InvalidInput(Message("请选择由它承继的项目；选中的须都属于本企业。"), field="projects")
    own = select(Project).where(Project.enterprise_id == successor.id, Project.merged_into_id.is_(None))
    named = {project.name_key: project for project in session.scalars(own)}
    for project in projects:
        rival = named.get(project.name_key)
        if rival is not None:
            raise Conflict(
                Message(
                    "承继的企业已有名为“%(name)s”的项目（%(code)s）；请先在登记维护中办理“项目更名”，给其中一个改名。",
                    name=project.name,
                    code=rival.code,
                ),
                field="projects",
            )
        project.enterprise_id, project.updated_at = successor.id, now
    enterprise.updated_at = successor.updated_at = now
    session.flush()
    search_index.refresh(session, [project.id for project in projects])
    changes = {
        "successor": (enterprise.id, successor.id),
        "projects": (None, ", ".join(project.code for project in projects)),
        "on": (None, on.isoformat()),
    }
    for each in (enterprise, successor):
        entry = Entry(
            action="enterprise.succession",
            subject_type="enterprise",
            subject_id=each.id,
            changes=changes,
            note=document,
        )
        record(session, actor, entry, at=now)
    return projects
