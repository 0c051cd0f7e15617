"""Joining an enterprise: its owner, or the bureau, approves or declines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Enterprise, Event
from registry.permissions import HOLDERS, Actor, Permission, can, require
from registry.services.accounts import messages
from registry.services.accounts.administration import shut
from registry.services.accounts.making import has_owner, held
from registry.services.events import Entry, record
from registry.services.record import enterprises
from registry.terms import AccountStanding, Role
from registry.wording import Message

MOST_TOLD = 20
"""So many officers at most are told of a request that nobody in the enterprise can decide."""


ABSENT = timedelta(days=90)
"""Owners who have not signed in for so long may have left: the bureau is told as well."""


def deciders(session: Session, enterprise: Enterprise, *, now: datetime) -> list[int]:
    """Who is told of a request: the owners, and those in the bureau who may approve where no owner has signed in
    for a while, or there is none."""
    active = select(Account.id).where(Account.standing == AccountStanding.ACTIVE.value).order_by(Account.id)
    owners = session.scalars(active.where(Account.enterprise_id == enterprise.id, Account.is_owner)).all()
    seen = select(Event.id).where(
        Event.action == "account.sign_in", Event.actor_id.in_(owners), Event.at > now - ABSENT
    )
    if owners and session.scalars(seen).first() is not None:
        return list(owners)
    return [*owners, *approvers(session)]


def approvers(session: Session) -> list[int]:
    """Those in the bureau who may approve a membership."""
    roles = [role.value for role in HOLDERS[Permission.MEMBERSHIP_APPROVE]]
    active = select(Account.id).where(Account.standing == AccountStanding.ACTIVE.value).order_by(Account.id)
    return list(session.scalars(active.where(Account.role.in_(roles)).limit(MOST_TOLD)))


def approve(session: Session, actor: Actor, account_id: int, *, now: datetime) -> Account:
    """Let a person act for the enterprise. An enterprise without a code receives the one that was typed.

    The first one of an enterprise that has no owner becomes its owner. Only the bureau can answer for a
    code, and only an enterprise without an owner can be without one.
    """
    account = _waiting(session, actor, account_id)
    enterprise = session.get_one(Enterprise, account.enterprise_id, with_for_update=True)
    changes: dict[str, tuple[object, object]] = {"standing": (account.standing, AccountStanding.ACTIVE.value)}
    if account.claimed_name and actor.role is Role.ENTERPRISE:
        raise NotAllowed(
            Message("此人注册时填写的企业名称是“%(name)s”，与登记的不同，须由主管部门批准。", name=account.claimed_name)
        )
    if account.claimed_uscc and enterprise.uscc is None:
        if actor.role is Role.ENTERPRISE:
            raise NotAllowed(Message("企业还没有登记统一社会信用代码，须由主管部门批准。"))
        taken = enterprises.by_code(session, account.claimed_uscc)
        if taken is not None:
            raise Conflict(
                Message(
                    "代码 %(code)s 已属于“%(taken)s”，不能再给这家企业。",
                    code=account.claimed_uscc,
                    taken=taken.name,
                )
            )
        changes["uscc"] = (None, account.claimed_uscc)
        enterprise.uscc, enterprise.updated_at = account.claimed_uscc, now
    elif account.claimed_uscc not in (None, enterprise.uscc):
        raise Conflict(
            Message(
                "此人注册时填写的代码是 %(code)s，企业登记的是 %(uscc)s，两者不同。",
                code=account.claimed_uscc,
                uscc=enterprise.uscc,
            )
        )
    account.is_owner = not has_owner(session, enterprise.id)
    account.standing, account.claimed_uscc = AccountStanding.ACTIVE.value, None
    account.claimed_name = ""
    session.flush()
    entry = Entry(action="membership.approve", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry)
    messages.notify(
        session,
        [account.id],
        subject=Message("您已加入%(enterprise)s", enterprise=enterprise.name),
        body=Message("申请已批准，现在可以办理申报。"),
        now=now,
    )
    return account


def decline(session: Session, actor: Actor, account_id: int, *, now: datetime) -> Account:
    """Refuse a request; the account is shut and the person told."""
    account = _waiting(session, actor, account_id)
    shut(session, actor, account, "membership.decline")
    messages.notify(
        session,
        [account.id],
        subject=Message("加入企业的申请没有获得批准"),
        body=Message("如有疑问，请与企业的管理员或主管部门联系。"),
        now=now,
    )
    return account


def remove(session: Session, actor: Actor, account_id: int) -> Account:
    """The owner shuts the account of a member who left."""
    account = _of_own_team(session, actor, account_id)
    if account.id == actor.id:
        raise InvalidInput(Message("不能移除自己。"))
    if account.is_owner:
        raise NotAllowed(Message("另一位管理员的账户须由主管部门停用。"))
    if account.standing != AccountStanding.ACTIVE:
        raise Conflict(Message("此人现在不是成员，请刷新后查看。"))
    return shut(session, actor, account, "membership.remove")


def _waiting(session: Session, actor: Actor, account_id: int) -> Account:
    if can(actor, Permission.MEMBERSHIP_APPROVE).allowed or actor.system:
        account = held(session, account_id)
    else:
        account = _of_own_team(session, actor, account_id)
    if account.standing != AccountStanding.PENDING:
        raise Conflict(
            Message("这个申请已经有人办理，账户现在是“%(standing)s”。", standing=AccountStanding(account.standing))
        )
    return account


def _of_own_team(session: Session, actor: Actor, account_id: int) -> Account:
    require(actor, Permission.TEAM_MANAGE)
    account = held(session, account_id)
    if account.enterprise_id != actor.enterprise_id:
        raise NotFound(Message("没有这个账户。"))
    return account
