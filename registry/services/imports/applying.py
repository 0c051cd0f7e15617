"""A plan into the database: bulk inserts and guarded updates in the caller's transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.indicators import comparable
from registry.kpi_definitions import kpi
from registry.models import (
    Document,
    Enterprise,
    EnterpriseName,
    KpiReport,
    KpiValue,
    Project,
    ProjectName,
    Recognition,
)
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.services.imports.asking.memory import store
from registry.services.imports.draft_rows import PORTION, changed_drafts, insert_drafts, update_draft
from registry.services.imports.drafts import (
    DocumentDraft,
    EnterpriseDraft,
    ProjectDraft,
    ReportDraft,
    TitleDraft,
)
from registry.services.imports.event_log import record_import
from registry.services.imports.findings import Outcome
from registry.services.imports.plan import Plan, Progress
from registry.services.imports.stored_reports import chunks
from registry.services.record import codes, search_index
from registry.terms import Basis, RecognitionStatus, ReportKind
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point
from registry.wording import Message

_POINT_COLUMNS = ("typed_lon", "typed_lat", "typed_system", "lon", "lat")


@dataclass
class _Work:
    """The drafts that a plan touches, each once, in file order."""

    enterprises: list[EnterpriseDraft] = field(default_factory=list)
    documents: list[DocumentDraft] = field(default_factory=list)
    titles: list[TitleDraft] = field(default_factory=list)


def apply_plan(
    session: Session,
    actor: Actor,
    plan: Plan,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a plan and its events. Ends in `flush()`.

    Raises InvalidInput when a row is refused (nothing is written then), NotAllowed for those who
    may not import lists, and Conflict when the registry changed since the plan was made.
    """
    require_clean(actor, plan)
    tell = progress or (lambda work, done, of: None)
    work = _collect(plan)
    stamp = now or datetime.now(UTC)
    steps: tuple[Callable[[], None], ...] = (
        partial(write_enterprises, session, work.enterprises, stamp),
        partial(_write_documents, session, work.documents, stamp),
        partial(_write_projects, session, plan.projects, stamp),
        partial(_write_titles, session, work.titles, stamp),
        partial(_write_reports, session, work.titles, stamp),
        partial(record_import, session, actor, plan),
        partial(_refresh_search, session, plan),
        partial(store, session, actor, plan.memory, stamp),
    )
    try:
        for done, step in enumerate(steps, 1):
            step()
            tell(Message("写入"), done, len(steps))
        session.flush()
    except IntegrityError as error:
        raise Conflict(Message("导入期间登记内容被他人改动，未导入任何内容。请重新导入。")) from error


def require_clean(actor: Actor, plan: Plan) -> None:
    """Refuse plans with refused rows, and anybody who may not import lists."""
    require(actor, Permission.LIST_IMPORT)
    if plan.questions:
        raise InvalidInput(Message("有待答复的问题，未导入任何内容。请答复后再导入。"), field="file")
    if plan.refused:
        raise InvalidInput(Message("有被拒绝的行，未导入任何内容。请改正后再导入。"), field="file")


def _collect(plan: Plan) -> _Work:
    work = _Work()
    seen: set[int] = set()

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
    return work


def write_enterprises(session: Session, drafts: list[EnterpriseDraft], now: datetime) -> None:
    """Insert the new enterprises, and give those that had none their code."""
    for draft in changed_drafts(drafts):
        values = {"uscc": draft.uscc, "verified": draft.verified, "name": draft.name, "name_key": draft.name_key}
        update_draft(session, Enterprise, draft, {**values, "updated_at": now})

    def row(draft: EnterpriseDraft) -> dict[str, Any]:
        return {
            "name": draft.name,
            "name_key": draft.name_key,
            "uscc": draft.uscc,
            "verified": draft.verified,
            "is_demo": False,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }

    insert_drafts(session, Enterprise, [draft for draft in drafts if draft.id is None], row)
    _write_former(session, EnterpriseName, "enterprise_id", drafts)


def _write_former(
    session: Session, model: Any, owner: str, drafts: Sequence[EnterpriseDraft] | Sequence[ProjectDraft]
) -> None:
    """The names that enterprises or projects bore; one that is borne again is a former one no longer."""
    for draft in drafts:
        if not draft.former:
            continue
        table = model.__table__
        keys = [name_key(each.name) for each in draft.former]
        mine = table.c[owner] == draft.id
        session.execute(delete(table).where(mine, table.c.name_key.in_([*keys, draft.name_key])))
        rows = {
            name_key(each.name): {
                owner: draft.id,
                "name": each.name,
                "name_key": name_key(each.name),
                "until": each.until,
            }
            for each in draft.former
        }
        session.execute(insert(table), list(rows.values()))


