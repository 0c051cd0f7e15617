"""Closing one's own account: who the person was is erased, what he did stays in the record without his name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import NotAllowed
from registry.models import Account, Application, Message
from registry.permissions import Actor, Permission, require
from registry.services.accounts import tokens
from registry.services.accounts.credentials import Credentials
from registry.services.accounts.making import held
from registry.services.accounts.sessions import close_all
from registry.services.events import Entry, record
from registry.statuses import FINAL_STATUSES
from registry.terms import AccountStanding, ApplicationStatus, Digest, Role

NAME = wording.Message("已注销")


def close_own(session: Session, actor: Actor, examined: Credentials, *, now: datetime) -> None:
    """Close the account of the actor, whose password was right (`examined`).

    Raises NotAllowed for staff, whose decisions are kept with their names, and for whoever an enterprise still needs.
    """
    require(actor, Permission.ACCOUNT_OWN)
    account = held(session, actor.id or 0)
    if account.password_hash != examined.password_hash:
        raise NotAllowed(wording.Message("密码刚刚在别处更改过，请重新登录。"))
    if account.role != Role.ENTERPRISE.value:
        raise NotAllowed(wording.Message("工作人员的账户由系统管理员停用；经办的记录依法保存，不能自行注销。"))
    _require_spare(session, account)
    before = account.standing
    account.name, account.email = str(NAME), f"closed-{account.id}@invalid"
    account.email_key = account.email
    account.standing, account.digest, account.is_owner = AccountStanding.DISABLED.value, Digest.NONE.value, False
    account.password_hash = account.totp_secret = account.claimed_uscc = None
    account.claimed_name = ""
    close_all(session, account.id)
    tokens.revoke(session, account.id)
    session.execute(delete(Message).where(Message.account_id == account.id))
    session.flush()
    changes = {"standing": (before, account.standing)}
    entry = Entry(action="account.close", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry, at=now)


def _require_spare(session: Session, account: Account) -> None:
    """Raise NotAllowed while the enterprise would be left without somebody who is needed."""
    if account.standing != AccountStanding.ACTIVE.value:
        return
    others = select(Account.id).where(
        Account.enterprise_id == account.enterprise_id,
        Account.id != account.id,
        Account.standing == AccountStanding.ACTIVE.value,
    )
    colleagues = session.scalars(others).all()
    owners = session.scalars(others.where(Account.is_owner)).all()
    if account.is_owner and colleagues and not owners:
        raise NotAllowed(wording.Message("您是唯一的企业管理员：请先把企业管理员交给同事，再注销。"))
    closed = [status.value for status in (*FINAL_STATUSES, ApplicationStatus.DRAFT)]
    under_way = session.scalar(
        select(func.count(Application.id)).where(
            Application.enterprise_id == account.enterprise_id, Application.status.not_in(closed)
        )
    )
    if under_way and not colleagues:
        raise NotAllowed(
            wording.Message(
                "企业有 %(n)s 份申报正在办理，注销后没有人能补正：请先撤回，或等办结后再注销。", n=under_way
            )
        )
