"""A plan into the database: bulk inserts and guarded updates in the caller's transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.indicators import comparable
from registry.models import Document, Enterprise, KpiReport, KpiValue, Project, Recognition
from registry.permissions import Actor
from registry.reference import kpi
from registry.services import codes, search_index
from registry.services.imports.drafts import Draft, EnterpriseDraft, ProjectDraft, ReportDraft, TitleDraft
from registry.services.imports.event_log import record_import
from registry.services.imports.findings import Outcome
from registry.services.imports.places import Point
from registry.services.imports.plan import Plan, Progress
from registry.terms import Basis, RecognitionStatus, ReportKind

_POINT_COLUMNS = ("typed_lon", "typed_lat", "typed_system", "lon", "lat")


@dataclass
class _Work:
    """The drafts that a plan touches, each once, in file order."""

    enterprises: list[EnterpriseDraft] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    titles: list[TitleDraft] = field(default_factory=list)
    reports: list[tuple[TitleDraft, ReportDraft]] = field(default_factory=list)


def apply_plan(
    session: Session,
    actor: Actor,
    plan: Plan,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a plan and its events. Ends in `flush()`.

    Raises InvalidInput when a row is refused (nothing is written then), NotAllowed for anybody but
    the operator, and Conflict when the registry changed since the plan was made.
    """
    if not actor.system:
        raise NotAllowed("只有系统操作员可以导入名单。")
    if plan.refused:
        raise InvalidInput("有被拒绝的行，未导入任何内容。请改正后再导入。", field="file")
    tell = progress or (lambda work, done, of: None)
    work = _collect(plan)
    stamp = now or datetime.now(UTC)
    steps: tuple[Callable[[], None], ...] = (
        partial(_write_enterprises, session, work.enterprises, stamp),
        partial(_write_documents, session, work.documents, stamp),
        partial(_write_projects, session, plan.projects, stamp),
        partial(_write_titles, session, work.titles, stamp),
        partial(_write_reports, session, work.reports, stamp),
        partial(record_import, session, actor, plan),
        partial(_refresh_search, session, plan),
    )
    try:
        for done, step in enumerate(steps, 1):
            step()
            tell("写入", done, len(steps))
        session.flush()
    except IntegrityError as error:
        raise Conflict("导入期间登记内容被他人改动，未导入任何内容。请重新导入。") from error


def _collect(plan: Plan) -> _Work:
    work, seen = _Work(), set()

    def is_new(draft: object) -> bool:
        known = id(draft) in seen
        seen.add(id(draft))
        return not known

    for row in plan.rows:
        title = row.title
        if title is None:
            continue
        enterprise = title.project.enterprise
        if enterprise is not None and is_new(enterprise):
            work.enterprises.append(enterprise)
        if is_new(title.document):
            work.documents.append(title.document)
        if is_new(title):
            work.titles.append(title)
            if title.report is not None:
                work.reports.append((title, title.report))
    return work


def _insert(session: Session, model: Any, drafts: Sequence[Draft], rows: list[dict[str, Any]]) -> None:
    """Insert rows and hand the new ids to their drafts, in order."""
    if not rows:
        return
    ids = session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows)
    for draft, new_id in zip(drafts, ids, strict=True):
        draft.id = new_id


def _update(session: Session, model: Any, draft: Draft, values: dict[str, Any]) -> None:
    """Update one row, but only the version that the plan saw."""
    table: Table = model.__table__
    found = session.execute(
        update(table)
        .where(table.c.id == draft.id, table.c.version == draft.version)
        .values(**values, version=draft.version + 1)
    )
    if found.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("导入期间登记内容被他人改动，未导入任何内容。请重新导入。")


def _changed(drafts: Iterable[Draft]) -> list[Any]:
    return [
        draft
        for draft in drafts
        if draft.id is not None and any(before != after for before, after in draft.changes.values())
    ]


def _write_enterprises(session: Session, drafts: list[EnterpriseDraft], now: datetime) -> None:
    for draft in _changed(drafts):
        _update(
            session, Enterprise, draft, {"uscc": draft.uscc, "verified": draft.verified, "updated_at": now}
        )
    new = [draft for draft in drafts if draft.id is None]
    rows = [
        {
            "name": draft.name,
            "name_key": draft.name_key,
            "uscc": draft.uscc,
            "verified": draft.verified,
            "is_demo": False,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }
        for draft in new
    ]
    _insert(session, Enterprise, new, rows)


