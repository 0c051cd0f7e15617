"""Titles as the pages of changes name them, void ones too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Category, Document, Project, Recognition, VoidTitle


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


def titles_of(
    session: Session,
    *,
    project_id: int | None = None,
    document_id: int | None = None,
    enterprise_id: int | None = None,
    ids: Sequence[int] = (),
) -> list[FoundTitle]:
    """Titles of a project, of a document, of an enterprise's projects, or with these ids, the newest first."""
    statement = _titles(Recognition.project_id, Recognition.document_id, Recognition.category_code)
    if project_id is not None:
        statement = statement.where(Recognition.project_id == project_id)
    elif document_id is not None:
        statement = statement.where(Recognition.document_id == document_id)
    elif enterprise_id is not None:
        statement = statement.where(Project.enterprise_id == enterprise_id)
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
