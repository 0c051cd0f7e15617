"""A plan of honours into the database, in the caller's transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import EnterpriseHonor, Project
from registry.permissions import Actor
from registry.services.events import Entry
from registry.services.imports.applying import require_clean, write_enterprises
from registry.services.imports.asking.memory import store
from registry.services.imports.draft_rows import insert_drafts
from registry.services.imports.drafts import EnterpriseDraft
from registry.services.imports.event_log import record_rows, renames
from registry.services.imports.honors.planning import HonorDraft, HonorPlan
from registry.services.imports.plan import Progress
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.stored_reports import chunks
from registry.services.record import search_index
from registry.wording import Message


def apply_honors(
    session: Session, actor: Actor, plan: HonorPlan, *, now: datetime | None = None, progress: Progress | None = None
) -> None:
    """Write a plan and its events. Ends in `flush()`; raises as `apply_plan` does."""
    require_clean(actor, plan)
    enterprises: dict[int, EnterpriseDraft] = {}
    honors: list[HonorDraft] = []
    for row in plan.honors:
        if row.enterprise is not None and row.honor is not None:
            enterprises.setdefault(id(row.enterprise), row.enterprise)
            honors.append(row.honor)
    table = EnterpriseHonor.__table__

    def values(draft: HonorDraft) -> dict[str, Any]:
        return {
            "enterprise_id": draft.enterprise.id,
            "kind": draft.kind,
            "level": draft.level,
            "year": draft.year,
            "document_number": draft.document,
        }

    try:
        stamp = now or datetime.now(UTC)
        write_enterprises(session, list(enterprises.values()), stamp)
        for draft in honors:
            if draft.id is not None and draft.changes:
                changed = {"level": draft.level, "document_number": draft.document}
                session.execute(update(EnterpriseHonor).where(table.c.id == draft.id).values(**changed))
        insert_drafts(session, EnterpriseHonor, [draft for draft in honors if draft.id is None], values)
        if progress is not None:
            progress(Message("写入"), len(honors), len(honors))
        record_rows(
            session,
            actor,
            _entries(plan),
            Entry(action="import.honors", subject_type="import", note=plan.summary()),
        )
        _refresh_search(session, plan)
        store(session, actor, plan.memory, stamp)
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。")) from error


def _entries(plan: HonorPlan) -> Iterator[Entry]:
    yield from renames(plan)
    for row in plan.honors:
        honor = row.honor
        if honor is None or not (row.is_new or row.changes):
            continue
        stated = {"honor": honor.kind, "level": honor.level, "year": honor.year, "document": honor.document}
        created = {name: (None, value) for name, value in stated.items()}
        yield Entry(
            action="import.honors",
            subject_type="enterprise",
            subject_id=honor.enterprise.id,
            changes=created if row.is_new else {"honor": (honor.kind, honor.kind), **row.changes},
            note=place(row.number),
        )


def _refresh_search(session: Session, plan: HonorPlan) -> None:
    """Honours are found by search beside the projects of the enterprise."""
    touched = {row.honor.enterprise.id for row in plan.honors if row.honor and (row.is_new or row.changes)}
    for ids in chunks({key for key in touched if key is not None}):
        search_index.refresh(session, session.scalars(select(Project.id).where(Project.enterprise_id.in_(ids))).all())
