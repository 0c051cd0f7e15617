"""Accounts: making them, inviting staff, and what all commands on accounts share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Account, Enterprise, ReportingUnit
from registry.names import has_control_characters, tidy
from registry.permissions import STAFF, Actor, Permission, require
from registry.services.accounts import tokens
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role, TokenPurpose
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

_NO = r"@\s,;:<>()\[\]\\\""
"""Marks that no address has: mail programs read comments, groups and quoted parts from them."""
_EMAIL = re.compile(rf"(?!.*=\?)[^{_NO}]{{1,64}}@[^{_NO}]{{1,120}}\.[^{_NO}.]{{2,60}}")
TAKEN = Message("这个邮箱已有账户。")


def clean_email(text: str, *, field: str = "email") -> str:
    """A mail address for storing; raises InvalidInput."""
    found = tidy(text)
    if not found:
        raise InvalidInput(Message("请填写邮箱。"), field=field)
    if len(found) > 200 or not _EMAIL.fullmatch(found) or has_control_characters(found):
        raise InvalidInput(Message("邮箱不完整，应写成 name@example.com 的样子。"), field=field)
    return found


def email_key(email: str) -> str:
    """The key by which two mail addresses are the same: case does not count."""
    return tidy(email).casefold()


def clean_name(text: str, *, field: str = "name") -> str:
    """A person's name for storing; raises InvalidInput."""
    found = tidy(text)
    if not found:
        raise InvalidInput(Message("请填写姓名。"), field=field)
    if len(found) > 60 or has_control_characters(found):
        raise InvalidInput(Message("姓名最多 60 个字，不能含有控制字符。"), field=field)
    return found


def faults_of(*checks: tuple[Callable[[str], object], str]) -> list[InvalidInput]:
    """Call each function with its text and return all errors that they raise."""
    found = []
    for check, text in checks:
        try:
            check(text)
        except InvalidInput as fault:
            found.append(fault)
    return found


def find(session: Session, email: str) -> Account | None:
    """The account with this mail address."""
    return session.scalars(select(Account).where(Account.email_key == email_key(email))).one_or_none()


def held(session: Session, account_id: int, *, seen_version: int | None = None) -> Account:
    """An account, locked to the end of the transaction; raises NotFound, or Conflict when it changed since
    `seen_version`."""
    statement = select(Account).where(Account.id == account_id).with_for_update(of=Account)
    # Addresses hold any number; beyond this no database has a row.
    known = account_id <= LARGEST_ID
    account = session.scalars(statement.execution_options(populate_existing=True)).one_or_none() if known else None
    if account is None:
        raise NotFound(Message("没有这个账户。"))
    if seen_version is not None and account.version != seen_version:
        standing, role = AccountStanding(account.standing), Role(account.role)
        raise Conflict(
            Message(
                "这个账户刚被他人更新（现在是%(role)s，%(standing)s），请核对后再试。", role=role, standing=standing
            )
        )
    return account


def create_account(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    unit: str | None = None,
    enterprise: Enterprise | None = None,
    password_hash: str | None = None,
    now: datetime,
) -> Account:
    """An account of staff, or of a member of an existing enterprise, made by an administrator or operator.

    Without a password it stands as invited. The first member of an enterprise becomes its owner.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    _require_place(session, role, unit, enterprise)
    address = clean_email(email)
    account = Account(
        email=address,
        email_key=email_key(address),
        name=clean_name(name),
        role=role.value,
        standing=(AccountStanding.ACTIVE if password_hash else AccountStanding.INVITED).value,
        unit_code=unit,
        enterprise_id=enterprise.id if enterprise else None,
        is_owner=enterprise is not None and not has_owner(session, enterprise.id),
        password_hash=password_hash,
        created_at=now,
    )
    if not add(session, account):
        raise InvalidInput(TAKEN, field="email")
    changes = {"role": (None, role.value), "unit": (None, unit), "enterprise": (None, account.enterprise_id)}
    entry = Entry(action="account.create", subject_type="account", subject_id=account.id, changes=changes)
    record(session, actor, entry)
    return account


def add(session: Session, account: Account) -> bool:
    """Store a new account. False when its mail address is taken, also by somebody at the same moment."""
    if find(session, account.email) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:
        return False
    return True


def has_owner(session: Session, enterprise_id: int) -> bool:
    """Whether somebody active speaks for the enterprise."""
    statement = select(Account.id).where(
        Account.enterprise_id == enterprise_id,
        Account.is_owner,
        Account.standing.in_((AccountStanding.ACTIVE.value, AccountStanding.INVITED.value)),
    )
    return session.scalar(statement.limit(1)) is not None


def _require_place(session: Session, role: Role, unit: str | None, enterprise: Enterprise | None) -> None:
    if role is Role.DISTRICT_REVIEWER:
        require_unit(session, unit)
    elif unit is not None:
        raise InvalidInput(Message("只有%(role)s属于一个板块。", role=Role.DISTRICT_REVIEWER), field="unit")
    if (role is Role.ENTERPRISE) != (enterprise is not None):
        raise InvalidInput(Message("企业用户须属于一家企业，工作人员不属于企业。"), field="enterprise")


def require_unit(session: Session, unit: str | None) -> None:
    """Raise InvalidInput unless `unit` is the code of a reporting unit."""
    if unit is None:
        raise InvalidInput(Message("%(role)s须选择板块。", role=Role.DISTRICT_REVIEWER), field="unit")
    if not unit.isprintable() or session.get(ReportingUnit, unit) is None:
        raise InvalidInput(Message("没有代码为 %(unit)s 的板块。", unit=unit[:20]), field="unit")


def invite(
    session: Session, actor: Actor, *, email: str, name: str, role: Role, unit: str | None = None, now: datetime
) -> tuple[Account, str]:
    """Invite a member of staff. Returns the account and the token of the link, shown once."""
    if role not in STAFF:
        raise InvalidInput(Message("企业用户自行注册，不能邀请。"), field="role")
    account = create_account(session, actor, email=email, name=name, role=role, unit=unit, now=now)
    return account, tokens.issue(session, account, TokenPurpose.INVITATION, now=now)
