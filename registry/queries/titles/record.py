"""The record as officers keep it up: found by name, code or number, with what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Document, Enterprise, EnterpriseName, Project
from registry.names import document_number_key, name_key
from registry.permissions import Actor
from registry.queries.catalogue.selection import text_hits
from registry.terms import ProjectType, Role
from registry.wording import Message

MOST = 50
LARGEST_ID = 2**31


@dataclass(frozen=True, kw_only=True)
class FoundProject:
    """A project on record; `merged_into` is the code of the one that took it over."""

    id: int
    code: str
    name: str
    enterprise_id: int | None
    enterprise: str
    unit: str
    merged_into: str
    ended_on: date | None


@dataclass(frozen=True, kw_only=True)
class FoundEnterprise:
    """An enterprise on record."""

    id: int
    name: str
    uscc: str
    merged_into: int | None


@dataclass(frozen=True)
class Found:
    """What a search found; `more`: there is more than is shown."""

    projects: list[FoundProject]
    enterprises: list[FoundEnterprise]
    documents: list[tuple[int, str, str]]
    more: bool


def _reach(actor: Actor) -> ColumnElement[bool]:
    """A district reviewer keeps up the projects of the own unit."""
    return Project.unit_code == actor.unit if actor.role is Role.DISTRICT_REVIEWER else true()


def search(session: Session, actor: Actor, q: str) -> Found:
    """Projects, enterprises and documents that a text means (three to five queries)."""
    hits = text_hits(session, q)
    ids = [int(each) for each in hits[: 10 * MOST]] if hits is not None else []
    projects = _projects(session, _reach(actor) & Project.id.in_(ids), limit=MOST + 1)
    key, code = name_key(q), q.strip().upper()
    former = select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key == key)
    named = or_(Enterprise.name_key.contains(key, autoescape=True), Enterprise.uscc == code, Enterprise.id.in_(former))
    if actor.role is Role.DISTRICT_REVIEWER:
        named &= Enterprise.id.in_(select(Project.enterprise_id).where(Project.unit_code == actor.unit))
    enterprises = _enterprises(session, named, limit=MOST + 1) if key else []
    number = document_number_key(q)
    documents = session.execute(
        select(Document.id, Document.number, Document.title)
        .where(Document.number_key.contains(number, autoescape=True))
        .order_by(Document.announced_on.desc().nulls_last(), Document.id)
        .limit(10)
    ).all()
    more = len(projects) > MOST or len(enterprises) > MOST
    shown = [(row.id, row.number, row.title) for row in documents] if number else []
    return Found(projects[:MOST], enterprises[:MOST], shown, more)


def find_project(session: Session, actor: Actor, code: str) -> FoundProject:
    """A project in reach, merged ones too; NotFound otherwise."""
    found = _projects(session, _reach(actor) & (Project.code == code), limit=1)
    if not found:
        raise NotFound(Message("没有这个项目，或不在您的办理范围内。"))
    return found[0]


def find_enterprise(session: Session, actor: Actor, enterprise_id: int) -> FoundEnterprise:
    """An enterprise in reach; NotFound otherwise."""
    wanted = Enterprise.id == enterprise_id
    if actor.role is Role.DISTRICT_REVIEWER:
        wanted &= Enterprise.id.in_(select(Project.enterprise_id).where(Project.unit_code == actor.unit))
    found = _enterprises(session, wanted, limit=1) if enterprise_id < LARGEST_ID else []
    if not found:
        raise NotFound(Message("没有这家企业，或不在您的办理范围内。"))
    return found[0]


def document_of(session: Session, document_id: int) -> tuple[int, str]:
    """(id, number) of a document; NotFound otherwise."""
    statement = select(Document.id, Document.number).where(Document.id == document_id)
    row = session.execute(statement).one_or_none() if document_id < LARGEST_ID else None
    if row is None:
        raise NotFound(Message("没有这份文件。"))
    return row.id, row.number


def is_supplier(session: Session, project_id: int) -> bool:
    """Whether a project is a service institution."""
    return session.scalar(select(Project.type).where(Project.id == project_id)) == ProjectType.SUPPLIER


def projects_with(session: Session, ids: Sequence[int]) -> list[FoundProject]:
    """Projects by id, in the order of their codes."""
    return _projects(session, Project.id.in_(ids), limit=500)


def projects_of(session: Session, enterprise_id: int) -> list[FoundProject]:
    """The projects of an enterprise."""
    return _projects(session, (Project.enterprise_id == enterprise_id) & Project.merged_into_id.is_(None), limit=500)


def _projects(session: Session, wanted: ColumnElement[bool], *, limit: int) -> list[FoundProject]:
    rows = session.execute(
        select(Project, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(wanted)
        .order_by(Project.code)
        .limit(limit)
    ).all()
    into = [project.merged_into_id for project, _name in rows if project.merged_into_id is not None]
    codes = {row.id: row.code for row in session.execute(select(Project.id, Project.code).where(Project.id.in_(into)))}
    return [
        FoundProject(
            id=project.id, code=project.code, name=project.name, enterprise_id=project.enterprise_id,
            enterprise=name or "", unit=project.unit_code, merged_into=codes.get(project.merged_into_id or 0, ""),
            ended_on=project.ended_on,
        )
        for project, name in rows
    ]  # fmt: skip


def _enterprises(session: Session, wanted: ColumnElement[bool], *, limit: int) -> list[FoundEnterprise]:
    rows = session.scalars(select(Enterprise).where(wanted).order_by(Enterprise.id).limit(limit))
    return [
        FoundEnterprise(id=row.id, name=row.name, uscc=row.uscc or "", merged_into=row.merged_into_id) for row in rows
    ]
