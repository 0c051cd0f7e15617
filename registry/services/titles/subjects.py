"""What a request is about, found in the record and in the reach of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import About, Change
from registry.errors import NotFound
from registry.models import Application, ChangeRequest, Document, Enterprise, Project, Recognition
from registry.permissions import Actor
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

_Row = TypeVar("_Row", Document, ChangeRequest)
NOT_THERE = Message("没有这个项目或企业，或不在您的办理范围内。")


@dataclass(frozen=True)
class Subject:
    """An enterprise, a project, a document, a change to be undone, or the titles that a document ends; `unit` is the
    reporting unit that looks first."""

    enterprise: Enterprise | None = None
    project: Project | None = None
    unit: str | None = None
    document: Document | None = None
    undone: ChangeRequest | None = None

    @property
    def key(self) -> str:
        """The record that a request is about, as one word for comparing."""
        if self.document is not None:
            return f"document:{self.document.id}"
        if self.undone is not None:
            return f"request:{self.undone.id}"
        if self.project is not None:
            return f"project:{self.project.id}"
        return f"enterprise:{self.enterprise.id}" if self.enterprise is not None else "titles"


@dataclass(frozen=True, kw_only=True)
class Named:
    """The ids of what a new request is about."""

    enterprise_id: int | None = None
    project_id: int | None = None
    document_id: int | None = None
    request_id: int | None = None


def find(session: Session, actor: Actor, change: Change, named: Named) -> Subject:
    """The subject of a new request. NotFound when there is none, or not for this actor."""
    project_id, enterprise_id = named.project_id, named.enterprise_id
    if change.about is About.TITLES:
        return Subject()
    if change.about is About.DOCUMENT:
        return Subject(document=_got(session, Document, named.document_id))
    if change.about is About.REQUEST:
        return _of_undone(session, _got(session, ChangeRequest, named.request_id))
    if change.about is About.PROJECT:
        project = _get_project(session, project_id)
        subject = Subject(project.enterprise, project, project.unit_code)
    else:
        enterprise = _get_enterprise(session, enterprise_id)
        subject = Subject(enterprise, None, _unit_of(session, enterprise.id))
    if not _reaches(actor, subject):
        raise NotFound(NOT_THERE)
    return subject


def of(session: Session, request: ChangeRequest) -> Subject:
    """The subject of a stored request."""
    word, _colon, number = request.subject.partition(":")
    if word == "document":
        return Subject(document=_got(session, Document, int(number)))
    if word == "request":
        return _of_undone(session, _got(session, ChangeRequest, int(number)))
    project = session.get(Project, request.project_id) if request.project_id is not None else None
    enterprise = session.get(Enterprise, request.enterprise_id) if request.enterprise_id is not None else None
    return Subject(enterprise, project, request.unit_code)


def chosen_titles(session: Session, ids: Sequence[int], *, of_project: int | None = None) -> list[Recognition]:
    """Titles by id, in the order of their ids; NotFound when one is gone or belongs to another project."""
    statement = select(Recognition).where(Recognition.id.in_(ids)).order_by(Recognition.id)
    if of_project is not None:
        statement = statement.where(Recognition.project_id == of_project)
    found = list(session.scalars(statement))
    if len(found) != len(set(ids)):
        raise NotFound(Message("选中的认定有的已不在登记中，请刷新后再选。"))
    return found


def _of_undone(session: Session, undone: ChangeRequest) -> Subject:
    """What an undone change was about, so that its page and its people follow."""
    project = session.get(Project, undone.project_id) if undone.project_id is not None else None
    enterprise = session.get(Enterprise, undone.enterprise_id) if undone.enterprise_id is not None else None
    return Subject(enterprise, project, undone.unit_code, undone=undone)


def _got(session: Session, model: type[_Row], row_id: int | None) -> _Row:
    found = session.get(model, row_id) if row_id is not None and row_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def _get_project(session: Session, project_id: int | None) -> Project:
    known = project_id is not None and project_id <= LARGEST_ID
    project = session.get(Project, project_id) if known else None
    if project is None or project.merged_into_id is not None:
        raise NotFound(NOT_THERE)
    return project


def _get_enterprise(session: Session, enterprise_id: int | None) -> Enterprise:
    known = enterprise_id is not None and enterprise_id <= LARGEST_ID
    enterprise = session.get(Enterprise, enterprise_id) if known else None
    if enterprise is None or enterprise.merged_into_id is not None:
        raise NotFound(NOT_THERE)
    return enterprise


def _unit_of(session: Session, enterprise_id: int) -> str | None:
    """The unit that knows an enterprise: that of its last project, else of its last application."""
    project = select(Project.unit_code).where(Project.enterprise_id == enterprise_id, Project.merged_into_id.is_(None))
    found = session.scalars(project.order_by(Project.id.desc())).first()
    if found is None:
        asked = select(Application.unit_code).where(
            Application.enterprise_id == enterprise_id, Application.unit_code.is_not(None)
        )
        found = session.scalars(asked.order_by(Application.id.desc())).first()
    return found


def _reaches(actor: Actor, subject: Subject) -> bool:
    if actor.role is Role.ENTERPRISE:
        return subject.enterprise is not None and subject.enterprise.id == actor.enterprise_id
    return actor.role is not Role.DISTRICT_REVIEWER or subject.unit == actor.unit
