"""What the public record says about an enterprise and the rules of a call; nothing else is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from registry.application_form.eligibility import Held, Standing
from registry.models import Category, Enterprise, EnterpriseName, FormerCode, Project, ProjectName, Recognition
from registry.names import name_key, tidy
from registry.queries.calls.listing import CallPage
from registry.terms import RecognitionStatus
from registry.wording import Named


@dataclass(frozen=True)
class PublicStanding:
    """Names of the enterprises that were found among the holders of public titles, and their standing."""

    names: tuple[str, ...]
    standing: Standing


def enterprise_matches(text: str) -> ColumnElement[bool]:
    """Whether an enterprise bears this name, now or formerly, or this unified code."""
    key = name_key(text)
    former = select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key == key)
    code = tidy(text).upper()
    borne = select(FormerCode.enterprise_id).where(FormerCode.uscc == code)
    found = or_(
        Enterprise.uscc == code, Enterprise.id.in_(borne), Enterprise.name_key == key, Enterprise.id.in_(former)
    )
    return and_(found, Enterprise.merged_into_id.is_(None))


def find_enterprises(session: Session, text: str) -> list[tuple[int, str, str | None]]:
    """(id, name, code) of enterprises that bear this name now or formerly, or this code; at most ten.

    For officers only: it also finds enterprises that hold no public title.
    """
    return [
        (found.id, found.name, found.uscc)
        for found in session.execute(
            select(Enterprise.id, Enterprise.name, Enterprise.uscc)
            .where(enterprise_matches(text))
            .order_by(Enterprise.id)
            .limit(10)
        )
    ]


def public_standing(
    session: Session, page: CallPage, *, enterprise: str, project: str, established_on: date | None
) -> PublicStanding:
    """Titles of the enterprise and of its project of that name ('' finds no project), from public titles only.

    An enterprise without a public title is not found, whether it is registered or not.
    """
    rows = session.execute(_titles().where(enterprise_matches(enterprise))).all() if enterprise else []
    key = name_key(project)
    same = {row.project_id for row in rows if key and row.name_key == key} | _formerly_named(session, key, rows)
    category = session.get_one(Category, page.row.category)
    return PublicStanding(
        names=tuple(dict.fromkeys(row.enterprise for row in rows)),
        standing=Standing(
            category=category.code,
            category_name=Named(category.name, category.name_en),
            project_titles=[_held(row) for row in rows if row.project_id in same],
            titles=[_held(row) for row in rows],
            established_on=established_on,
        ),
    )


def _titles() -> Any:
    return (
        select(
            Project.id.label("project_id"),
            Project.name,
            Project.name_key,
            Enterprise.name.label("enterprise"),
            Recognition.category_code,
            Category.name.label("category_name"),
            Category.name_en.label("category_name_en"),
            Recognition.status,
            Recognition.ended_on,
            Recognition.cool_down_years,
        )
        .join(Project, Project.id == Recognition.project_id)
        .join(Enterprise, Enterprise.id == Project.enterprise_id)
        .join(Category, Category.code == Recognition.category_code)
        .where(Project.merged_into_id.is_(None), Recognition.status != RecognitionStatus.EXPIRED.value)
        .order_by(Project.id, Recognition.id)
    )


def _formerly_named(session: Session, key: str, rows: Any) -> set[int]:
    if not key or not rows:
        return set()
    ids = {row.project_id for row in rows}
    return set(
        session.scalars(
            select(ProjectName.project_id).where(ProjectName.name_key == key, ProjectName.project_id.in_(ids))
        )
    )


def _held(row: Any) -> Held:
    revoked = row.ended_on if row.status == RecognitionStatus.REVOKED else None
    category = Named(row.category_name, row.category_name_en)
    return Held(row.category_code, category, row.name, revoked, row.cool_down_years)
