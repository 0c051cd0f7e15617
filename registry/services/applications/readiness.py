"""Whether an application may be submitted: what is wrong in the form, which rules of the call stand against it.

The page "核对" and the step itself (`services.review`) ask here, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Form, file_field
from registry.application_form.eligibility import Obstacle
from registry.declaration import Declared, Fault
from registry.declaration.reading import FaultKind
from registry.models import Application, Attachment
from registry.queries.applications.access import check_application, form_for
from registry.queries.calls.waived import is_waived
from registry.services.calls.managing import eligibility, is_open
from registry.terms import ApplicationStatus, AttachmentKind, CallRule
from registry.wording import Message

TOO_LATE = Message("申报已经截止，不能再提交。草稿仍然保留；如有特殊情况，请联系所在板块。")


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """`faults` at their fields (obstacles of the call among them, at the project's name); `doubts` refuse
    nothing; `is_late`: the deadline of the unit is over and was not waived."""

    faults: list[Fault]
    doubts: list[Fault]
    obstacles: list[Obstacle]
    declared: Declared
    is_late: bool


def readiness(session: Session, application: Application, *, now: datetime) -> Readiness:
    """All that stands against submission, except the second person's confirmation."""
    form = form_for(application)
    rules = form.rules
    checked = check_application(session, application, now=now)
    faults = list(checked.faults)
    if is_waived(session, application, CallRule.CRITERIA):
        faults = [
            fault for fault in faults if not fault.field.startswith("criterion-") or fault.kind is FaultKind.MISSING
        ]
    declared_unit = checked.declared.unit
    if application.rank is not None and declared_unit not in (None, application.unit_code):
        # The rank is one of its unit's letter: no other unit has recommended it.
        moved = Message("原板块已经推荐，不能改到别的板块；确需更改的，请撤回后重新申报")
        faults.append(Fault("unit", form.by_name["unit"].label, moved))
    faults += _without_caption(session, application, form)
    obstacles = eligibility(
        session,
        call=application.call,
        rules=rules,
        enterprise_id=application.enterprise_id,
        project_id=application.project_id,
        established_on=checked.declared.established_on,
        now=now,
        counted_application_id=application.id,
    )
    faults += [Fault("project_name", Message("申报条件"), item.sentence) for item in obstacles if not item.waived]
    return Readiness(
        faults=faults,
        doubts=checked.doubts,
        obstacles=obstacles,
        declared=checked.declared,
        is_late=is_late(session, application, checked.declared.unit, now),
    )


def _without_caption(session: Session, application: Application, form: Form) -> list[Fault]:
    """Photos from the time when their caption was left to choice."""
    name = file_field(AttachmentKind.PHOTO)
    bare = session.scalars(
        select(Attachment.filename)
        .where(
            Attachment.application_id == application.id,
            Attachment.kind == AttachmentKind.PHOTO.value,
            Attachment.removed_at.is_(None),
            Attachment.caption == "",
        )
        .order_by(Attachment.id)
    )
    label = form.by_name[name].label if name in form.by_name else AttachmentKind.PHOTO.zh
    return [
        Fault(name, label, Message("照片“%(filename)s”没有说明；请补写一句", filename=filename)) for filename in bare
    ]


def is_late(session: Session, application: Application, unit: str | None, now: datetime) -> bool:
    """Whether a draft comes too late; a returned application keeps its place in the call."""
    if application.status != ApplicationStatus.DRAFT or unit is None:
        return False
    return not is_open(application.call, unit, now) and not is_waived(session, application, CallRule.DEADLINE)
