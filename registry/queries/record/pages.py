"""Reads of the project page, the enterprise page and the announcements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import (
    Attachment,
    ChangeRequest,
    Document,
    Enterprise,
    EnterpriseName,
    Project,
    Recognition,
    ReEvaluation,
    ReleasedPhoto,
)
from registry.queries.catalogue.columns import NOT_STATED, Catalogue
from registry.queries.catalogue.counting import distinct
from registry.queries.record.honors import Honor, honors_of
from registry.queries.record.life import FormerName, project_successor
from registry.queries.record.lines import Line, leading_lines
from registry.queries.record.rows import ProjectRow, TitleRow, load_brief, load_rows, report_kpis
from registry.wording import Message

NEAR = 4
_CHILDREN = select(Project.id).where(Project.parent_id == bindparam("id"))


@dataclass(frozen=True)
class Neighbour:
    """A project nearby; `metres` is the great-circle distance (equirectangular, < 0.1 % off here)."""

    row: Line
    metres: float


@dataclass(frozen=True)
class EnterprisePage:
    """An enterprise with its public projects."""

    id: int
    name: str
    names_former: tuple[FormerName, ...]
    honors: tuple[Honor, ...]
    projects: list[ProjectRow]


@dataclass(frozen=True)
class Announcement:
    """A document with how many titles it gave, ended and confirmed again."""

    id: int
    number: str
    kind: str
    title: str
    organ: str
    announced_on: date | None
    titles: int
    ended: int
    retained: int = 0


def find_project(session: Session, catalogue: Catalogue, code: str) -> tuple[ProjectRow | None, str | None]:
    """(row, None), or (None, code of the project it was merged into). Raises NotFound."""
    position = catalogue.position_of(code)
    if position is not None:
        row = _whole_row(session, catalogue, position)
        if row.code == code:
            return row, None
    return None, _moved(session, code)


def moved_to(session: Session, catalogue: Catalogue, code: str) -> str | None:
    """The code of the project that this one was merged into, None for a public one. Raises NotFound."""
    position = catalogue.position_of(code)
    if position is not None:
        of_position = select(Project.code).where(Project.id == int(catalogue.ids[position]))
        if session.scalar(of_position) == code:
            return None
    return _moved(session, code)


def _moved(session: Session, code: str) -> str:
    successor = project_successor(session, code)
    if successor is None:
        raise NotFound(Message("没有编号为 %(code)s 的公开项目。", code=code[:20]))
    return successor


def find_photo(session: Session, catalogue: Catalogue, code: str, photo_id: int) -> str:
    """The storage name of a released photo of a public project. Raises NotFound."""
    found = session.execute(
        select(func.coalesce(Attachment.storage_name, ChangeRequest.storage_name).label("storage_name"), Project.id)
        .select_from(ReleasedPhoto)
        .join(Project, Project.id == ReleasedPhoto.project_id)
        .outerjoin(Attachment, Attachment.id == ReleasedPhoto.attachment_id)
        .outerjoin(ChangeRequest, ChangeRequest.id == ReleasedPhoto.request_id)
        .where(ReleasedPhoto.id == photo_id, Project.code == code)
    ).one_or_none()
    if found is None or not catalogue.positions_of([found.id]).size:
        raise NotFound(Message("没有这张照片，或它不再公开。"))
    return str(found.storage_name)


def _whole_row(session: Session, catalogue: Catalogue, position: int) -> ProjectRow:
    """The project at this position with the figures of its newest title that has any."""
    titles = range(int(catalogue.start[position]), int(catalogue.start[position + 1]))
    kpis = report_kpis(session, catalogue.title_ids[titles.start : titles.stop].tolist())
    newest = max(
        (title for title in titles if int(catalogue.title_ids[title]) in kpis),
        key=lambda title: (catalogue.title_announced[title], catalogue.title_ids[title]),
        default=NOT_STATED,
    )
    [row] = load_rows(session, catalogue, np.array([position]), np.array([newest]), kpis)
    return row


def neighbours(session: Session, catalogue: Catalogue, row: ProjectRow) -> list[Neighbour]:
    """The nearest located projects, nearest first; empty for a project without coordinates."""
    if row.lon is None or row.lat is None:
        return []
    (position,) = catalogue.positions_of([row.id])
    nearest, metres = catalogue.nearby.nearest(int(position), NEAR)
    rows = leading_lines(session, catalogue, nearest)
    return [Neighbour(*each) for each in zip(rows, metres.tolist(), strict=True)]


def family(
    session: Session, catalogue: Catalogue, row: ProjectRow, *, has_children: bool
) -> tuple[Line | None, list[Line]]:
    """(the factory it belongs to, its own workshops), public ones only."""
    children = list(session.scalars(_CHILDREN, {"id": row.id})) if has_children else []
    wanted = catalogue.positions_of([*children, *([row.parent_id] if row.parent_id else [])])
    rows = leading_lines(session, catalogue, wanted) if wanted.size else []
    parent = next((found for found in rows if found.id == row.parent_id), None)
    return parent, [found for found in rows if found.id != row.parent_id]


def find_enterprise(session: Session, catalogue: Catalogue, enterprise_id: int) -> EnterprisePage:
    """An enterprise that has at least one public project; raises NotFound."""
    places = np.flatnonzero(catalogue.enterprise == enterprise_id)
    name = session.scalar(select(Enterprise.name).where(Enterprise.id == enterprise_id))
    if name is None or not places.size:
        raise NotFound(Message("没有这家企业的公开项目。"))
    former = session.execute(
        select(EnterpriseName.name, EnterpriseName.until)
        .where(EnterpriseName.enterprise_id == enterprise_id)
        .order_by(EnterpriseName.id.desc())
    )
    rows = load_brief(session, catalogue, places)
    names = tuple(FormerName(*row) for row in former)
    return EnterprisePage(enterprise_id, name, names, honors_of(session, enterprise_id), rows)


def announcements(
    session: Session, *, limit: int, offset: int = 0, document_id: int | None = None
) -> list[Announcement]:
    """Documents with their titles counted, newest first."""
    given = select(func.count()).where(Recognition.document_id == Document.id).scalar_subquery()
    ended = select(func.count()).where(Recognition.ending_document_id == Document.id).scalar_subquery()
    retained = select(func.count()).where(ReEvaluation.document_id == Document.id).scalar_subquery()
    statement = (
        select(
            Document.id,
            Document.number,
            Document.kind,
            Document.title,
            Document.organ,
            Document.announced_on,
            given,
            ended,
            retained,
        )
        .where(or_(given > 0, ended > 0, retained > 0))
        .order_by(Document.announced_on.desc().nulls_last(), Document.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if document_id is not None:
        statement = statement.where(Document.id == document_id)
    return [Announcement(*found) for found in session.execute(statement)]


def count_announcements(session: Session) -> int:
    """How many documents have public titles."""
    used = select(Recognition.document_id).union(
        select(Recognition.ending_document_id).where(Recognition.ending_document_id.is_not(None)),
        select(ReEvaluation.document_id),
    )
    return session.scalar(select(func.count()).select_from(used.subquery())) or 0


def find_announcement(
    session: Session, catalogue: Catalogue, document_id: int
) -> tuple[Announcement, list[tuple[ProjectRow, TitleRow]]]:
    """A document and the titles it gave, ended or confirmed again, each with its project, in code order.

    Raises NotFound.
    """
    found = announcements(session, limit=1, document_id=document_id)
    if not found:
        raise NotFound(Message("没有这份公告。"))
    touched = or_(
        Recognition.document_id == document_id,
        Recognition.ending_document_id == document_id,
        Recognition.id.in_(select(ReEvaluation.recognition_id).where(ReEvaluation.document_id == document_id)),
    )
    titles = set(session.scalars(select(Recognition.id).where(touched)))
    held = catalogue.title_project[np.isin(catalogue.title_ids, sorted(titles))]
    places = distinct(held, len(catalogue.ids))
    rows = load_brief(session, catalogue, places)
    return found[0], [(row, title) for row in rows for title in row.titles if title.id in titles]
