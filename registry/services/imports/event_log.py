"""The events of an import: one for each row that does something, and one for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from registry.indicators import plain
from registry.permissions import Actor
from registry.services.events import Entry, record, record_many
from registry.services.imports.drafts import DocumentDraft, EnterpriseDraft, TitleDraft
from registry.services.imports.findings import Outcome
from registry.services.imports.kpis.planning import KpiPlan
from registry.services.imports.plan import Plan
from registry.services.imports.sheets.row_numbers import place
from registry.values.kpi_checks import KpiInput
from registry.values.places import Point

_PORTION = 1_000
_WITHHELD = frozenset({"remark"})
"""Free text may name persons; the event only says that it was changed."""
_PROJECT_FIELDS = ("unit_code", "division_code", "town", "address", "industry_code", "point")


def record_import(session: Session, actor: Actor, plan: Plan) -> None:
    """Write the events of an applied list of titles; an import that changes nothing leaves none."""
    record_rows(
        session, actor, _entries(plan), Entry(action="import.projects", subject_type="import", note=plan.summary())
    )


def record_kpi_import(session: Session, actor: Actor, plan: KpiPlan) -> None:
    """Write the events of an applied list of KPI values."""
    entries = (
        Entry(
            action="import.kpis",
            subject_type="project",
            subject_id=row.key[0],
            changes={
                "report": (None, [row.report.id, row.key[2], row.key[3]]),
                **{
                    f"kpi.{code}": _pair("kpi", None, row.report.values[code])
                    for code in (sorted(row.report.written) if row.is_new else ())
                },
                **{name: _pair(name, before, after) for name, (before, after) in row.changes.items()},
            },
            note=place(row.number),
        )
        for row in plan.reports
        if row.report is not None and row.key is not None and (row.is_new or row.changes)
    )
    record_rows(session, actor, entries, Entry(action="import.kpis", subject_type="import", note=plan.summary()))


def record_rows(session: Session, actor: Actor, entries: Iterator[Entry], whole: Entry) -> None:
    """Write an event for each row that did something, and one for the whole; nothing where no row did."""
    written = False
    while portion := list(islice(entries, _PORTION)):
        record_many(session, actor, portion)
        written = True
    if written:
        record(session, actor, whole)


def _entries(plan: Plan) -> Iterator[Entry]:
    yield from renames(plan)
    named: set[int] = set()
    for row in plan.rows:
        title = row.title
        if title is None or row.outcome not in (Outcome.NEW, Outcome.CHANGED):
            continue
        changes = {name: pair for name, pair in row.changes.items() if pair[0] != pair[1]}
        if row.is_new:
            changes |= {name: (None, value) for name, value in _created(title, named)}
        yield Entry(
            action="import.create" if row.is_new else "import.change",
            subject_type="project",
            subject_id=title.project.id,
            changes={name: _pair(name, before, after) for name, (before, after) in changes.items()},
            note=place(row.number),
        )


def renames(plan: Plan) -> Iterator[Entry]:
    """The names that enterprises take or are known to have borne."""
    for enterprise in plan.enterprises:
        for former in enterprise.former:
            renamed = "name" in enterprise.changes and former.name == enterprise.changes["name"][0]
            yield Entry(
                action="import.change",
                subject_type="enterprise",
                subject_id=enterprise.id,
                changes={"name": (former.name, enterprise.name)} if renamed else {"former_name": (None, former.name)},
                note="；".join(filter(None, [former.document, former.until.isoformat() if former.until else ""])),
            )


def _created(title: TitleDraft, named: set[int]) -> Iterator[tuple[str, Any]]:
    """What a new title brings, and its project when that is new too (said once)."""
    yield "recognition.category", title.category_code
    yield "recognition.year", title.year
    yield "recognition.document", title.document
    if title.report is not None:
        yield "kpis", sorted(title.report.written)
    project = title.project
    if "unit_code" in project.changes and project.changes["unit_code"][0] == "" and id(project) not in named:
        named.add(id(project))
        yield "project.code", project.code
        yield "project.name", project.name
        yield "project.enterprise", project.enterprise
        for name in _PROJECT_FIELDS:
            if getattr(project, name) not in (None, ""):
                yield f"project.{name}", getattr(project, name)


def _pair(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    if name in _WITHHELD:
        return (bool(before), bool(after))
    return (_plain(before), _plain(after))


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, (DocumentDraft, EnterpriseDraft)):
        return value.number if isinstance(value, DocumentDraft) else value.name
    if isinstance(value, Point):
        return [value.typed_lon, value.typed_lat, value.typed_system]
    if isinstance(value, KpiInput):
        return [_plain(value.baseline), _plain(value.current), value.measure]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
