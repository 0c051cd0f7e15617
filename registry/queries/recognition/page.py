"""One recognition document with everything that its confirmation makes public, and its annex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from registry.application_form.window import beijing_day
from registry.errors import NotFound
from registry.models import (
    Account,
    Application,
    Call,
    Category,
    Enterprise,
    Event,
    Project,
    Publication,
    ReportingUnit,
    Snapshot,
)
from registry.names import document_year, is_document_number
from registry.purposes import Outcome, PublicationKind
from registry.queries.recognition.again import changed_since, judged_in
from registry.queries.recognition.ladder import converted_in
from registry.queries.recognition.listing import PublicationRow, joined_rows, row_of, taken_applications
from registry.queries.recognition.ready import waiting
from registry.queries.review.summary import Awarded, SummaryRow, declared_rows
from registry.terms import ApplicationStatus, PublicationState
from registry.wording import Message, Named


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One title of a document: what becomes public. `project_code` is '' for a new project, `hindrance` says
    why it cannot be confirmed."""

    application_id: int | None
    number: str
    enterprise: str
    name: str
    unit: str
    town: str
    address: str
    industry: str
    products: str
    summary: str
    project_code: str = ""
    name_before: str = ""
    rank: int | None = None
    lon: float | None = None
    lat: float | None = None
    hindrance: str = ""
    outcome: Outcome | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitGroup:
    """The titles of one reporting unit."""

    code: str
    rows: list[ItemRow]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who did what about the document, and when."""

    at: datetime
    action: str
    role: str
    name: str
    note: str


@dataclass(frozen=True, kw_only=True)
class PublicationPage:
    """A document with all that its confirmation makes public."""

    row: PublicationRow
    organ: str
    filename: str
    version: int
    prepared_by_id: int
    call_title: str
    groups: list[UnitGroup]
    steps: list[Step] = field(default_factory=list)

    @property
    def hindrances(self) -> list[str]:
        """What stands against confirming."""
        return [
            Message("%(number)s“%(name)s”：%(hindrance)s", number=row.number, name=row.name, hindrance=row.hindrance)
            for group in self.groups
            for row in group.rows
            if row.hindrance
        ]

    @property
    def doubts(self) -> list[str]:
        """Codes of what a second person should compare with the paper."""
        stated = document_year(self.row.number)
        found = []
        if not is_document_number(self.row.number):
            found.append("number")
        if stated is not None and stated != self.row.announced_on.year:
            found.append("year")
        if not self.filename:
            found.append("file")
        return found


def proposed_of(session: Session, call_id: int, *, today: date) -> list[ItemRow]:
    """Applications of a call that stand in no prepared document, by unit and rank: those that a document may
    recognise, and with a `hindrance` those that have to wait."""
    taken = taken_applications(session)
    found = {each.application_id: each for each in waiting(session, today=today, call_id=call_id)}
    rows = _applications(session, [each for each in found if each not in taken])
    return [replace(row, hindrance=found[row.application_id or 0].hindrance) for row in rows]


def find_publication(session: Session, publication_id: int, *, today: date) -> PublicationPage:
    """One document; raises NotFound."""
    found = session.execute(joined_rows().where(Publication.id == publication_id)).one_or_none()
    if found is None:
        raise NotFound(Message("没有这份认定文件。"))
    publication: Publication = found[0]
    rows = item_rows(session, publication, today=today)
    call = session.get(Call, publication.call_id) if publication.call_id else None
    return PublicationPage(
        row=row_of(*found),
        organ=publication.organ,
        filename=publication.filename,
        version=publication.version,
        prepared_by_id=publication.prepared_by,
        call_title=call.title if call else "",
        groups=by_unit(session, rows),
        steps=_steps(session, publication_id),
    )


def file_of(session: Session, publication_id: int) -> tuple[str, str, str]:
    """(storage name, media type, filename) of the scanned document; raises NotFound."""
    publication = session.get(Publication, publication_id)
    if publication is None or not publication.storage_name:
        raise NotFound(Message("这份认定文件没有上传原文。"))
    return publication.storage_name, publication.media_type, publication.filename


def item_rows(session: Session, publication: Publication, *, today: date) -> list[ItemRow]:
    """What a document recognises, confirms or revokes, in its order."""
    if publication.kind == PublicationKind.RE_EVALUATION:
        return _judged(session, publication)
    if publication.kind == PublicationKind.MAPPING:
        return _converted(session, publication)
    if publication.call_id is not None:
        ids = [item["application"] for item in publication.items]
        rows = {row.application_id: row for row in _applications(session, ids, publication.state)}
        found = [rows[each] for each in ids if each in rows]
        if publication.state == PublicationState.PREPARED.value:
            found = _held_back(session, publication.call_id, found, today)
        return found
    codes = _codes(session, [item["project"] for item in publication.items if item["project"]])
    return [
        ItemRow(
            application_id=None, number=f"{item['row']}", enterprise=item["enterprise"], name=item["name"],
            unit=codes.get(item["project"], ("", "", item["unit"]))[2], town=item["town"], address=item["address"],
            industry=item["industry"], products="", summary="",
            project_code=codes.get(item["project"], ("",))[0],
            name_before=codes[item["project"]][1] if item["project"] in codes else "",
        )
        for item in publication.items
    ]  # fmt: skip


def _held_back(session: Session, call_id: int, rows: list[ItemRow], today: date) -> list[ItemRow]:
    """The rows with what stands against each now: another state, a notice that runs, an objection."""
    fit = {each.application_id: each.hindrance for each in waiting(session, today=today, call_id=call_id)}
    return [replace(row, hindrance=fit[row.application_id]) if row.application_id in fit else row for row in rows]


def _judged(session: Session, publication: Publication) -> list[ItemRow]:
    is_waiting = publication.state == PublicationState.PREPARED
    changed = set(changed_since(session, publication)) if is_waiting else set()
    return [
        ItemRow(
            application_id=None, number=row.number, enterprise=row.enterprise, name=row.name, unit=row.unit, town="",
            address="", industry="", products="", summary="", project_code=row.code, outcome=row.outcome,
            reason=row.reason, hindrance=Message("结论有改动") if row.subject_id in changed else "",
        )
        for row in judged_in(session, publication)
    ]  # fmt: skip


def _converted(session: Session, publication: Publication) -> list[ItemRow]:
    return [
        ItemRow(
            application_id=None, number=f"{row.year or ''}", enterprise=row.enterprise, name=row.name, unit=row.unit,
            town="", address="", industry="", products="", summary="", project_code=row.code,
        )
        for row in converted_in(session, publication)
    ]  # fmt: skip


def _codes(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    statement = select(Project.id, Project.code, Project.name, Project.unit_code).where(Project.id.in_(ids))
    return {row.id: (row.code, row.name, row.unit_code) for row in session.execute(statement)}


def _applications(session: Session, ids: Sequence[int], state: str = "") -> list[ItemRow]:
    newest = (
        select(Snapshot.application_id, func.max(Snapshot.number).label("number"))
        .where(Snapshot.application_id.in_(ids))
        .group_by(Snapshot.application_id)
        .subquery()
    )
    statement = (
        select(Application, Enterprise.name, Snapshot.answers, Project.code, Project.name)
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .join(newest, newest.c.application_id == Application.id)
        .join(Snapshot, (Snapshot.application_id == Application.id) & (Snapshot.number == newest.c.number))
        .join(ReportingUnit, ReportingUnit.code == Application.unit_code)
        .outerjoin(Project, Project.id == Application.project_id)
        .options(defer(Application.answers))
        .order_by(ReportingUnit.position, Application.rank.is_(None), Application.rank, Application.id)
    )
    return [_application(*found, state) for found in session.execute(statement)]


def _application(
    application: Application, enterprise: str, answers: dict[str, str], code: str | None, before: str | None, state: str
) -> ItemRow:
    status = ApplicationStatus(application.status)
    name = answers.get("project_name", application.project_name)
    is_waiting = state != PublicationState.CONFIRMED.value
    return ItemRow(
        application_id=application.id,
        number=application.number or "",
        enterprise=enterprise,
        name=name,
        unit=application.unit_code or "",
        town=answers.get("town", ""),
        address=answers.get("address", ""),
        industry=application.industry_code or "",
        products=answers.get("products", ""),
        summary=answers.get("summary", ""),
        project_code=code or "",
        name_before=before if before is not None and before != name else "",
        rank=application.rank,
        lon=application.lon,
        lat=application.lat,
        # What may be recognised after all is looked up for all rows at once.
        hindrance=Named(status.zh, status.en) if is_waiting else "",
    )


def by_unit(session: Session, rows: Sequence[ItemRow]) -> list[UnitGroup]:
    """Rows in groups, in the bureau's order of units."""
    codes = session.scalars(select(ReportingUnit.code).order_by(ReportingUnit.position))
    groups = [UnitGroup(code=code, rows=[row for row in rows if row.unit == code]) for code in codes]
    return [group for group in groups if group.rows]


