"""The photos that a project shows, for whoever asks that one goes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Project, ReleasedPhoto


@dataclass(frozen=True, kw_only=True)
class FoundPhoto:
    """A photo on the page of the project `code`."""

    id: int
    code: str
    caption: str
    alt: str


def photos_of(session: Session, project_id: int | None) -> list[FoundPhoto]:
    """In the order in which the page shows them; none for what is no project."""
    rows = session.execute(
        select(ReleasedPhoto.id, Project.code, ReleasedPhoto.caption, ReleasedPhoto.alt)
        .join(Project, Project.id == ReleasedPhoto.project_id)
        .where(ReleasedPhoto.project_id == project_id)
        .order_by(ReleasedPhoto.id)
    )
    return [FoundPhoto(id=row.id, code=row.code, caption=row.caption, alt=row.alt) for row in rows]
