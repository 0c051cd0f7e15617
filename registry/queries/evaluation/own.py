"""What an expert may open: the own assignments, without the people behind an application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.errors import NotFound
from registry.evaluation.drawing import works_there
from registry.evaluation.terms import PanelState
from registry.models import Application, Assignment, Expert, ExpertConflict
from registry.permissions import Actor, Permission, require
from registry.queries.evaluation.facts import ACTIVE, candidate_of, cases
from registry.queries.evaluation.outcomes import counts, latest_snapshots
from registry.statuses import FINAL_STATUSES
from registry.terms import ApplicationStatus
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


def own_assignment(session: Session, actor: Actor, assignment_id: int, *, lock: bool = False) -> Assignment:
    """An assignment of this expert; NotFound for those of others, and once there is a conflict or a successor."""
    require(actor, Permission.EXPERT_SCORE)
    statement = select(Assignment).where(Assignment.id == min(assignment_id, LARGEST_ID))
    if lock:
        statement = statement.with_for_update(of=Assignment).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if (
        found is None
        or found.expert_id != actor.id
        or found.state not in ACTIVE
        or found.panel.state == PanelState.DRAFT.value
        or is_tied(session, found.expert, found.application)
    ):
        raise NotFound(Message("没有这份评审，或已不由您评审。"))
    return found


def is_tied(session: Session, expert: Expert, application: Application) -> bool:
    """Whether an expert must not judge an application: a conflict on record, or the own employer's."""
    case = cases(session, [application])[application.id]
    return expert.account_id in case.conflicts or works_there(candidate_of(expert, AnySector()), case)


class AnySector(dict[str, str]):
    """Sectors do not matter to the employer."""

    def __missing__(self, key: str) -> str:
        return ""


def why_closed(session: Session, assignment: Assignment, *, now: datetime) -> Message | None:
    """Why a sheet cannot be filled now; None while it can. The last second of the deadline counts."""
    panel, status = assignment.panel, ApplicationStatus(assignment.application.status)
    if status in FINAL_STATUSES:
        return Message("这份申报已经办结或撤回，不再评审。")
    if panel.state == PanelState.CLOSED.value:
        return Message("这一组的评审已经结束。")
    if status is not ApplicationStatus.CHECKING:
        return Message("这份申报正在补正或已转到别的步骤，评审暂停；补正交回后请按新的一版评审。")
    latest = latest_snapshots(session, [assignment.application_id])
    if counts(assignment, latest):
        return Message("评分已经提交，不能再改；确需修改请联系市局退回。")
    if now.replace(microsecond=0) > panel.closes_at:
        return Message("评审时间已经截止；您填写的内容都还在，请联系市局延长。")
    if assignment.cleared_at is None:
        return Message("请先回答与这家企业有没有利害关系。")
    return None


def conflicts_of(session: Session, expert_id: int) -> list[ExpertConflict]:
    """Enterprises that an expert must not judge, the newest first."""
    statement = (
        select(ExpertConflict)
        .where(ExpertConflict.expert_id == expert_id)
        .options(joinedload(ExpertConflict.enterprise))
        .order_by(ExpertConflict.noted_at.desc(), ExpertConflict.enterprise_id)
    )
    return list(session.scalars(statement))
