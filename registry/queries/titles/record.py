"""The record as officers keep it up: found by name, code or number, with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Document, Enterprise, Project, Recognition
from registry.names import document_number_key
from registry.permissions import Actor
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.selection import text_hits
from registry.queries.record.called import called
from registry.terms import ProjectType, RecognitionStatus, Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

PER_PAGE = 25
MOST_HITS = 20_000
"""Hits of one text that are looked through: more than any page shows, fewer than a statement may name."""


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
    version: int


@dataclass(frozen=True)
class FoundTitle:
    """A title of a project: the code of its category, its batch year, and whether it is in force."""

    category: str
    year: int | None
    is_valid: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what a search found; `titles` are those of the projects by their ids."""

    projects: list[FoundProject]
    project_count: int
    titles: Mapping[int, list[FoundTitle]]
    enterprises: list[FoundEnterprise]
    enterprise_count: int
    documents: list[tuple[int, str, str]]


def _reach(actor: Actor) -> ColumnElement[bool]:
    """A district reviewer keeps up the projects of the own unit."""
    return Project.unit_code == actor.unit if actor.role is Role.DISTRICT_REVIEWER else true()


def search(session: Session, catalogue: Catalogue, actor: Actor, q: str, *, page: int = 1, firms: int = 1) -> Found:
    """Projects, enterprises and documents that a text means (five to eight queries); `page` is that of the projects,
    `firms` that of the enterprises."""
    hits = text_hits(session, catalogue, q)
    wanted = _reach(actor) & Project.id.in_([int(each) for each in hits[:MOST_HITS]] if hits is not None else [])
    projects = _projects(session, wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    named = called(q)
    if actor.role is Role.DISTRICT_REVIEWER:
        named &= Enterprise.id.in_(select(Project.enterprise_id).where(Project.unit_code == actor.unit))
    number = document_number_key(q)
    documents = session.execute(
        select(Document.id, Document.number, Document.title)
        .where(Document.number_key.contains(number, autoescape=True))
        .order_by(Document.announced_on.desc().nulls_last(), Document.id)
        .limit(10)
    ).all()
    return Found(
        projects=projects,
        project_count=session.scalar(select(func.count(Project.id)).where(wanted)) or 0,
        titles=_titles(session, [project.id for project in projects]),
        enterprises=_enterprises(session, named, limit=PER_PAGE, offset=(firms - 1) * PER_PAGE),
        enterprise_count=session.scalar(select(func.count(Enterprise.id)).where(named)) or 0,
        documents=[(row.id, row.number, row.title) for row in documents] if number else [],
    )


def _titles(session: Session, project_ids: list[int]) -> dict[int, list[FoundTitle]]:
    """The titles of projects, the newest first."""
    found: dict[int, list[FoundTitle]] = {}
    rows = session.execute(
        select(Recognition.project_id, Recognition.category_code, Recognition.year, Recognition.status)
        .where(Recognition.project_id.in_(project_ids))
        .order_by(Recognition.year.desc().nulls_last(), Recognition.id)
    )
    for project_id, category, year, status in rows:
        title = FoundTitle(category, year, status == RecognitionStatus.VALID)
        found.setdefault(project_id, []).append(title)
    return found


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
    found = _enterprises(session, wanted, limit=1) if enterprise_id <= LARGEST_ID else []
    if not found:
        raise NotFound(Message("没有这家企业，或不在您的办理范围内。"))
    return found[0]


def document_of(session: Session, document_id: int) -> tuple[int, str]:
    """(id, number) of a document; NotFound otherwise."""
    statement = select(Document.id, Document.number).where(Document.id == document_id)
    row = session.execute(statement).one_or_none() if document_id <= LARGEST_ID else None
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


def _projects(session: Session, wanted: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[FoundProject]:
    rows = session.execute(
        select(Project, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(wanted)
        .order_by(Project.code)
        .limit(limit)
        .offset(offset)
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


def _enterprises(
    session: Session, wanted: ColumnElement[bool], *, limit: int, offset: int = 0
) -> list[FoundEnterprise]:
    rows = session.scalars(select(Enterprise).where(wanted).order_by(Enterprise.id).limit(limit).offset(offset))
    return [
        FoundEnterprise(
            id=row.id, name=row.name, uscc=row.uscc or "", merged_into=row.merged_into_id, version=row.version
        )
        for row in rows
    ]
