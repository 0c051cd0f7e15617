"""The visits of an officer or expert in a list: what is to be arranged, to be visited, signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.application_form.inspection import Conclusion, PickOrigin, VisitState
from registry.models import (
    Account,
    Application,
    Enterprise,
    Inspection,
    InspectionMember,
    InspectionPhoto,
    InspectionPick,
)
from registry.permissions import Actor, Permission, require
from registry.queries.inspection.access import OPEN_STATES, units_of
from registry.statuses import shown_to
from registry.terms import ApplicationStatus, Role

PER_PAGE = 50
TABS = ("open", "plan", "done", "all")
_OPEN = [state.value for state in OPEN_STATES]


class Stand(StrEnum):
    """Where a picked application stands."""

    PLAN = "plan"
    OPEN = "open"
    SIGNED = "signed"
    FIX = "fix"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """A picked application with its last visit; `visit_id` is None before one is arranged."""

    application_id: int
    number: str
    project_name: str
    enterprise: str
    unit: str
    status: ApplicationStatus
    origin: PickOrigin
    visit_id: int | None
    visit_number: int
    planned_on: date | None
    state: VisitState | None
    conclusion: Conclusion | None
    fix_by: date | None
    team: tuple[str, ...]
    photos: int

    @property
    def stand(self) -> Stand:
        """What is to be done about it."""
        if self.status is not ApplicationStatus.CHECKING:
            return Stand.OVER
        if self.state in OPEN_STATES:
            return Stand.OPEN
        if self.state is VisitState.SIGNED:
            return Stand.SIGNED if self.conclusion is Conclusion.PASS else Stand.FIX
        return Stand.PLAN


@dataclass(frozen=True, kw_only=True)
class VisitPage:
    """One page of the list with the number of rows of each tab."""

    rows: list[VisitRow]
    counts: dict[str, int]
    number: int

    def pages(self, tab: str) -> int:
        """How many pages a tab has."""
        return max(1, -(-self.counts[tab] // PER_PAGE))


def _rows(actor: Actor) -> Select[InspectionPick, Application, str, Inspection]:
    """Picked applications in reach with their latest visit."""
    later = aliased(Inspection)
    last = (
        select(func.max(later.number)).where(later.application_id == Application.id).correlate(Application)
    ).scalar_subquery()
    statement = (
        select(InspectionPick, Application, Enterprise.name, Inspection)
        .join(Application, Application.id == InspectionPick.application_id)
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .outerjoin(Inspection, and_(Inspection.application_id == Application.id, Inspection.number == last))
        .where(InspectionPick.is_picked)
    )
    if actor.role is Role.EXPERT:
        own = select(InspectionMember.inspection_id).where(InspectionMember.account_id == actor.id)
        return statement.where(Inspection.id.in_(own))
    return statement.where(units_of(actor))


def _in_tab(tab: str) -> list[ColumnElement[bool]]:
    checking = Application.status == ApplicationStatus.CHECKING.value
    is_open = and_(Inspection.state.is_not(None), Inspection.state.in_(_OPEN))
    again = and_(
        Inspection.state == VisitState.SIGNED.value, Inspection.conclusion.in_((Conclusion.FIX, Conclusion.FAIL))
    )
    to_plan = or_(Inspection.id.is_(None), Inspection.state == VisitState.CANCELLED.value, again)
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "open": [checking, is_open],
        "plan": [checking, to_plan],
        "done": [Inspection.state == VisitState.SIGNED.value],
        "all": [],
    }
    return conditions[tab]


def visit_page(session: Session, actor: Actor, tab: str, *, page: int = 1) -> VisitPage:
    """One page of a tab; the number of queries does not depend on what it holds."""
    require(actor, Permission.INSPECT)
    counts = {
        name: session.scalar(select(func.count()).select_from(_rows(actor).where(*_in_tab(name)).subquery())) or 0
        for name in TABS
    }
    statement = (
        _rows(actor)
        .where(*_in_tab(tab))
        .order_by(Inspection.planned_on.is_(None), Inspection.planned_on, Application.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = session.execute(statement).all()
    visits = [visit.id for _pick, _application, _name, visit in found if visit is not None]
    teams, photos = _teams(session, visits), _photos(session, visits)
    rows = [
        VisitRow(
            application_id=application.id,
            number=application.number or "",
            project_name=application.project_name,
            enterprise=name,
            unit=application.unit_code or "",
            status=shown_to(actor.role, ApplicationStatus(application.status)),
            origin=PickOrigin(pick.origin),
            visit_id=visit.id if visit else None,
            visit_number=visit.number if visit else 0,
            planned_on=visit.planned_on if visit else None,
            state=VisitState(visit.state) if visit else None,
            conclusion=Conclusion(visit.conclusion) if visit and visit.conclusion else None,
            fix_by=visit.fix_by if visit else None,
            team=teams.get(visit.id, ()) if visit else (),
            photos=photos.get(visit.id, 0) if visit else 0,
        )
        for pick, application, name, visit in found
    ]
    return VisitPage(rows=rows, counts=counts, number=page)


def _teams(session: Session, visits: Iterable[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(InspectionMember.inspection_id, Account.name)
        .join(Account, Account.id == InspectionMember.account_id)
        .where(InspectionMember.inspection_id.in_(list(visits)))
        .order_by(InspectionMember.inspection_id, InspectionMember.is_lead.desc(), Account.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for visit, name in rows:
        found[visit] = (*found.get(visit, ()), name)
    return found


def _photos(session: Session, visits: Iterable[int]) -> dict[int, int]:
    rows = session.execute(
        select(InspectionPhoto.inspection_id, func.count())
        .where(InspectionPhoto.inspection_id.in_(list(visits)), InspectionPhoto.removed_at.is_(None))
        .group_by(InspectionPhoto.inspection_id)
    )
    return {visit: count for visit, count in rows}  # noqa: C416
