"""The record as officers keep it up: found by name, code or number, with what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Category, Document, Enterprise, EnterpriseName, Project, Recognition, VoidTitle
from registry.names import document_number_key, name_key
from registry.permissions import Actor
from registry.queries.catalogue.selection import text_hits
from registry.terms import RecognitionStatus, Role

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


@dataclass(frozen=True, kw_only=True)
class FoundTitle:
    """A title; `void` ones are kept apart from the record."""

    id: int
    project_code: str
    project_name: str
    category: str
    category_name: str
    year: int | None
    document_id: int
    document_number: str
    status: str
    ended_on: date | None = None
    reason: str = ""

    def words(self) -> str:
        """Category, year and number, as an option of a select says them."""
        state = "" if self.status == RecognitionStatus.VALID else f"（{RecognitionStatus(self.status).zh}）"
        return f"{self.category_name} {self.year or '年份不详'} {self.document_number}{state}"


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
        raise NotFound("没有这个项目，或不在您的办理范围内。")
    return found[0]


def find_enterprise(session: Session, actor: Actor, enterprise_id: int) -> FoundEnterprise:
    """An enterprise in reach; NotFound otherwise."""
    wanted = Enterprise.id == enterprise_id
    if actor.role is Role.DISTRICT_REVIEWER:
        wanted &= Enterprise.id.in_(select(Project.enterprise_id).where(Project.unit_code == actor.unit))
    found = _enterprises(session, wanted, limit=1) if enterprise_id < LARGEST_ID else []
    if not found:
        raise NotFound("没有这家企业，或不在您的办理范围内。")
    return found[0]


def projects_of(session: Session, enterprise_id: int) -> list[FoundProject]:
    """The projects of an enterprise."""
    return _projects(session, (Project.enterprise_id == enterprise_id) & Project.merged_into_id.is_(None), limit=500)


def titles_of(
    session: Session, *, project_id: int | None = None, document_id: int | None = None, ids: Sequence[int] = ()
) -> list[FoundTitle]:
    """Titles of a project, of a document, or with these ids, the newest first."""
    statement = _titles(Recognition.project_id, Recognition.document_id, Recognition.category_code)
    if project_id is not None:
        statement = statement.where(Recognition.project_id == project_id)
    elif document_id is not None:
        statement = statement.where(Recognition.document_id == document_id)
    else:
        statement = statement.where(Recognition.id.in_(ids))
    columns = (Recognition.id, Recognition.year, Recognition.status, Recognition.ended_on, Recognition.ending_reason)
    order = (Recognition.year.desc().nulls_last(), Project.code, Recognition.id)
    return [
        FoundTitle(
            id=row.id, project_code=row.code, project_name=row.name, category=row.category, document_id=row.document_id,
            category_name=row.category_name, year=row.year, document_number=row.number, status=row.status,
            ended_on=row.ended_on, reason=row.ending_reason,
        )
        for row in session.execute(statement.add_columns(*columns).order_by(*order))
    ]  # fmt: skip


def void_titles(session: Session, *, project_id: int | None = None, ids: Sequence[int] = ()) -> list[FoundTitle]:
    """Titles that became void, of a project or with these ids."""
    statement = select(VoidTitle, Project.code, Project.name, Document.number).join(
        Project, Project.id == VoidTitle.project_id
    )
    statement = statement.join(Document, Document.id == VoidTitle.document_id)
    which = VoidTitle.project_id == project_id if project_id is not None else VoidTitle.id.in_(ids)
    names = {row.code: row.name for row in session.execute(select(Category.code, Category.name))}
    return [
        FoundTitle(
            id=void.id, project_code=code, project_name=name, category=void.content["category_code"],
            category_name=names[void.content["category_code"]], year=void.content["year"],
            document_id=void.document_id, document_number=number, status="void", reason=void.reason,
        )
        for void, code, name, number in session.execute(statement.where(which).order_by(VoidTitle.id))
    ]  # fmt: skip


def _titles(project: Any, document: Any, category: Any) -> Any:
    return (
        select(
            Project.code, Project.name, Category.code.label("category"), Category.name.label("category_name"),
            Document.id.label("document_id"), Document.number,
        )
        .select_from(Recognition)
        .join(Project, Project.id == project)
        .join(Document, Document.id == document)
        .join(Category, Category.code == category)
    )  # fmt: skip


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
