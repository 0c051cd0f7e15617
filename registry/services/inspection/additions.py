"""Applications that are visited though no draw picked them: added by an officer for a reason, taken back again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.inspection import PickOrigin
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Application, Inspection, InspectionPick
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import units_of
from registry.services.events import Entry, record
from registry.terms import ApplicationStatus
from registry.wording import Message

LONGEST_REASON = 400
_OUT_OF_REACH = Message("没有这份申报，或不在您的办理范围内。")


def add_inspection(session: Session, actor: Actor, number: str, reason: str, *, now: datetime) -> InspectionPick:
    """Have an application visited that no draw picked; it stays marked as an addition, with the reason."""
    application = arranged(session, actor, number=number)
    reason = reason.strip()
    if not reason:
        raise InvalidInput(Message("请写明为什么补充核查。"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(reason), longest=LONGEST_REASON),
            field="reason",
        )
    rules = form_for(application).rules
    if not rules.inspection_list and not rules.inspection_kpis:
        raise InvalidInput(
            Message("这个通知的规则没有写现场核查什么；请市局先在申报规则中填写核查内容。"), field="number"
        )
    pick = session.get(InspectionPick, application.id, with_for_update=True, populate_existing=True)
    if pick is not None and pick.is_picked:
        raise Conflict(Message("%(number)s 已经要核查了。", number=application.number), field="number")
    if pick is None:
        pick = InspectionPick(application_id=application.id)
        session.add(pick)
    pick.is_picked, pick.origin, pick.reason = True, PickOrigin.ADDED.value, reason
    pick.picked_by, pick.picked_at = actor.id or 0, now
    session.flush()
    _event(session, actor, application, "inspection.add", now)
    return pick


def drop_addition(session: Session, actor: Actor, application_id: int, *, now: datetime) -> None:
    """Take an addition back while no visit was arranged for it."""
    application = arranged(session, actor, application_id=application_id)
    pick = session.get(InspectionPick, application.id, with_for_update=True, populate_existing=True)
    if pick is None or not pick.is_picked or pick.origin != PickOrigin.ADDED:
        raise NotAllowed(Message("只有补充的核查可以不再进行，抽中的不可以。"))
    if session.scalars(select(Inspection.id).where(Inspection.application_id == application.id)).first() is not None:
        raise NotAllowed(Message("已经为它安排过核查，不能再撤下。"))
    if pick.draw_id is None:
        session.delete(pick)
    else:
        pick.is_picked, pick.origin, pick.reason = False, PickOrigin.DRAWN.value, ""
    session.flush()
    _event(session, actor, application, "inspection.drop", now)


def arranged(session: Session, actor: Actor, *, application_id: int | None = None, number: str = "") -> Application:
    """A checked application whose inspection this officer may arrange, held to the transaction's end."""
    require(actor, Permission.INSPECT)
    wanted = Application.number == number.strip() if application_id is None else Application.id == application_id
    statement = (
        select(Application)
        .where(wanted, Application.number.is_not(None), units_of(actor))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    application = session.scalars(statement).one_or_none()
    if application is None:
        if application_id is None:
            raise InvalidInput(_OUT_OF_REACH, field="number")
        raise NotFound(_OUT_OF_REACH)
    if application.status != ApplicationStatus.CHECKING:
        raise InvalidInput(
            Message(
                "%(number)s 现在是“%(status)s”，只在市级审核时安排现场核查。",
                number=application.number,
                status=ApplicationStatus(application.status),
            ),
            field="number",
        )
    return application


def _event(session: Session, actor: Actor, application: Application, action: str, now: datetime) -> None:
    # Without the reason: people write names into it, and the record of events keeps them for ever.
    record(session, actor, Entry(action=action, subject_type="application", subject_id=application.id), at=now)
