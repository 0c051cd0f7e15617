"""The second factor: six digits that change every 30 seconds (TOTP, RFC 6238). A code works once."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.db import sealer_of
from registry.errors import InvalidInput, OperatorError
from registry.models import Account
from registry.permissions import Actor
from registry.sealing import totp
from registry.services.accounts import messages, throttling
from registry.services.accounts.making import held
from registry.services.accounts.sessions import renew
from registry.services.accounts.throttling import Attempt
from registry.services.events import Entry, record
from registry.wording import Message

STEP = 30
_WINDOW = (0, -1, 1)
"""A clock may be one step off."""


def new_secret() -> str:
    """A random secret, in the letters that apps read."""
    return pyotp.random_base32()


def address(secret: str, email: str, site: str) -> str:
    """The `otpauth:` address in the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site)


def matching_step(secret: str, code: str, *, now: datetime, after: int = 0) -> int | None:
    """The time step that a code belongs to, if it is near and later than `after`."""
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    current = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(secret)
    found = None
    for offset in _WINDOW:
        same = hmac.compare_digest(generator.at((current + offset) * STEP), digits)
        if same and current + offset > after:
            found = current + offset
    return found


def use_code(session: Session, account: Account, code: str, *, now: datetime) -> bool:
    """Use a code up. Of two requests with the same code one wins."""
    if account.totp_secret is None:
        return False
    secret = sealer_of(session).unseal(totp(account.id), account.totp_secret)
    step = matching_step(secret, code, now=now, after=account.totp_step)
    if step is None:
        return False
    used = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_step < step)
        .values(totp_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(used)


def code_failed(session: Session, account_id: int, tried: Attempt, *, now: datetime) -> None:
    """Count a wrong code. When the first wait begins, the owner is told: whoever tries codes knows the password."""
    if not throttling.failed(session, tried, now=now):
        return
    messages.notify(
        session,
        [account_id],
        subject=Message("您的账户连续输错动态口令"),
        body=Message(
            "有人用您的密码登录，连续输错动态口令，已须等待才能再试。是您本人的，无须处理；不是的，请马上修改密码。"
        ),
        now=now,
    )


def reseal(session: Session) -> int:
    """Encrypt the secrets anew with the key in force; returns how many. Those that no key opens stay as they are."""
    sealer, done = sealer_of(session), 0
    for account in session.scalars(select(Account).where(Account.totp_secret.is_not(None)).with_for_update()):
        try:
            account.totp_secret = sealer.seal(
                totp(account.id), sealer.unseal(totp(account.id), account.totp_secret or "")
            )
        except OperatorError:
            continue
        done += 1
    session.flush()
    return done


def enable(session: Session, actor: Actor, secret: str, code: str, *, now: datetime) -> str:
    """Set a second factor up after its first code. All sessions end; returns the token of a new one."""
    account = held(session, actor.id or 0)
    if account.totp_secret is not None:
        raise InvalidInput(Message("已经设置了第二因子；要更换，请先停用原来的。"), field="one_time_code")
    step = matching_step(secret, code, now=now) if secret else None
    if step is None:
        raise InvalidInput(
            Message("动态口令不对。请核对手机的时间，输入应用中正在显示的六位数字。"), field="one_time_code"
        )
    account.totp_secret, account.totp_step = sealer_of(session).seal(totp(account.id), secret), step
    _recorded(session, actor, account, is_on=True)
    return renew(session, account, "", now=now, second_factor=True)


def disable(session: Session, actor: Actor, code: str, *, now: datetime) -> str:
    """Take the second factor away, proved by a code. All sessions end; returns the token of a new one."""
    account = held(session, actor.id or 0)
    if not use_code(session, account, code, now=now):
        raise InvalidInput(Message("动态口令不对或已经用过，请等下一个。"), field="one_time_code")
    session.refresh(account)
    account.totp_secret = None
    _recorded(session, actor, account, is_on=False)
    return renew(session, account, "", now=now, second_factor=False)


def _recorded(session: Session, actor: Actor, account: Account, *, is_on: bool) -> None:
    session.flush()
    record(
        session,
        actor,
        Entry(
            action="account.second_factor_on" if is_on else "account.second_factor_off",
            subject_type="account",
            subject_id=account.id,
            changes={"second_factor": (not is_on, is_on)},
        ),
    )
