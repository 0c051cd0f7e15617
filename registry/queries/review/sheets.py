"""Criteria sheets of many applications: what is claimed, what officers found, and what the sheet says as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Form
from registry.application_form.window import beijing_day
from registry.declaration.criteria import Found, findings
from registry.declaration.kpis import KpiReading
from registry.models import Application, Attachment, Snapshot
from registry.permissions import Actor
from registry.queries.applications.access import form_for, visible
from registry.queries.inspection.standing import verified_by_application
from registry.queries.review.queue_scope import in_reach
from registry.statuses import may_fill_sheet
from registry.terms import ApplicationStatus, AttachmentKind
from registry.values.kpi_checks import KpiInput

YES, NO = "yes", "no"


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One criterion: what is known of it, the officers' answer ('' while there is none) and why it is not met."""

    found: Found
    answer: str
    reason: str

    @property
    def code(self) -> str:
        """Code of the criterion."""
        return self.found.item.code

    @property
    def fails(self) -> bool:
        """Whether the criterion is not met by what is on record: nobody passes it in a lump."""
        return self.found.is_met is False


@dataclass(frozen=True)
class Tally:
    """How far a sheet is."""

    of: int
    met: int
    refused: int

    @property
    def blank(self) -> int:
        """Criteria without an answer."""
        return self.of - self.met - self.refused

    @property
    def all_met(self) -> bool:
        """Whether nothing stands against a recommendation."""
        return self.met == self.of


@dataclass(frozen=True, kw_only=True)
class SheetCase:
    """The sheet of one application with what names it; `mark` tells this state of it from any other."""

    id: int
    version: int
    mark: str
    number: str
    project: str
    enterprise: str
    uscc: str
    unit: str
    call_id: int
    call_title: str
    category: str
    status: ApplicationStatus
    rank: int | None
    letter_number: str
    snapshot: int
    rows: list[SheetRow]
    photos: int
    missing: tuple[tuple[str, int], ...]
    may_fill: bool

    @property
    def tally(self) -> Tally:
        """How far the sheet is."""
        return tally([row.answer for row in self.rows])


def tally(answers: Sequence[str]) -> Tally:
    """A sheet in figures."""
    return Tally(len(answers), answers.count(YES), answers.count(NO))


def rest_met(rows: Sequence[SheetRow], given: Mapping[str, str]) -> dict[str, str]:
    """The answers after the button 其余全部符合: existing ones stay, and what fails by the record stays blank."""
    answers = {row.code: given.get(row.code) or row.answer for row in rows}
    return {row.code: answers[row.code] or ("" if row.fails else YES) for row in rows}


def sheet_rows(
    application: Application,
    form: Form,
    answers: Mapping[str, str],
    declared: Mapping[str, KpiInput],
    verified: Mapping[str, KpiInput],
) -> list[SheetRow]:
    """The sheet of an application whose version and form are at hand."""
    return [
        SheetRow(
            found=found,
            answer=application.criteria.get(found.item.code, ""),
            reason=application.criteria_reasons.get(found.item.code, ""),
        )
        for found in findings(form, answers, declared, verified)
    ]


def load_sheets(session: Session, actor: Actor, ids: Sequence[int], *, now: datetime) -> list[SheetCase]:
    """The sheets of applications in the actor's reach, in the order of the ids (four queries)."""
    newest = (
        select(Snapshot.application_id, func.max(Snapshot.number).label("number"))
        .where(Snapshot.application_id.in_(ids))
        .group_by(Snapshot.application_id)
        .subquery()
    )
    statement = (
        select(Application, Snapshot.answers, Snapshot.number)
        .join(newest, newest.c.application_id == Application.id)
        .join(Snapshot, (Snapshot.application_id == Application.id) & (Snapshot.number == newest.c.number))
        .where(in_reach(actor), Application.id.in_(ids))
        .options(joinedload(Application.enterprise), joinedload(Application.call), joinedload(Application.call_form))
    )
    verified, files = verified_by_application(session, ids), _files(session, ids)
    found, forms = {}, dict[int, Form]()
    for application, answers, number in session.execute(statement):
        if application.call_form_id not in forms:
            forms[application.call_form_id] = form_for(application)
        form = forms[application.call_form_id]
        reading = KpiReading(form, answers, beijing_day(now))
        reading.kpis()
        rows = sheet_rows(application, form, answers, reading.declared.kpis, verified.get(application.id, {}))
        found[application.id] = _case(actor, application, form, rows, number, files.get(application.id, {}))
    return [found[identifier] for identifier in dict.fromkeys(ids) if identifier in found]


def _case(
    actor: Actor,
    application: Application,
    form: Form,
    rows: list[SheetRow],
    number: int,
    files: Mapping[str, int],
) -> SheetCase:
    lacks = [(item.kind.value, item.at_least - files.get(item.kind.value, 0)) for item in form.rules.files]
    status = ApplicationStatus(application.status)
    return SheetCase(
        id=application.id,
        version=application.version,
        mark=mark_of(application, number),
        number=application.number or "",
        project=application.project_name,
        enterprise=application.enterprise.name,
        uscc=application.enterprise.uscc or "",
        unit=application.unit_code or "",
        call_id=application.call_id,
        call_title=application.call.title,
        category=application.call.category_code,
        status=status,
        rank=application.rank,
        letter_number=application.letter_number,
        snapshot=number,
        rows=rows,
        photos=files.get(AttachmentKind.PHOTO.value, 0),
        missing=tuple((kind, count) for kind, count in lacks if count > 0),
        may_fill=may_fill_sheet(actor.role, status) and bool(rows),
    )


def mark_of(application: Application, snapshot: int) -> str:
    """A short text that changes with all that a sheet is about: version of the form, state, answers, reasons, rank.

    Who handles the application, and notes, do not belong to it: a sheet that was filled elsewhere meanwhile is not
    out of date because of them.
    """
    parts = (
        application.id,
        snapshot,
        application.status,
        application.rank,
        sorted(application.criteria.items()),
        sorted(application.criteria_reasons.items()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8].upper()


def sheet_of(session: Session, actor: Actor, application_id: int, *, now: datetime) -> list[SheetRow]:
    """The sheet of one application; NotFound out of scope."""
    visible(session, actor, application_id)
    return load_sheets(session, actor, [application_id], now=now)[0].rows


def _files(session: Session, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(Attachment.application_id, Attachment.kind, func.count())
        .where(Attachment.application_id.in_(ids), Attachment.removed_at.is_(None))
        .group_by(Attachment.application_id, Attachment.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for application_id, kind, count in rows:
        found.setdefault(application_id, {})[kind] = count
    return found
