"""What inspections mean for an application: whether it may be proposed, its stage, what its enterprise reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.inspection import Conclusion, VisitState
from registry.declaration.verified import restored
from registry.models import Application, Inspection, InspectionPick
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import OPEN_STATES
from registry.queries.review.stage_words import NAMES, Stage, StageCode
from registry.terms import ApplicationStatus
from registry.values.kpi_checks import KpiInput
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What an enterprise may know: the day of the visit to come, and what is to be put right by when."""

    planned_on: date | None = None
    fixes: str = ""
    fix_by: date | None = None


def obstacle(session: Session, application: Application) -> str:
    """Why the inspection stands in the way of proposing or forwarding; '' when it does not."""
    pick = session.get(InspectionPick, application.id)
    if pick is None:
        is_asked = form_for(application).rules.inspection_share > 0
        return Message("还没有抽取现场核查；请先在“现场核查”中抽取。") if is_asked else ""
    if not pick.is_picked:
        return ""
    visits = _visits(session, [application.id]).get(application.id, [])
    last = visits[-1] if visits else None
    if last is None:
        return Message("需要现场核查，还没有安排。")
    if last.state != VisitState.SIGNED:
        return Message("现场核查还没有签字（安排在 %(day)s）。", day=last.planned_on.isoformat())
    if last.conclusion == Conclusion.FIX:
        return Message("现场核查的结论是整改；整改后要再核查一次。")
    if last.conclusion == Conclusion.FAIL:
        return Message("现场核查的结论是不符合；只能不予认定，或再安排一次核查。")
    return ""


def stages(session: Session, cases: Mapping[int, Rules]) -> dict[int, Stage]:
    """What inspections still ask for of checked applications, by id; others are left out (two queries).

    `cases` holds the rules of each. One that was picked by hand waits for its visit whatever its rules say.
    """
    if not cases:
        return {}
    rows = session.execute(
        select(Application.id, InspectionPick.is_picked)
        .outerjoin(InspectionPick, InspectionPick.application_id == Application.id)
        .where(Application.id.in_(cases), Application.status == ApplicationStatus.CHECKING.value)
    )
    picks = {application: is_picked for application, is_picked in rows}  # noqa: C416
    found = {
        application: Stage(StageCode.INSPECTION, Message("待抽取现场核查"))
        for application, is_picked in picks.items()
        if is_picked is None and cases[application].inspection_share
    }
    picked = [application for application, is_picked in picks.items() if is_picked]
    visits = _visits(session, picked)
    for application in picked:
        signed = [visit for visit in visits.get(application, []) if visit.state == VisitState.SIGNED]
        last = signed[-1].conclusion if signed else None
        if last is None or any(visit.state in OPEN_STATES for visit in visits.get(application, ())):
            found[application] = Stage(StageCode.INSPECTION, NAMES[StageCode.INSPECTION])
        elif last == Conclusion.FIX:
            found[application] = Stage(StageCode.FIXING, NAMES[StageCode.FIXING])
    return found


def announced(session: Session, application: Application) -> Announced:
    """What the enterprise of an application may know about its inspections while it is checked."""
    if application.status not in (ApplicationStatus.CHECKING, ApplicationStatus.PROPOSED):
        return Announced()
    visits = _visits(session, [application.id]).get(application.id, [])
    to_come = next((visit for visit in visits if visit.state in OPEN_STATES), None)
    signed = [visit for visit in visits if visit.state == VisitState.SIGNED]
    last = signed[-1] if signed and signed[-1].conclusion == Conclusion.FIX else None
    return Announced(
        planned_on=to_come.planned_on if to_come else None,
        fixes=last.answers.get("fixes", "") if last else "",
        fix_by=last.fix_by if last else None,
    )


def verified_inputs(session: Session, application_id: int) -> Mapping[str, KpiInput]:
    """The inputs that inspections verified, a later visit over an earlier one; none when nothing was signed."""
    return verified_by_application(session, [application_id]).get(application_id, {})


def verified_by_application(session: Session, application_ids: Iterable[int]) -> dict[int, dict[str, KpiInput]]:
    """The same for several applications in one query; those without a signed visit are absent."""
    found: dict[int, dict[str, KpiInput]] = {}
    for application_id, visits in _visits(session, application_ids).items():
        for visit in visits:
            if visit.state == VisitState.SIGNED:
                found.setdefault(application_id, {}).update(restored(visit.verified))
    return found


def _visits(session: Session, application_ids: Iterable[int]) -> dict[int, list[Inspection]]:
    """The visits of applications in their order, cancelled ones left out."""
    rows = session.scalars(
        select(Inspection)
        .where(Inspection.application_id.in_(list(application_ids)), Inspection.state != VisitState.CANCELLED.value)
        .order_by(Inspection.application_id, Inspection.number)
    )
    found: dict[int, list[Inspection]] = {}
    for visit in rows:
        found.setdefault(visit.application_id, []).append(visit)
    return found
