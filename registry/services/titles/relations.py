"""Officers' way to what stands beside a project: the record in their reach, then the verb."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Enterprise, Project
from registry.permissions import Actor
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


def project_in_reach(session: Session, actor: Actor, code: str) -> Project:
    """A project that this officer keeps; NotFound otherwise."""
    statement = select(Project).where(Project.code == code, Project.merged_into_id.is_(None))
    if actor.role is Role.DISTRICT_REVIEWER:
        statement = statement.where(Project.unit_code == actor.unit)
    found = session.scalars(statement).one_or_none() if code.isprintable() else None
    if found is None:
        raise NotFound(Message("没有这个项目，或不在您的办理范围内。"))
    return found


def enterprise_in_reach(session: Session, actor: Actor, enterprise_id: int) -> Enterprise:
    """An enterprise that this officer keeps; NotFound otherwise."""
    statement = select(Enterprise).where(Enterprise.id == enterprise_id, Enterprise.merged_into_id.is_(None))
    if actor.role is Role.DISTRICT_REVIEWER:
        statement = statement.where(
            Enterprise.id.in_(select(Project.enterprise_id).where(Project.unit_code == actor.unit))
        )
    found = session.scalars(statement).one_or_none() if enterprise_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(Message("没有这家企业，或不在您的办理范围内。"))
    return found
