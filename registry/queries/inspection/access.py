"""Which visits exist for whom: a district sees those of its unit, the city all, an expert those of own teams."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from registry.application_form.inspection import VisitState
from registry.errors import NotFound
from registry.models import Application, Inspection, InspectionMember
from registry.permissions import Actor, Permission, require
from registry.terms import ApplicationStatus, Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

GONE = Message("没有这次核查，或不在您的办理范围内。")
OPEN_STATES = (VisitState.PLANNED, VisitState.VISITED)


def units_of(actor: Actor) -> ColumnElement[bool]:
    """Condition on applications whose inspections an officer may arrange."""
    if actor.role is Role.MUNICIPAL_REVIEWER:
        return true()
    return Application.unit_code == actor.unit if actor.role is Role.DISTRICT_REVIEWER else false()


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """Condition on visits (joined with their applications) that exist for somebody."""
    if actor.role is Role.EXPERT:
        own = select(InspectionMember.inspection_id).where(InspectionMember.account_id == actor.id)
        return Inspection.id.in_(own)
    return units_of(actor)


def visible_visit(session: Session, actor: Actor, visit_id: int, *, lock: bool = False) -> Inspection:
    """A visit in this actor's reach; NotFound otherwise. `lock` holds it and its application to the end."""
    require(actor, Permission.INSPECT)
    if visit_id > LARGEST_ID:
        raise NotFound(GONE)
    found = session.execute(
        select(Inspection.application_id)
        .join(Application, Application.id == Inspection.application_id)
        .where(Inspection.id == visit_id, in_reach(actor))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(GONE)
    if lock:
        # The application is locked first, as steps of the workflow do, so that no two transactions wait for each other.
        session.get_one(Application, found, with_for_update=True, populate_existing=True)
    return session.get_one(Inspection, visit_id, with_for_update=lock, populate_existing=lock)


def why_closed(visit: Inspection, application: Application) -> str:
    """Why nothing may be entered on a sheet now; '' while it is open."""
    if visit.state == VisitState.SIGNED:
        return Message("这次核查已经签字，不能再改。")
    if visit.state == VisitState.CANCELLED:
        return Message("这次核查已经取消，不能再填。")
    status = ApplicationStatus(application.status)
    if status is ApplicationStatus.RETURNED:
        return Message("申报已退回企业修改，核查暂停；重新提交后再填。")
    if status is not ApplicationStatus.CHECKING:
        return Message("申报现在是“%(status)s”，核查已经结束，不能再填。", status=status)
    return ""
