"""Signed-in browsers as rows: opening, finding, ending. Only hashes of tokens are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry.models import Account, LoginSession
from registry.permissions import STAFF, Actor
from registry.terms import AccountStanding, Role
from registry.wording import Message

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(minutes=1)
"""The last use is written at most this often."""
ADMINISTRATION = frozenset((Role.ADMINISTRATOR, Role.AUDITOR))
"""Roles that see all accounts and the whole record of events."""
_MAY_ACT = (AccountStanding.ACTIVE, AccountStanding.PENDING)


def token_hash(token: str) -> str:
    """SHA-256 (hex) under which a secret token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, account: Account, *, second_factor: bool, now: datetime) -> str:
    """Sign a browser in. Returns the token for its cookie; expired rows of the account go."""
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id, LoginSession.expires_at < now))
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            account_id=account.id,
            second_factor=second_factor,
            created_at=now,
            used_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    session.flush()
    return token


@dataclass(frozen=True, kw_only=True)
class Wall:
    """What an installation asks of staff: a second factor, and that administration is done from its own networks;
    `address` is where a request comes from."""

    staff_second_factor: bool = False
    admin_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    address: str | None = None

    def limits(self, role: Role, *, second_factor: bool) -> Message | None:
        """The sentence that keeps somebody of a role to the own account, or None."""
        if role in STAFF and self.staff_second_factor and not second_factor:
            return Message("工作人员须先设置第二因子（动态口令）并用它登录。")
        if role in ADMINISTRATION and self.admin_networks and not self._is_inside():
            return Message("系统管理和审计只能在规定的网络中办理，您现在的网络地址不在其中；请换用单位的网络。")
        return None

    def _is_inside(self) -> bool:
        try:
            found = ip_address(self.address or "")
        except ValueError:
            # A request whose address is unknown does not count as one from inside.
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            return any(found.ipv4_mapped in network for network in self.admin_networks)
        return any(found in network for network in self.admin_networks)


def find_actor(session: Session, token: str, *, now: datetime, wall: Wall) -> tuple[Actor | None, bool]:
    """(who a token stands for, whether its last use is to be written); (None, False) when it is over."""
    row = session.execute(
        select(LoginSession, Account)
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        return None, False
    login, account = row
    if login.expires_at <= now or login.used_at + IDLE <= now or account.standing not in _MAY_ACT:
        return None, False
    role = Role(account.role)
    if account.standing == AccountStanding.PENDING:
        limited: str = Message("您加入企业的申请还在等待批准，批准后才能办理业务。")
    else:
        limited = wall.limits(role, second_factor=login.second_factor) or ""
    actor = Actor(
        id=account.id,
        role=role,
        enterprise_id=account.enterprise_id,
        unit=account.unit_code,
        is_owner=account.is_owner,
        may_see_objectors=account.may_see_objectors,
        limited=limited,
    )
    return actor, login.used_at + TOUCH <= now


def stands(session: Session, actor: Actor) -> bool:
    """Whether the account behind an actor is still what it was when the request began."""
    now = session.execute(
        select(Account.standing, Account.role, Account.unit_code, Account.enterprise_id).where(Account.id == actor.id)
    ).one_or_none()
    if now is None or now.standing not in _MAY_ACT:
        return False
    return (now.role, now.unit_code, now.enterprise_id) == (actor.role, actor.unit, actor.enterprise_id)


def touch(session: Session, token: str, now: datetime) -> None:
    """Write the last use of a session."""
    session.execute(update(LoginSession).where(LoginSession.token_hash == token_hash(token)).values(used_at=now))


def close_session(session: Session, token: str) -> None:
    """Sign one browser out."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash(token)))


def close_all(session: Session, account_id: int, *, but: str = "") -> None:
    """Sign an account out everywhere, except in the browser with the token `but`."""
    session.execute(
        delete(LoginSession).where(LoginSession.account_id == account_id, LoginSession.token_hash != token_hash(but))
    )


def renew(session: Session, account: Account, token: str, *, now: datetime, second_factor: bool | None = None) -> str:
    """End all sessions of an account and open one for the browser with `token`. Returns its new token.

    Unless told otherwise, the new session counts as signed in with a second factor if the old one did.
    """
    if second_factor is None:
        old = session.get(LoginSession, token_hash(token))
        second_factor = old is not None and old.second_factor
    close_all(session, account.id)
    return open_session(session, account, second_factor=second_factor, now=now)
