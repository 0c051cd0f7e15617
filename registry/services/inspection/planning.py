"""A visit is arranged: day and team; a second one after something was put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.application_form.inspection import Answer, Conclusion, VisitState, check_field, note_field
from registry.application_form.window import beijing_day
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Account, Application, Inspection, InspectionMember, InspectionPick
from registry.permissions import Actor
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import OPEN_STATES
from registry.services.inspection.additions import arranged
from registry.services.inspection.visits import move, report, tell_enterprise
from registry.terms import AccountStanding, Role
from registry.wording import Message

TEAM_ROLES = (Role.DISTRICT_REVIEWER, Role.MUNICIPAL_REVIEWER, Role.EXPERT)
LEAST, MOST = 2, 10
"""People of a team."""


@dataclass(frozen=True)
class Planning:
    """A visit as it is arranged: the day, the people (account ids), who of them leads and signs."""

    day: date
    members: Sequence[int]
    lead: int


def plan_visit(
    session: Session,
    actor: Actor,
    application_id: int,
    planning: Planning,
    *,
    seen_version: int | None = None,
    now: datetime,
) -> Inspection:
    """Arrange the visit of a picked application, or change the day and the team of the one that is arranged.

    `seen_version` is that of the open visit, None where there was none. After a signed visit this begins the next.
    """
    application = arranged(session, actor, application_id=application_id)
    pick = session.get(InspectionPick, application.id)
    if pick is None or not pick.is_picked:
        raise NotAllowed(Message("这份申报不用现场核查；确需核查请先补充。"))
    _check_team(session, application, planning)
    visit = session.scalars(
        select(Inspection)
        .where(Inspection.application_id == application.id, Inspection.state.in_([item.value for item in OPEN_STATES]))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if (visit.version if visit else None) != seen_version:
        raise Conflict(Message("这次核查刚被他人安排过，请刷新后核对。"))
    before = visit.planned_on if visit else None
    if planning.day != before and planning.day < beijing_day(now):
        raise InvalidInput(Message("核查日期已经过去，请改为今天或以后的日期。"), field="day")
    if visit is None:
        visit = _begin(session, actor, application, planning, now=now)
    visit.planned_on, visit.updated_at = planning.day, now
    wanted = {account_id: account_id == planning.lead for account_id in planning.members}
    if {member.account_id: member.is_lead for member in visit.members} != wanted:
        # In two steps: only one leads at any moment.
        visit.members.clear()
        session.flush()
        visit.members = [InspectionMember(account_id=key, is_lead=leads) for key, leads in sorted(wanted.items())]
    session.flush()
    changes = {
        "planned_on": (before and before.isoformat(), planning.day.isoformat()),
        "members": (None, sorted(planning.members)),
        "lead": (None, planning.lead),
    }
    report(session, actor, visit, "inspection.plan", now, changes)
    if before != planning.day:
        tell_enterprise(
            session,
            application,
            Message("已安排现场核查（%(day)s）", day=planning.day.isoformat()),
            Message("请准备好申报中写明的设备、系统和记录，供核查人员查看。"),
            now=now,
        )
    return visit


def _begin(
    session: Session, actor: Actor, application: Application, planning: Planning, *, now: datetime
) -> Inspection:
    answers, touched = _carried(session, application)
    count = session.scalar(select(func.max(Inspection.number)).where(Inspection.application_id == application.id))
    visit = Inspection(
        application_id=application.id,
        number=(count or 0) + 1,
        planned_on=planning.day,
        answers=answers,
        touched={name: said for name, said in touched.items() if name in answers},
        planned_by=actor.id,
        created_at=now,
        updated_at=now,
    )
    move(visit, VisitState.PLANNED, now=now)
    session.add(visit)
    session.flush()
    return visit


def _carried(session: Session, application: Application) -> tuple[dict[str, str], dict[str, Any]]:
    """What a further visit begins with: all that the last one left open is blank, the rest stands as it was seen."""
    last = session.scalars(
        select(Inspection)
        .where(Inspection.application_id == application.id, Inspection.state == VisitState.SIGNED.value)
        .order_by(Inspection.number.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.conclusion == Conclusion.PASS:
        return {}, {}
    answers = dict(last.answers)
    for name in ("remark", "conclusion", "fixes", "fix_by"):
        answers.pop(name, None)
    for item in form_for(application).rules.inspection_list:
        if answers.get(check_field(item.code)) == Answer.NO:
            answers.pop(check_field(item.code))
            answers.pop(note_field(item.code), None)
    return answers, last.touched


def _check_team(session: Session, application: Application, planning: Planning) -> None:
    members = set(planning.members)
    if not LEAST <= len(members) <= MOST:
        raise InvalidInput(
            Message("核查组要 %(least)s 到 %(most)s 人，现在是 %(n)s 人。", least=LEAST, most=MOST, n=len(members)),
            field="members",
        )
    if planning.lead not in members:
        raise InvalidInput(Message("请从核查组中选一位组长。"), field="lead")
    found = session.scalars(select(Account).where(Account.id.in_(members))).all()
    fitting = [account for account in found if is_fitting(account, application.unit_code)]
    if len(fitting) != len(members):
        names = [account.name for account in found if account not in fitting]
        raise InvalidInput(
            Message("核查组只能有本板块和市局在用的审核员和专家；请去掉：%(names)s。", names=names)
            if names
            else Message("核查组中有人已不在账户表中，请刷新后重新选择。"),
            field="members",
        )


def is_fitting(account: Account, unit: str | None) -> bool:
    """Whether somebody may be in the team of a visit in this unit."""
    return (
        account.standing == AccountStanding.ACTIVE and account.role in TEAM_ROLES and account.unit_code in (None, unit)
    )
