"""A plan of KPI values into the database, in the caller's transaction, all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import KpiReport
from registry.permissions import Actor
from registry.services.imports.applying import require_clean, write_values
from registry.services.imports.asking.memory import store
from registry.services.imports.draft_rows import insert_drafts
from registry.services.imports.drafts import ReportDraft
from registry.services.imports.event_log import record_kpi_import
from registry.services.imports.kpis.planning import KpiPlan
from registry.services.imports.plan import Progress
from registry.terms import ReportKind
from registry.wording import Message


def apply_kpis(
    session: Session, actor: Actor, plan: KpiPlan, *, now: datetime | None = None, progress: Progress | None = None
) -> None:
    """Write a plan and its events. Ends in `flush()`; raises as `apply_plan` does."""
    require_clean(actor, plan)
    stamp = now or datetime.now(UTC)
    rows = [row for row in plan.reports if row.report is not None and row.key is not None]
    owners = {id(row.report): row for row in rows}

    def values(report: ReportDraft) -> dict[str, Any]:
        row = owners[id(report)]
        assert row.key is not None
        project_id, recognition_id, _, basis = row.key
        return {
            "project_id": project_id,
            "recognition_id": recognition_id,
            "kind": (ReportKind.YEARLY if recognition_id is None else ReportKind.RECOGNITION).value,
            "basis": basis,
            "baseline_year": report.baseline_year,
            "report_year": report.report_year,
            "created_at": stamp,
        }

    try:
        for row in rows:
            report = row.report
            if report is not None and report.id is not None and report.changes:
                years = {"baseline_year": report.baseline_year, "report_year": report.report_year}
                session.execute(update(KpiReport).where(KpiReport.__table__.c.id == report.id).values(**years))
        drafts = [row.report for row in rows if row.report is not None]
        insert_drafts(session, KpiReport, [report for report in drafts if report.id is None], values)
        if progress is not None:
            progress(Message("写入"), len(drafts), len(drafts))
        write_values(session, drafts)
        record_kpi_import(session, actor, plan)
        store(session, actor, plan.memory, stamp)
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。")) from error
