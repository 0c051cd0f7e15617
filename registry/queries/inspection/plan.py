"""The plan of an application's visit as its form begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.inspection import PickOrigin
from registry.errors import NotFound
from registry.models import Application, Inspection, InspectionMember, InspectionPick
from registry.permissions import Actor, Permission, require
from registry.queries.inspection.access import OPEN_STATES, units_of
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An application that is to be visited; `visit_id` and `typed` are those of the visit that is arranged."""

    application_id: int
    number: str
    project_name: str
    enterprise: str
    unit: str
    origin: PickOrigin
    reason: str
    visit_id: int | None
    visits: int
    planned_on: date | None
    typed: dict[str, Any]


def find_plan(session: Session, actor: Actor, application_id: int) -> Plan:
    """The plan; NotFound for what this officer may not arrange or what is not to be visited."""
    require(actor, Permission.INSPECT)
    row = session.execute(
        select(Application, InspectionPick)
        .join(InspectionPick, InspectionPick.application_id == Application.id)
        .where(Application.id == min(application_id, LARGEST_ID), InspectionPick.is_picked, units_of(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    application, pick = row
    visits = session.scalars(
        select(Inspection).where(Inspection.application_id == application.id).order_by(Inspection.number)
    ).all()
    visit = next((item for item in visits if item.state in OPEN_STATES), None)
    typed: dict[str, Any] = {"version": "", "members": [], "lead": "", "day": None}
    if visit is not None:
        team = session.scalars(select(InspectionMember).where(InspectionMember.inspection_id == visit.id)).all()
        typed = {
            "version": str(visit.version),
            "day": visit.planned_on,
            "members": [str(member.account_id) for member in team],
            "lead": next((str(member.account_id) for member in team if member.is_lead), ""),
        }
    return Plan(
        application_id=application.id,
        number=application.number or "",
        project_name=application.project_name,
        enterprise=application.enterprise.name,
        unit=application.unit_code or "",
        origin=PickOrigin(pick.origin),
        reason=pick.reason,
        visit_id=visit.id if visit else None,
        visits=sum(1 for item in visits if item.state not in OPEN_STATES),
        planned_on=visit.planned_on if visit else None,
        typed=typed,
    )
