"""What an administrator does to accounts: role, standing, sessions, links. Each takes effect at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotAllowed
from registry.models import Account, Event
from registry.permissions import STAFF, Actor, Permission, require
from registry.services.accounts import tokens
from registry.services.accounts.making import held, require_unit
from registry.services.accounts.sessions import close_all
from registry.services.events import Changes, Entry, record
from registry.terms import AccountStanding, Role, TokenPurpose
from registry.wording import Message

_ACTIVE_ADMINISTRATOR = and_(Account.role == Role.ADMINISTRATOR.value, Account.standing == AccountStanding.ACTIVE.value)


def change_role(
    session: Session,
    actor: Actor,
    account_id: int,
    role: Role,
    unit: str | None = None,
    *,
    seen_version: int | None = None,
) -> Account:
    """Give a member of staff another role or unit. Running sessions end, so that no page of the old role stays."""
    account = _managed(session, actor, account_id, seen_version)
    if (Role(account.role) in STAFF) != (role in STAFF):
        raise InvalidInput(Message("企业账户与工作人员账户不能互换，请另建账户。"), field="role")
    if role is not Role.DISTRICT_REVIEWER:
        unit = None
    else:
        require_unit(session, unit)
    changes = {"role": (account.role, role.value), "unit": (account.unit_code, unit)}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return account
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, account)
    account.role, account.unit_code = role.value, unit
    account.may_see_objectors = account.may_see_objectors and role is Role.MUNICIPAL_REVIEWER
    close_all(session, account.id)
    return _recorded(session, actor, account, "account.role", changes)


def disable(session: Session, actor: Actor, account_id: int, *, seen_version: int | None = None) -> Account:
    """Shut an account: its sessions and open links end now."""
    account = _managed(session, actor, account_id, seen_version)
    if account.standing == AccountStanding.DISABLED:
        return account
    _keep_an_administrator(session, account)
    return shut(session, actor, account, "account.disable")


def shut(session: Session, actor: Actor, account: Account, action: str) -> Account:
    """Write that an account is disabled, whoever may decide that, and end what it has open."""
    changes = {"standing": (account.standing, AccountStanding.DISABLED.value)}
    account.standing = AccountStanding.DISABLED.value
    close_all(session, account.id)
    tokens.revoke(session, account.id)
    return _recorded(session, actor, account, action, changes)


def enable(session: Session, actor: Actor, account_id: int, *, seen_version: int | None = None) -> Account:
    """Open a disabled account again. Without a password it needs a link as well."""
    account = _managed(session, actor, account_id, seen_version)
    if account.standing != AccountStanding.DISABLED:
        return account
    standing = AccountStanding.ACTIVE if account.password_hash else AccountStanding.INVITED
    if account.claimed_uscc is not None or _is_undecided(session, account):
        # Whether this person may act for the enterprise is still to be decided.
        standing = AccountStanding.PENDING
    changes = {"standing": (account.standing, standing.value)}
    account.standing = standing.value
    return _recorded(session, actor, account, "account.enable", changes)


def _is_undecided(session: Session, account: Account) -> bool:
    """Whether somebody asked to join an enterprise and was declined, or never answered."""
    decisive = ("account.register", "membership.approve", "membership.decline")
    about = (Event.subject_type == "account", Event.subject_id == account.id, Event.action.in_(decisive))
    last = session.scalars(select(Event).where(*about).order_by(Event.id.desc()).limit(1)).one_or_none()
    if last is None or last.action == "membership.approve":
        return False
    return last.action == "membership.decline" or last.changes["standing"][1] == AccountStanding.PENDING


def end_sessions(session: Session, actor: Actor, account_id: int) -> Account:
    """Sign an account out everywhere."""
    account = _managed(session, actor, account_id, None, own=True)
    close_all(session, account.id)
    return _recorded(session, actor, account, "account.sessions_end", {})


def drop_second_factor(session: Session, actor: Actor, account_id: int) -> Account:
    """Take a lost second factor away; sessions end, and at the next sign-in a new one can be set up."""
    account = _managed(session, actor, account_id, None)
    if account.totp_secret is None:
        raise InvalidInput(Message("这个账户没有设置第二因子。"))
    account.totp_secret, account.totp_step = None, 0
    close_all(session, account.id)
    return _recorded(session, actor, account, "account.second_factor_off", {"second_factor": (True, False)})


def allow_objectors(session: Session, actor: Actor, account_id: int) -> Account:
    """Give a municipal reviewer the right to see who objects to a public notice."""
    account = _managed(session, actor, account_id, None)
    if account.role != Role.MUNICIPAL_REVIEWER:
        raise InvalidInput(Message("只有市局审核员可以获准查看异议人身份。"))
    return _objectors(session, actor, account, allowed=True)


def forbid_objectors(session: Session, actor: Actor, account_id: int) -> Account:
    """Take the right to see who objects away."""
    return _objectors(session, actor, _managed(session, actor, account_id, None), allowed=False)


def _objectors(session: Session, actor: Actor, account: Account, *, allowed: bool) -> Account:
    if account.may_see_objectors == allowed:
        return account
    account.may_see_objectors = allowed
    changes = {"may_see_objectors": (not allowed, allowed)}
    return _recorded(session, actor, account, f"account.objectors_{'on' if allowed else 'off'}", changes)


def make_link(session: Session, actor: Actor, account_id: int, *, now: datetime) -> tuple[Account, TokenPurpose, str]:
    """A one-time link with which somebody sets a new password, to be handed over by the administrator.

    For an invited account it is a fresh invitation. Returns account, purpose and token.
    """
    account = _managed(session, actor, account_id, None, own=True)
    if account.standing == AccountStanding.DISABLED:
        raise InvalidInput(Message("账户已停用，请先启用。"))
    purpose = TokenPurpose.INVITATION if account.standing == AccountStanding.INVITED else TokenPurpose.RESET
    token = tokens.issue(session, account, purpose, now=now)
    _recorded(session, actor, account, f"account.{purpose.value}_link", {})
    return account, purpose, token


def _managed(
    session: Session, actor: Actor, account_id: int, seen_version: int | None, *, own: bool = False
) -> Account:
    require(actor, Permission.ACCOUNT_MANAGE)
    if account_id == actor.id and not own:
        raise NotAllowed(Message("不能更改自己的账户，请由另一位系统管理员办理。"))
    # Administrators are held in one order, so that two of them cannot shut each other out at the same moment.
    active = select(Account.id).where(_ACTIVE_ADMINISTRATOR).order_by(Account.id).with_for_update()
    administrators = session.scalars(active).all()
    if actor.id is not None and actor.id not in administrators:
        raise NotAllowed(Message("您的账户刚刚被停用或更改，不能再办理。"))
    return held(session, account_id, seen_version=seen_version)


def _keep_an_administrator(session: Session, account: Account) -> None:
    """An installation always has somebody who manages accounts."""
    if account.role != Role.ADMINISTRATOR or account.standing != AccountStanding.ACTIVE:
        return
    count = session.scalar(select(func.count()).select_from(Account).where(_ACTIVE_ADMINISTRATOR))
    if count == 1:
        raise NotAllowed(Message("这是最后一位系统管理员，请先另设一位。"))


def _recorded(session: Session, actor: Actor, account: Account, action: str, changes: Changes) -> Account:
    session.flush()
    record(session, actor, Entry(action=action, subject_type="account", subject_id=account.id, changes=changes))
    return account
