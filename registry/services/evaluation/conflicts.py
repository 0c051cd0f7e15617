"""Enterprises that an expert must not judge: noted by officers, and what follows for panels that score."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed, NotFound
from registry.evaluation.drawing import works_there
from registry.evaluation.terms import ConflictSource, PanelState
from registry.models import (
    Account,
    Assignment,
    Enterprise,
    EnterpriseName,
    Expert,
    ExpertConflict,
    FormerCode,
    Panel,
)
from registry.names import name_key, tidy
from registry.permissions import Actor, Permission, require
from registry.queries.evaluation import facts
from registry.services.evaluation.holding import locked, reason_of
from registry.services.evaluation.sheets import set_aside
from registry.services.events import Entry, record
from registry.terms import Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


def add_conflict(
    session: Session, actor: Actor, account_id: int, enterprise: str, reason: str, *, now: datetime
) -> ExpertConflict:
    """Note that an expert must not judge an enterprise, named by its code or one of its names."""
    require(actor, Permission.EXPERT_MANAGE)
    expert = _held(session, account_id)
    found, text = _enterprise(session, enterprise), reason_of(reason)
    if session.get(ExpertConflict, (expert.account_id, found.id)) is not None:
        raise InvalidInput(Message("已经登记过与这家企业的回避关系。"), field="enterprise")
    row = ExpertConflict(
        expert_id=expert.account_id,
        enterprise_id=found.id,
        source=ConflictSource.OFFICER.value,
        reason=text,
        noted_by=actor.id,
        noted_at=now,
    )
    session.add(row)
    session.flush()
    changes = {"enterprise_id": (None, found.id)}
    entry = Entry(
        action="expert.conflict", subject_type="expert", subject_id=expert.account_id, changes=changes, note=text
    )
    record(session, actor, entry, at=now)
    let_go(session, actor, expert, now=now)
    return row


def end_conflict(session: Session, actor: Actor, account_id: int, enterprise_id: int, *, now: datetime) -> None:
    """Take back what an officer noted; what the expert declared stays."""
    require(actor, Permission.EXPERT_MANAGE)
    expert = _held(session, account_id)
    row = session.get(ExpertConflict, (expert.account_id, enterprise_id)) if enterprise_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(Message("没有这条回避关系，可能已被他人取消。"))
    if row.source != ConflictSource.OFFICER.value:
        raise NotAllowed(Message("专家本人申请的回避不能取消。"))
    session.delete(row)
    session.flush()
    changes = {"enterprise_id": (enterprise_id, None)}
    entry = Entry(action="expert.end_conflict", subject_type="expert", subject_id=expert.account_id, changes=changes)
    record(session, actor, entry, at=now)


def _held(session: Session, account_id: int) -> Expert:
    expert_account(session, account_id)
    expert = session.get(Expert, account_id, with_for_update=True)
    if expert is None:
        raise NotFound(Message("这位专家还没有登记单位和行业；请先登记。"))
    return expert


def let_go(session: Session, actor: Actor, expert: Expert, *, now: datetime) -> None:
    """Release an expert from the applications of an enterprise that he must not judge, in all panels that still
    score."""
    rows = session.scalars(
        select(Assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(
            Assignment.expert_id == expert.account_id,
            Assignment.state.in_(facts.ACTIVE),
            Panel.state != PanelState.CLOSED.value,
        )
        .order_by(Assignment.panel_id, Assignment.id)
    ).all()
    if not rows:
        return
    known = facts.cases(session, [row.application for row in rows])
    me = facts.candidate_of(expert, facts.sectors(session))
    for row in rows:
        case = known[row.application_id]
        if me.id in case.conflicts or works_there(me, case):
            locked(session, row.panel_id)
            set_aside(session, actor, row, now=now)


def _enterprise(session: Session, typed: str) -> Enterprise:
    text = tidy(typed)
    if not text:
        raise InvalidInput(Message("请填写企业名称或统一社会信用代码。"), field="enterprise")
    code, key = text.upper(), name_key(text)
    ids = select(Enterprise.id).where(
        Enterprise.merged_into_id.is_(None),
        or_(
            Enterprise.uscc == code,
            Enterprise.name_key == key,
            Enterprise.id.in_(select(FormerCode.enterprise_id).where(FormerCode.uscc == code)),
            Enterprise.id.in_(select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key == key)),
        ),
    )
    found = session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)).all()
    if not found:
        raise InvalidInput(Message("登记中没有这家企业；请核对名称，或改填统一社会信用代码。"), field="enterprise")
    if len(found) > 1:
        raise InvalidInput(Message("有几家企业用过这个名称；请改填统一社会信用代码。"), field="enterprise")
    return found[0]


def expert_account(session: Session, account_id: int) -> Account:
    """An account of the expert's role; NotFound otherwise."""
    account = session.get(Account, account_id) if account_id <= LARGEST_ID else None
    if account is None or account.role != Role.EXPERT.value:
        raise NotFound(Message("没有这位专家；专家账户由系统管理员在账户管理中邀请。"))
    return account
