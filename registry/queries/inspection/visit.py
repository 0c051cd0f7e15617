"""One visit with all that its page shows: the sheet, declared values beside verified ones, team, photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form.inspection import Conclusion, Sheet, VisitState, sheet_of
from registry.application_form.window import beijing_day
from registry.declaration.inspecting import VisitChecked, check_visit
from registry.models import Account, Application, Inspection, InspectionMember, InspectionPhoto, InspectionPick
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import OPEN_STATES, visible_visit, why_closed
from registry.queries.inspection.declared import declared_inputs, standing_answers
from registry.terms import ApplicationStatus, Role
from registry.values.kpi_checks import KpiInput


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of the team."""

    account_id: int
    name: str
    role: Role
    is_lead: bool


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo of the visit."""

    id: int
    key: str
    caption: str
    taken_at: datetime | None
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Everything of the sheet's page."""

    id: int
    number: int
    version: int
    application_id: int
    application_number: str
    project_name: str
    enterprise: str
    unit: str
    address: str
    planned_on: date
    state: VisitState
    conclusion: Conclusion | None
    fix_by: date | None
    cancelled_for: str
    signed_at: datetime | None
    closed: str
    sheet: Sheet
    answers: Mapping[str, str]
    declared: Mapping[str, KpiInput]
    checked: VisitChecked
    members: list[Member]
    photos: list[Photo]
    may_sign: bool
    may_arrange: bool

    @property
    def lead(self) -> str:
        """Who signs."""
        return next((member.name for member in self.members if member.is_lead), "")


@dataclass(frozen=True, kw_only=True)
class VisitOfCase:
    """A visit as the page of its application lists it."""

    id: int
    number: int
    planned_on: date
    state: VisitState
    conclusion: Conclusion | None


@dataclass(frozen=True, kw_only=True)
class InspectionOfCase:
    """What the page of an application says about inspections; `obstacle` is why it cannot be proposed."""

    is_picked: bool
    obstacle: str
    visits: list[VisitOfCase]


def find_visit(session: Session, actor: Actor, visit_id: int, *, now: datetime) -> Visit:
    """A visit in this actor's reach; NotFound otherwise."""
    row = visible_visit(session, actor, visit_id)
    application = row.application
    sheet = sheet_of(form_for(application).rules)
    declared = declared_inputs(session, application, declaration.load_choices(session))
    members = [
        Member(account_id=member.account_id, name=account.name, role=Role(account.role), is_lead=member.is_lead)
        for member, account in session.execute(
            select(InspectionMember, Account)
            .join(Account, Account.id == InspectionMember.account_id)
            .where(InspectionMember.inspection_id == row.id)
            .order_by(InspectionMember.is_lead.desc(), Account.id)
        )
    ]
    photos = [
        Photo(id=photo.id, key=photo.key, caption=photo.caption, taken_at=photo.taken_at, by=name, at=photo.created_at)
        for photo, name in session.execute(
            select(InspectionPhoto, Account.name)
            .join(Account, Account.id == InspectionPhoto.uploaded_by)
            .where(InspectionPhoto.inspection_id == row.id, InspectionPhoto.removed_at.is_(None))
            .order_by(InspectionPhoto.id)
        )
    ]
    closed = why_closed(row, application)
    answers = standing_answers(row, declared)
    return Visit(
        id=row.id,
        number=row.number,
        version=row.version,
        application_id=application.id,
        application_number=application.number or "",
        project_name=application.project_name,
        enterprise=application.enterprise.name,
        unit=application.unit_code or "",
        address=application.answers.get("address", ""),
        planned_on=row.planned_on,
        state=VisitState(row.state),
        conclusion=Conclusion(row.conclusion) if row.conclusion else None,
        fix_by=row.fix_by,
        cancelled_for=row.cancelled_for,
        signed_at=row.signed_at,
        closed=closed,
        sheet=sheet,
        answers=answers,
        declared=declared,
        checked=check_visit(sheet, answers, declared, today=beijing_day(row.signed_at or now)),
        members=members,
        photos=photos,
        may_sign=not closed and any(item.is_lead and item.account_id == actor.id for item in members),
        may_arrange=actor.role is not Role.EXPERT and row.state in OPEN_STATES,
    )


def of_case(session: Session, application: Application, obstacle: str) -> InspectionOfCase | None:
    """What the page of an application says; None where no inspection is asked for."""
    pick = session.get(InspectionPick, application.id)
    if pick is None and not obstacle:
        return None
    rows = session.scalars(
        select(Inspection).where(Inspection.application_id == application.id).order_by(Inspection.number)
    )
    visits = [
        VisitOfCase(
            id=row.id,
            number=row.number,
            planned_on=row.planned_on,
            state=VisitState(row.state),
            conclusion=Conclusion(row.conclusion) if row.conclusion else None,
        )
        for row in rows
    ]
    is_checked = application.status == ApplicationStatus.CHECKING
    return InspectionOfCase(
        is_picked=pick is not None and pick.is_picked, obstacle=obstacle if is_checked else "", visits=visits
    )
