"""The signature of a visit: it freezes the sheet under its conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form.inspection import Conclusion, VisitState, sheet_of
from registry.application_form.window import beijing_day
from registry.declaration import Fault
from registry.declaration.inspecting import VisitChecked, check_visit
from registry.declaration.verified import stored
from registry.errors import InvalidInput, NotAllowed
from registry.models import Inspection
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import visible_visit, why_closed
from registry.queries.inspection.declared import declared_inputs, standing_answers
from registry.services.inspection.sheet import Change, save_sheet
from registry.services.inspection.visits import move, report, require_version, tell_enterprise
from registry.wording import Message


class NotSigned(InvalidInput):
    """A sheet that cannot be signed: every fault at its field."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(Message("有 %(n)s 处没有填好，还没有签字。", n=len(faults)))
        self.faults = faults


def sign_visit(
    session: Session,
    actor: Actor,
    visit_id: int,
    changes: Mapping[str, Change],
    *,
    seen_version: int,
    now: datetime,
) -> Inspection:
    """Take over the last changes and freeze the sheet under its conclusion.

    Raises Conflict when anybody changed it since it was shown, since a signature stands under all of it; NotSigned
    with all that is missing or wrong, after the changes were written: the caller may keep them.
    """
    visit = visible_visit(session, actor, visit_id, lock=True)
    application = visit.application
    closed = why_closed(visit, application)
    if closed:
        raise NotAllowed(closed)
    lead = next(member for member in visit.members if member.is_lead)
    if lead.account_id != actor.id:
        raise NotAllowed(Message("由核查组组长%(name)s签字。", name=lead.account.name))
    require_version(visit, seen_version)
    save_sheet(session, actor, visit_id, changes, now=now)
    checked = check(session, visit, now=now)
    if checked.faults:
        raise NotSigned(checked.faults)
    visit.conclusion = checked.conclusion.value if checked.conclusion else None
    visit.fix_by, visit.verified = checked.fix_by, stored(checked.verified)
    visit.signed_by, visit.signed_at = actor.id, now
    move(visit, VisitState.SIGNED, now=now)
    session.flush()
    told = {"conclusion": (None, visit.conclusion), "fix_by": (None, visit.fix_by and visit.fix_by.isoformat())}
    report(session, actor, visit, "inspection.sign", now, told)
    if checked.conclusion is Conclusion.FIX and visit.fix_by is not None:
        tell_enterprise(
            session,
            application,
            Message("现场核查要求整改，请于 %(day)s 前完成", day=visit.fix_by.isoformat()),
            Message("整改要求：%(fixes)s", fixes=visit.answers.get("fixes", "")),
            now=now,
        )
    return visit


def check(session: Session, visit: Inspection, *, now: datetime) -> VisitChecked:
    """All that is open or wrong about a sheet as it stands."""
    application = visit.application
    form = form_for(application)
    declared = declared_inputs(session, application, declaration.load_choices(session))
    return check_visit(sheet_of(form.rules), standing_answers(visit, declared), declared, today=beijing_day(now))
