"""The ladder: what titles of one category become in another, which titles that concerns, and which run out soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from registry.application_form.eligibility import years_after
from registry.errors import NotFound
from registry.models import (
    Category,
    CategoryMapping,
    Document,
    Enterprise,
    Project,
    Publication,
    Recognition,
    ReEvaluation,
    ReportingUnit,
)
from registry.purposes import MappingMode, PublicationKind
from registry.terms import PublicationState, RecognitionStatus
from registry.wording import Message

MONTHS_AHEAD = 6


@dataclass(frozen=True, kw_only=True)
class MappingRow:
    """One row of the ladder with how many titles may be converted now."""

    id: int
    from_code: str
    to_code: str
    mode: MappingMode
    keeps_old: bool
    document: str
    decided_on: date | None
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Convertible:
    """A valid title that a mapping concerns."""

    recognition_id: int
    project_id: int
    code: str
    name: str
    enterprise: str
    unit: str
    year: int | None


@dataclass(frozen=True, kw_only=True)
class DueTitles:
    """Titles of one document and category that run out on one day."""

    document_id: int
    number: str
    category: str
    announced_on: date
    ends_on: date
    count: int


def mapping_rows(session: Session) -> list[MappingRow]:
    """All rows in the order of their categories."""
    to = aliased(Category)
    rows = session.scalars(
        select(CategoryMapping)
        .join(Category, Category.code == CategoryMapping.from_code)
        .join(to, to.code == CategoryMapping.to_code)
        .order_by(Category.position, to.position, CategoryMapping.id)
    ).all()
    return [_row(session, row) for row in rows]


def find_mapping(session: Session, mapping_id: int) -> MappingRow:
    """One row; raises NotFound."""
    found = session.get(CategoryMapping, mapping_id)
    if found is None:
        raise NotFound(Message("没有这条对应关系。"))
    return _row(session, found)


def _row(session: Session, row: CategoryMapping) -> MappingRow:
    return MappingRow(
        id=row.id,
        from_code=row.from_code,
        to_code=row.to_code,
        mode=MappingMode(row.mode),
        keeps_old=row.keeps_old,
        document=row.document,
        decided_on=row.decided_on,
        waiting=_waiting(session, row),
    )


def convertible(session: Session, mapping_id: int) -> list[Convertible]:
    """Valid titles that a mapping may convert, by unit and code: those without a valid title of the new category,
    in no prepared document, and, where the mapping says so, confirmed by a re-evaluation."""
    mapping = session.get(CategoryMapping, mapping_id)
    if mapping is None:
        raise NotFound(Message("没有这条对应关系。"))
    statement = (
        select(Recognition, Project, Enterprise.name)
        .join(Project, Project.id == Recognition.project_id)
        .join(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(_concerned(mapping))
        .order_by(ReportingUnit.position, Project.code, Recognition.id)
    )
    taken = _taken(session)
    found: dict[int, Convertible] = {}
    for title, project, enterprise in session.execute(statement):
        if title.id not in taken and project.id not in found:
            found[project.id] = _convertible(title, project, enterprise)
    return list(found.values())


def _waiting(session: Session, mapping: CategoryMapping) -> int:
    """How many `convertible` holds, counted by the database: projects, each of which is converted once."""
    taken = _taken(session)
    if not taken:
        return session.scalar(select(func.count(Recognition.project_id.distinct())).where(_concerned(mapping))) or 0
    # A document may hold more titles than a statement may hold parameters.
    found = session.execute(select(Recognition.id, Recognition.project_id).where(_concerned(mapping)))
    return len({project_id for title_id, project_id in found if title_id not in taken})


def _concerned(mapping: CategoryMapping) -> ColumnElement[bool]:
    """Valid titles of the old category whose project has no valid one of the new."""
    newer = aliased(Recognition)
    wanted = and_(
        Recognition.category_code == mapping.from_code,
        Recognition.status == RecognitionStatus.VALID.value,
        ~exists().where(
            newer.project_id == Recognition.project_id,
            newer.category_code == mapping.to_code,
            newer.status == RecognitionStatus.VALID.value,
        ),
    )
    if mapping.mode == MappingMode.REVIEW:
        wanted = and_(wanted, exists().where(ReEvaluation.recognition_id == Recognition.id))
    return wanted


def _convertible(title: Recognition, project: Project, enterprise: str | None) -> Convertible:
    return Convertible(
        recognition_id=title.id, project_id=project.id, code=project.code, name=project.name,
        enterprise=enterprise or "", unit=project.unit_code, year=title.year,
    )  # fmt: skip


def converted_in(session: Session, publication: Publication) -> list[Convertible]:
    """The old titles that a document converts, in its order."""
    ids: Sequence[int] = [item["recognition"] for item in publication.items]
    rows = session.execute(
        select(Recognition, Project, Enterprise.name)
        .join(Project, Project.id == Recognition.project_id)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Recognition.id.in_(ids))
    )
    found = {title.id: _convertible(title, project, enterprise) for title, project, enterprise in rows}
    return [found[each] for each in ids if each in found]


def _taken(session: Session) -> set[int]:
    prepared = select(Publication.items).where(
        Publication.kind == PublicationKind.MAPPING.value, Publication.state == PublicationState.PREPARED.value
    )
    return {item["recognition"] for items in session.scalars(prepared) for item in items}


def titles_due(session: Session, today: date) -> list[DueTitles]:
    """Valid titles whose years are over within half a year or were over before, the earliest first. Nothing ends
    by itself: a document or a confirmed list does."""
    rows = session.execute(
        select(
            Document.id,
            Document.number,
            Recognition.category_code,
            Recognition.announced_on,
            Category.valid_years,
            func.count(),
        )
        .join(Recognition, Recognition.document_id == Document.id)
        .join(Category, Category.code == Recognition.category_code)
        .where(
            Recognition.status == RecognitionStatus.VALID.value,
            Recognition.announced_on.is_not(None),
            Category.valid_years.is_not(None),
        )
        .group_by(
            Document.id, Document.number, Recognition.category_code, Recognition.announced_on, Category.valid_years
        )
    )
    found = [
        DueTitles(
            document_id=document_id, number=number, category=category, announced_on=announced_on,
            ends_on=years_after(announced_on, years), count=count,
        )
        for document_id, number, category, announced_on, years, count in rows
        if announced_on is not None and years is not None
    ]  # fmt: skip
    return sorted(
        (item for item in found if item.ends_on <= months_after(today, MONTHS_AHEAD)),
        key=lambda item: (item.ends_on, item.document_id, item.category),
    )


def months_after(day: date, months: int) -> date:
    """The same day some months later; where there is none, the first of the month after. Pure."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