def _write_documents(session: Session, drafts: list[DocumentDraft], now: datetime) -> None:
    for draft in changed_drafts(drafts):
        document, title = Document.__table__, Recognition.__table__
        session.execute(update(Document).where(document.c.id == draft.id).values(announced_on=draft.announced_on))
        # Titles of this document that the file does not name were waiting for the same date.
        session.execute(
            update(Recognition)
            .where(title.c.document_id == draft.id, title.c.announced_on.is_(None))
            .values(announced_on=draft.announced_on)
            .execution_options(synchronize_session=False)
        )

    def row(draft: DocumentDraft) -> dict[str, Any]:
        return {
            "number": draft.number,
            "number_key": draft.number_key,
            "kind": draft.kind,
            "announced_on": draft.announced_on,
            "is_demo": False,
            "created_at": now,
        }

    insert_drafts(session, Document, [draft for draft in drafts if draft.id is None], row)


def _write_projects(session: Session, drafts: list[ProjectDraft], now: datetime) -> None:
    for draft in changed_drafts(drafts):
        values = {**_project_values(draft), "name": draft.name, "name_key": draft.name_key}
        update_draft(session, Project, draft, {**values, "updated_at": now})
    new = [draft for draft in drafts if draft.id is None]
    if not new:
        _write_former(session, ProjectName, "project_id", drafts)
        return
    first = codes.draw(session, "project_code", len(new))
    for number, draft in enumerate(new, first):
        draft.code = codes.project_code(session, number)

    def row(draft: ProjectDraft) -> dict[str, Any]:
        return {
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

    insert_drafts(session, Project, new, row)
    _write_former(session, ProjectName, "project_id", drafts)


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
    for draft in changed_drafts(drafts):
        values = {
            "document_id": draft.document.id,
            "announced_on": draft.announced_on,
            "remark": draft.remark,
        }
        update_draft(session, Recognition, draft, values)

    def row(draft: TitleDraft) -> dict[str, Any]:
        return {
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

    insert_drafts(session, Recognition, [draft for draft in drafts if draft.id is None], row)


def _write_reports(session: Session, titles: list[TitleDraft], now: datetime) -> None:
    reports = {id(title.report): (title, title.report) for title in titles if title.report is not None}
    for _, report in reports.values():
        if report.id is not None and report.changes:
            years = {"baseline_year": report.baseline_year, "report_year": report.report_year}
            session.execute(update(KpiReport).where(KpiReport.__table__.c.id == report.id).values(**years))

    def row(report: ReportDraft) -> dict[str, Any]:
        title = reports[id(report)][0]
        return {
            "project_id": title.project.id,
            "recognition_id": title.id,
            "kind": ReportKind.RECOGNITION.value,
            "basis": Basis.DECLARED.value,
            "baseline_year": report.baseline_year,
            "report_year": report.report_year,
            "created_at": now,
        }

    drafts = [report for _, report in reports.values()]
    insert_drafts(session, KpiReport, [report for report in drafts if report.id is None], row)
    write_values(session, drafts)


def write_values(session: Session, reports: Iterable[ReportDraft]) -> None:
    """Write the new and changed KPI values of reports that have their ids."""
    table: Table = KpiValue.__table__  # type: ignore[assignment]
    rows: list[dict[str, Any]] = []
    for report in reports:
        for code in sorted(report.written):
            fields = _value_fields(code, report.values[code])
            if code in report.stored:
                key = (table.c.report_id == report.id, table.c.kpi_code == code)
                session.connection().execute(update(table).where(*key).values(**fields))
            else:
                rows.append({"report_id": report.id, "kpi_code": code, **fields})
        if len(rows) >= PORTION:
            session.connection().execute(insert(table), rows)
            rows = []
    if rows:
        session.connection().execute(insert(table), rows)


def _value_fields(code: str, value: KpiInput) -> dict[str, Any]:
    return {
        "baseline": value.baseline,
        "current": value.current,
        "measure": value.measure,
        "comparable": comparable(kpi(code).kind, baseline=value.baseline, current=value.current),
    }


def _refresh_search(session: Session, plan: Plan) -> None:
    """Rewrite the search text of what is new or changed, and of all projects of an enterprise with another name."""
    touched = (Outcome.NEW, Outcome.CHANGED)
    projects = (row.title.project.id for row in plan.rows if row.title is not None and row.outcome in touched)
    found = {project for project in projects if project is not None}
    renamed = [enterprise.id for enterprise in plan.enterprises if enterprise.former]
    for ids in chunks([each for each in renamed if each is not None]):
        found.update(session.scalars(select(Project.id).where(Project.enterprise_id.in_(ids))))
    search_index.refresh(session, sorted(found))
