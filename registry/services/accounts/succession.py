"""Who speaks for an enterprise after its administrator left: handed over by an owner, or decided by the bureau."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Enterprise
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, can, require
from registry.services.accounts import messages
from registry.services.accounts.making import held
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role
from registry.wording import Message

LONGEST_REASON = 200


def make_owner(session: Session, actor: Actor, account_id: int, *, reason: str = "", now: datetime) -> Account:
    """Let an active member speak for the enterprise. An owner may hand this on, the bureau may decide it with a
    reason. Raises NotFound for somebody of another enterprise, Conflict for whoever is no active member."""
    account, reason = _member(session, actor, account_id, reason)
    if account.is_owner:
        raise Conflict(Message("%(name)s已经是企业管理员。", name=account.name))
    if account.standing != AccountStanding.ACTIVE:
        state = AccountStanding(account.standing)
        raise Conflict(
            Message(
                "%(name)s的账户现在是“%(state)s”，不能设为企业管理员；请先批准或启用。", name=account.name, state=state
            )
        )
    return _settled(session, actor, account, is_owner=True, reason=reason, now=now)


def end_owner(session: Session, actor: Actor, account_id: int, *, reason: str, now: datetime) -> Account:
    """Somebody no longer speaks for the enterprise and stays a member. Another active owner must be there."""
    if not can(actor, Permission.MEMBERSHIP_APPROVE).allowed:
        raise NotAllowed(Message("企业管理员由主管部门撤换；您可以先把管理员移交给另一位成员。"))
    account, reason = _member(session, actor, account_id, reason)
    if not account.is_owner:
        raise Conflict(Message("%(name)s现在不是企业管理员，请刷新后查看。", name=account.name))
    others = session.scalars(
        select(Account.id).where(
            Account.enterprise_id == account.enterprise_id,
            Account.is_owner,
            Account.id != account.id,
            Account.standing == AccountStanding.ACTIVE.value,
        )
    )
    if others.first() is None:
        raise Conflict(Message("这是企业唯一的管理员，请先把另一位成员设为管理员。"))
    return _settled(session, actor, account, is_owner=False, reason=reason, now=now)


def _member(session: Session, actor: Actor, account_id: int, reason: str) -> tuple[Account, str]:
    by_bureau = can(actor, Permission.MEMBERSHIP_APPROVE).allowed
    if not by_bureau:
        require(actor, Permission.TEAM_MANAGE)
    account = held(session, account_id)
    if account.role != Role.ENTERPRISE or not (by_bureau or account.enterprise_id == actor.enterprise_id):
        raise NotFound(Message("没有这个账户。"))
    # Two changes at once in one enterprise see each other.
    session.get_one(Enterprise, account.enterprise_id, with_for_update=True)
    reason = tidy(reason)
    if by_bureau and not reason:
        raise InvalidInput(Message("请写明原因，如“原管理员离职，企业来函”。"), field="reason")
    if len(reason) > LONGEST_REASON or has_control_characters(reason):
        raise InvalidInput(
            Message("原因最多 %(longest)s 个字，不能含有控制字符。", longest=LONGEST_REASON),
            field="reason",
        )
    return account, reason


def _settled(
    session: Session, actor: Actor, account: Account, *, is_owner: bool, reason: str, now: datetime
) -> Account:
    account.is_owner = is_owner
    session.flush()
    entry = Entry(
        action="membership.owner",
        subject_type="account",
        subject_id=account.id,
        changes={"is_owner": (not is_owner, is_owner)},
        note=reason,
    )
    record(session, actor, entry, at=now)
    members = session.scalars(
        select(Account.id).where(
            Account.enterprise_id == account.enterprise_id, Account.standing == AccountStanding.ACTIVE.value
        )
    ).all()
    if is_owner:
        subject = Message("%(name)s现在是企业管理员", name=account.name)
    else:
        subject = Message("%(name)s不再是企业管理员", name=account.name)
    body = Message("企业管理员可以批准和移除成员。如有疑问，请与主管部门联系。")
    messages.notify(session, sorted({*members, account.id}), subject=subject, body=body, now=now)
    return account
