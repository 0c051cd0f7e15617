"""A plan of published totals into the database, in the caller's transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import PublishedTotal
from registry.permissions import Actor
from registry.services.events import Entry
from registry.services.imports.applying import require_clean
from registry.services.imports.draft_rows import insert_drafts
from registry.services.imports.event_log import record_rows
from registry.services.imports.plan import Progress
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.totals.planning import TotalDraft, TotalPlan
from registry.wording import Message


def apply_totals(
    session: Session, actor: Actor, plan: TotalPlan, *, now: datetime | None = None, progress: Progress | None = None
) -> None:
    """Write a plan and its events. Ends in `flush()`; raises as `apply_plan` does."""
    require_clean(actor, plan)
    totals = [row.total for row in plan.totals if row.total is not None]
    table = PublishedTotal.__table__
    try:
        for draft in totals:
            if draft.id is not None and draft.changes:
                session.execute(update(PublishedTotal).where(table.c.id == draft.id).values(**_values(draft)))
        insert_drafts(session, PublishedTotal, [draft for draft in totals if draft.id is None], _created)
        if progress is not None:
            progress(Message("写入"), len(totals), len(totals))
        whole = Entry(action="import.totals", subject_type="import", note=plan.summary())
        record_rows(session, actor, _entries(plan), whole)
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。")) from error


def _created(draft: TotalDraft) -> dict[str, Any]:
    return {
        "as_of": draft.as_of,
        "kind": draft.kind,
        "tier": draft.tier,
        "categories": draft.categories,
        **_values(draft),
    }


def _values(draft: TotalDraft) -> dict[str, Any]:
    return {
        "figure": draft.figure,
        "unit": draft.total_unit,
        "document": draft.source,
        "note": draft.note,
        "rank_note": draft.rank_note,
    }


def _entries(plan: TotalPlan) -> Iterator[Entry]:
    for row in plan.totals:
        total = row.total
        if total is None or not (row.is_new or row.changes):
            continue
        named = {"total": (None, [total.as_of, total.kind, total.tier, total.categories])}
        created = {name: (None, value) for name, value in _values(total).items()} if row.is_new else {}
        yield Entry(
            action="import.totals",
            subject_type="total",
            subject_id=total.id,
            changes={**named, **created, **row.changes},
            note=place(row.number),
        )
