"""What an expert may open: the own assignments, without the people behind an application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.application_form import Rules
from registry.application_form.score_sheet import COMMENT, POINTS, REASON, vetoes
from registry.errors import NotFound
from registry.evaluation.drawing import works_there
from registry.evaluation.terms import AssignmentState, PanelState
from registry.indicators import plain
from registry.models import Application, Assignment, Expert, ExpertConflict, Panel, Snapshot
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import LARGEST_ID, form_for
from registry.queries.evaluation.facts import ACTIVE, candidate_of, cases
from registry.queries.evaluation.outcomes import counts, latest_snapshots
from registry.statuses import FINAL_STATUSES
from registry.terms import ApplicationStatus
from registry.wording import Message


def own_assignment(session: Session, actor: Actor, assignment_id: int, *, lock: bool = False) -> Assignment:
    """An assignment of this expert; NotFound for those of others, and once there is a conflict or a successor."""
    require(actor, Permission.EXPERT_SCORE)
    statement = select(Assignment).where(Assignment.id == min(assignment_id, LARGEST_ID - 1))
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
    return expert.account_id in case.conflicts or works_there(candidate_of(expert, _AnySector()), case)


class _AnySector(dict[str, str]):
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


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """One line of an expert's list."""

    id: int
    number: str
    project: str
    category: str
    industry: str | None
    closes_at: datetime
    state: AssignmentState
    is_cleared: bool
    is_open: bool
    is_in: bool
    is_outdated: bool
    total: str


def own_rows(session: Session, actor: Actor, *, now: datetime) -> list[OwnRow]:
    """All that an expert has to judge or has judged, what is due first first."""
    require(actor, Permission.EXPERT_SCORE)
    rows = session.scalars(
        select(Assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(
            Assignment.expert_id == actor.id,
            Assignment.state.in_(ACTIVE),
            Panel.state != PanelState.DRAFT.value,
        )
        .options(
            joinedload(Assignment.panel),
            joinedload(Assignment.application).joinedload(Application.call),
            joinedload(Assignment.expert),
        )
        .order_by(Panel.closes_at, Assignment.application_id)
    ).all()
    if not rows:
        return []
    latest = latest_snapshots(session, [row.application_id for row in rows])
    known = cases(session, [row.application for row in rows])
    me = candidate_of(rows[0].expert, _AnySector())
    found = []
    for row in rows:
        case = known[row.application_id]
        if me.id in case.conflicts or works_there(me, case):
            continue
        is_in = row.total is not None if row.panel.state == PanelState.CLOSED.value else counts(row, latest)
        status = ApplicationStatus(row.application.status)
        found.append(
            OwnRow(
                id=row.id,
                number=row.application.number or "",
                project=row.application.project_name,
                category=row.application.call.category_code,
                industry=row.application.industry_code,
                closes_at=row.panel.closes_at,
                state=AssignmentState(row.state),
                is_cleared=row.cleared_at is not None,
                is_open=not is_in
                and row.panel.state == PanelState.SCORING.value
                and status is ApplicationStatus.CHECKING
                and now.replace(microsecond=0) <= row.panel.closes_at,
                is_in=is_in,
                is_outdated=row.total is not None and not is_in,
                total="" if row.total is None else plain(row.total),
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class OtherSheet:
    """The sheet of another expert, without a name: points and reasons by item code."""

    number: int
    total: str
    points: Mapping[str, str]
    reasons: Mapping[str, str]
    vetoes: tuple[str, ...]
    comment: str


def other_sheets(session: Session, assignment: Assignment) -> list[OtherSheet]:
    """The sheets of the others once the own one is in; nothing before. The numbers follow no order of people."""
    latest = latest_snapshots(session, [assignment.application_id])
    if not counts(assignment, latest):
        return []
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.panel_id == assignment.panel_id,
            Assignment.application_id == assignment.application_id,
            Assignment.id != assignment.id,
            Assignment.state == AssignmentState.SUBMITTED.value,
        )
        .order_by(Assignment.submitted_at, Assignment.id)
    )
    rules = form_for(assignment.application).rules
    return [sheet_of(place, row, rules) for place, row in enumerate((r for r in rows if counts(r, latest)), 1)]


def sheet_of(number: int, row: Assignment, rules: Rules) -> OtherSheet:
    """A submitted sheet to be read."""
    return OtherSheet(
        number=number,
        total="" if row.total is None else plain(row.total),
        points={item.code: row.sheet.get(POINTS + item.code, "") for item in rules.score_items},
        reasons={item.code: row.sheet.get(REASON + item.code, "") for item in rules.score_items},
        vetoes=tuple(vetoes(rules, row.sheet)),
        comment=row.sheet.get(COMMENT, ""),
    )


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """A file of the submitted version that experts see."""

    id: int
    kind: str
    filename: str
    caption: str
    size: int


def shown_files(snapshot: Snapshot, rules: Rules) -> list[ShownFile]:
    """The files of a submitted version that the call shows to experts."""
    kinds = {kind.value for kind in rules.expert_files}
    return [
        ShownFile(id=row["id"], kind=row["kind"], filename=row["filename"], caption=row["caption"], size=row["size"])
        for row in snapshot.files
        if row["kind"] in kinds
    ]


def last_version(session: Session, application_id: int) -> Snapshot:
    """The version that was submitted last."""
    statement = select(Snapshot).where(Snapshot.application_id == application_id).order_by(Snapshot.number.desc())
    return session.scalars(statement.limit(1)).one()


def conflicts_of(session: Session, expert_id: int) -> list[ExpertConflict]:
    """Enterprises that an expert must not judge, the newest first."""
    statement = (
        select(ExpertConflict)
        .where(ExpertConflict.expert_id == expert_id)
        .options(joinedload(ExpertConflict.enterprise))
        .order_by(ExpertConflict.noted_at.desc(), ExpertConflict.enterprise_id)
    )
    return list(session.scalars(statement))
