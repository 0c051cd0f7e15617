"""What was done for enterprises: diagnoses, matchmaking, visits, entered beside a project."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotFound
from registry.kinds import ServiceKind
from registry.models import Project, ServiceEvent
from registry.permissions import Actor
from registry.services.record.checks import require_past
from registry.services.record.relations import checked_text, kept, named, report
from registry.terms import ProjectType
from registry.wording import Message


def record_service(
    session: Session, actor: Actor, project: Project, kind: ServiceKind, *, held_on: date | None, supplier_code: str,
    summary: str, now: datetime,
) -> ServiceEvent:  # fmt: skip
    """Write down a diagnosis, a matchmaking or a visit at a project, of a supplier where one is named."""
    project = kept(session, actor, project)
    if held_on is None:
        raise InvalidInput(Message("请填写活动日期。"), field="held_on")
    require_past(held_on, now=now, field="held_on")
    supplier = named(session, supplier_code, (ProjectType.SUPPLIER,), field="supplier") if supplier_code else None
    text = checked_text(summary, longest=1000, field="told")
    is_supplier = project.type == ProjectType.SUPPLIER and supplier is None
    made = ServiceEvent(
        kind=kind.value,
        held_on=held_on,
        supplier_id=project.id if is_supplier else (supplier.id if supplier else None),
        project_id=None if is_supplier else project.id,
        summary=text,
    )
    session.add(made)
    report(session, actor, "service_event.add", project, {kind.value: (None, held_on.isoformat())}, now)
    return made


def remove_service(session: Session, actor: Actor, project: Project, event_id: int, *, now: datetime) -> None:
    """Take away a service that was entered in error."""
    project = kept(session, actor, project)
    found = session.get(ServiceEvent, event_id)
    if found is None or project.id not in (found.project_id, found.supplier_id):
        raise NotFound(Message("没有这项服务活动，请刷新后查看。"))
    session.delete(found)
    report(session, actor, "service_event.remove", project, {found.kind: (found.held_on.isoformat(), None)}, now)
