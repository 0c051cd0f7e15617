"""One record that is two: some titles of a project go to a new one, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Application, KpiReport, Project, Recognition, ReleasedPhoto
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import codes, search_index, subjects, titles
from registry.services.record.checks import checked_name, require_past
from registry.services.record.projects import held, require_free_name
from registry.wording import Message


def split_project(
    session: Session,
    actor: Actor,
    project: Project,
    *,
    name: str,
    title_ids: Sequence[int],
    document: str = "",
    on: date,
    now: datetime,
) -> Project:
    """Make a new project of some titles of another, with their figures, photos and applications.

    Each title stands in exactly one of the two afterwards, and both have at least one.
    """
    require(actor, Permission.RECORD_CHANGE)
    project = held(session, project.id)
    require_past(on, now=now)
    name, chosen = checked_name(name), set(title_ids)
    all_titles = list(session.scalars(select(Recognition).where(Recognition.project_id == project.id)))
    moved = [title for title in all_titles if title.id in chosen]
    if len(moved) != len(chosen):
        raise InvalidInput(Message("选中的认定有的不属于这个项目，请刷新后再选。"), field="titles")
    if not moved or len(moved) == len(all_titles):
        raise InvalidInput(Message("拆分后两个项目都要有认定：请至少选一项，并至少留一项。"), field="titles")
    require_free_name(session, project.enterprise_id, name)
    made = _copy(session, project, name, now)
    ids = [title.id for title in moved]
    for title in moved:
        title.project_id = made.id
    for report in session.scalars(select(KpiReport).where(KpiReport.recognition_id.in_(ids))):
        report.project_id = made.id
    applications = list(session.scalars(select(Application).where(Application.recognition_id.in_(ids))))
    for application in applications:
        application.project_id = made.id
        files = [attachment.id for attachment in application.attachments]
        session.execute(update(ReleasedPhoto).where(ReleasedPhoto.attachment_id.in_(files)).values(project_id=made.id))
    subjects.follow_split(session, ids, made)
    project.updated_at = now
    session.flush()
    titles.report_moved(session, actor, moved, of=project.code, to=made.code)
    search_index.refresh(session, [project.id, made.id])
    changes = {"split": (project.code, made.code), "titles": (len(all_titles), len(all_titles) - len(moved))}
    for each in (project, made):
        entry = Entry(
            action="project.split", subject_type="project", subject_id=each.id, changes=changes, note=document
        )
        record(session, actor, entry, at=now)
    return made


def _copy(session: Session, project: Project, name: str, now: datetime) -> Project:
    """A project under a new code at the same place."""
    kept = (
        "type", "enterprise_id", "unit_code", "division_code", "town", "address", "industry_code", "industry_class",
        "lon", "lat", "typed_lon", "typed_lat", "typed_system", "precision", "near_line", "parent_id", "is_demo",
    )  # fmt: skip
    facts: dict[str, Any] = {column: getattr(project, column) for column in kept}
    made = Project(
        code=codes.project_code(session, codes.draw(session, "project_code")),
        name=name,
        name_key=name_key(name),
        created_at=now,
        updated_at=now,
        **facts,
    )
    session.add(made)
    session.flush()
    return made