def _steps(session: Session, publication_id: int) -> list[Step]:
    statement = (
        select(Event.at, Event.action, Event.actor_role, Account.name, Event.note)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.subject_type == "publication", Event.subject_id == publication_id)
        .order_by(Event.id)
    )
    return [
        Step(at=at, action=action, role=role, name=name or "", note=note)
        for at, action, role, name, note in session.execute(statement)
    ]


def annex_rows(session: Session, publication_id: int, *, now: datetime) -> tuple[str, list[SummaryRow], Awarded]:
    """(title of the sheet, rows of the official annex, its document), as it is or was submitted."""
    page = find_publication(session, publication_id, today=beijing_day(now))
    category, year = session.get_one(Category, page.row.category).name, page.row.year
    items = [row for group in page.groups for row in group.rows]
    ids = [row.application_id for row in items if row.application_id is not None]
    rows = declared_rows(session, ids, today=beijing_day(now))
    rows += [
        SummaryRow(enterprise=row.enterprise, project=row.name, unit=row.unit)
        for row in items
        if row.application_id is None
    ]
    rows = [replace(row, category=category, year=year) for row in rows]
    awarded = Awarded(document=page.row.number, announced_on=page.row.announced_on)
    return f"{year}年{category}名单（{page.row.number}）", rows, awarded
