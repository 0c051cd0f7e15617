"""A plan of what enterprises are into the database, in the caller's transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import Enterprise, Project
from registry.permissions import Actor
from registry.services.events import Entry
from registry.services.imports.applying import require_clean
from registry.services.imports.enterprises.planning import FactsPlan
from registry.services.imports.event_log import record_rows
from registry.services.imports.plan import Progress
from registry.services.imports.sheets.row_numbers import place
from registry.services.imports.stored_reports import chunks
from registry.services.record import search_index
from registry.services.record.describing import write_facts
from registry.wording import Message


def apply_facts(
    session: Session, actor: Actor, plan: FactsPlan, *, now: datetime | None = None, progress: Progress | None = None
) -> None:
    """Write a plan and its events. Ends in `flush()`; raises as `apply_plan` does."""
    require_clean(actor, plan)
    wanted = {row.enterprise.id: row for row in plan.facts if row.enterprise is not None and row.changes}
    stamp, done = now or datetime.now(UTC), 0
    try:
        for ids in chunks([key for key in wanted if key is not None]):
            statement = select(Enterprise).where(Enterprise.id.in_(ids)).order_by(Enterprise.id).with_for_update()
            for enterprise in session.scalars(statement).all():
                row = wanted[enterprise.id]
                assert row.enterprise is not None
                assert row.facts is not None
                if enterprise.version != row.enterprise.version:
                    raise _moved()
                write_facts(session, enterprise, row.facts, stamp)
                done += 1
            session.flush()
            search_index.refresh(
                session, session.scalars(select(Project.id).where(Project.enterprise_id.in_(ids))).all()
            )
            if progress is not None:
                progress(Message("写入"), done, len(wanted))
        if done != len(wanted):
            raise _moved()
        whole = Entry(action="import.enterprises", subject_type="import", note=plan.summary())
        record_rows(session, actor, _entries(plan), whole)
        session.flush()
    except IntegrityError as error:
        raise _moved() from error


def _moved() -> Conflict:
    return Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。"))


def _entries(plan: FactsPlan) -> Iterator[Entry]:
    for row in plan.facts:
        if row.enterprise is not None and row.changes:
            yield Entry(
                action="import.enterprises",
                subject_type="enterprise",
                subject_id=row.enterprise.id,
                changes=row.changes,
                note=place(row.number),
            )