def _write_documents(session: Session, drafts: list[Any], now: datetime) -> None:
    for draft in _changed(drafts):
        document, title = Document.__table__, Recognition.__table__
        session.execute(
            update(Document).where(document.c.id == draft.id).values(announced_on=draft.announced_on)
        )
        # Titles of this document that the file does not name were waiting for the same date.
        session.execute(
            update(Recognition)
            .where(title.c.document_id == draft.id, title.c.announced_on.is_(None))
            .values(announced_on=draft.announced_on)
            .execution_options(synchronize_session=False)
        )
    new = [draft for draft in drafts if draft.id is None]
    rows = [
        {
            "number": draft.number,
            "number_key": draft.number_key,
            "kind": draft.kind,
            "announced_on": draft.announced_on,
            "created_at": now,
        }
        for draft in new
    ]
    _insert(session, Document, new, rows)


def _write_projects(session: Session, drafts: list[ProjectDraft], now: datetime) -> None:
    for draft in _changed(drafts):
        _update(session, Project, draft, {**_project_values(draft), "updated_at": now})
    new = [draft for draft in drafts if draft.id is None]
    if not new:
        return
    first = codes.draw(session, "project_code", len(new))
    for number, draft in enumerate(new, first):
        draft.code = codes.project_code(number)
    rows = [
        {
            "code": draft.code,
            "type": draft.type,
            "name": draft.name,
            "name_key": draft.name_key,
            "enterprise_id": draft.enterprise.id if draft.enterprise else None,
            **_project_values(draft),
            "is_demo": False,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }
        for draft in new
    ]
    _insert(session, Project, new, rows)


def _project_values(draft: ProjectDraft) -> dict[str, Any]:
    return {
        "unit_code": draft.unit_code,
        "division_code": draft.division_code,
        "town": draft.town,
        "address": draft.address,
        "industry_code": draft.industry_code,
        "industry_class": draft.industry_class,
        "precision": draft.precision,
        "near_line": draft.point is not None and draft.point.near_line,
        **_point_values(draft.point),
    }


def _point_values(point: Point | None) -> dict[str, Any]:
    return {name: getattr(point, name) if point is not None else None for name in _POINT_COLUMNS}


def _write_titles(session: Session, drafts: list[TitleDraft], now: datetime) -> None:
    for draft in _changed(drafts):
        values = {
            "document_id": draft.document.id,
            "announced_on": draft.announced_on,
            "remark": draft.remark,
        }
        _update(session, Recognition, draft, values)
    new = [draft for draft in drafts if draft.id is None]
    rows = [
        {
            "project_id": draft.project.id,
            "category_code": draft.category_code,
            "year": draft.year,
            "document_id": draft.document.id,
            "announced_on": draft.announced_on,
            "name_awarded": draft.name_awarded,
            "enterprise_awarded": draft.enterprise_awarded,
            "stage": None,
            "status": RecognitionStatus.VALID.value,
            "remark": draft.remark,
            "created_at": now,
            "version": 1,
        }
        for draft in new
    ]
    _insert(session, Recognition, new, rows)


def _write_reports(session: Session, reports: list[tuple[TitleDraft, ReportDraft]], now: datetime) -> None:
    for _, report in reports:
        if report.id is not None and report.changes:
            years = {"baseline_year": report.baseline_year, "report_year": report.report_year}
            session.execute(update(KpiReport).where(KpiReport.__table__.c.id == report.id).values(**years))
    new = [(title, report) for title, report in reports if report.id is None]
    rows = [
        {
            "project_id": title.project.id,
            "recognition_id": title.id,
            "kind": ReportKind.RECOGNITION.value,
            "basis": Basis.DECLARED.value,
            "baseline_year": report.baseline_year,
            "report_year": report.report_year,
            "created_at": now,
        }
        for title, report in new
    ]
    _insert(session, KpiReport, [report for _, report in new], rows)
    write_values(session, [report for _, report in reports])


def write_values(session: Session, reports: Iterable[ReportDraft]) -> None:
    """Write the new and changed KPI values of reports that have their ids."""
    table = KpiValue.__table__
    rows = []
    for report in reports:
        for code in sorted(report.written):
            value = report.values[code]
            fields = {
                "baseline": value.baseline,
                "current": value.current,
                "measure": value.measure,
                "comparable": comparable(kpi(code).kind, baseline=value.baseline, current=value.current),
            }
            if code in report.stored:
                where = (table.c.report_id == report.id, table.c.kpi_code == code)
                session.execute(
                    update(KpiValue)
                    .where(*where)
                    .values(**fields)
                    .execution_options(synchronize_session=False)
                )
            else:
                rows.append({"report_id": report.id, "kpi_code": code, **fields})
    if rows:
        session.execute(insert(KpiValue), rows)


def _refresh_search(session: Session, plan: Plan) -> None:
    """Rewrite the search text of what is new or changed."""
    touched = (Outcome.NEW, Outcome.CHANGED)
    projects = (row.title.project.id for row in plan.rows if row.title is not None and row.outcome in touched)
    search_index.refresh(session, [project for project in projects if project is not None])
