"""A member's link for a colleague without an account: it registers the colleague in this enterprise and no other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Account, Enterprise
from registry.permissions import PUBLIC, Actor, Permission, require
from registry.services.accounts import messages, tokens
from registry.services.accounts.making import TAKEN, add, clean_email, clean_name, email_key, faults_of, find, held
from registry.services.accounts.membership import deciders
from registry.services.accounts.registration import Registration
from registry.services.events import Entry, record
from registry.services.record import enterprises
from registry.terms import AccountStanding, Role, TokenPurpose
from registry.wording import Message


def colleague_link(session: Session, actor: Actor, *, now: datetime) -> str:
    """A link for one colleague, valid for seven days; an earlier link of the same member becomes invalid."""
    require(actor, Permission.APPLICATION_OWN)
    account = held(session, actor.id or 0)
    token = tokens.issue(session, account, TokenPurpose.COLLEAGUE, now=now)
    record(session, actor, Entry(action="account.colleague_link", subject_type="account", subject_id=account.id))
    return token


def host_of(session: Session, hashed: str, *, now: datetime) -> Account:
    """The member who made a link, by the hash of its token; raises NotFound when it was used or has expired, and when
    that member may not act any more."""
    host = tokens.bearer(session, hashed, TokenPurpose.COLLEAGUE, now=now)
    if host.standing != AccountStanding.ACTIVE or host.enterprise_id is None:
        raise NotFound(Message("这个链接已经用过、过期或不完整。请让同事重新发一个。"))
    return host


def faults(newcomer: Registration) -> list[InvalidInput]:
    """Everything that is wrong with what a colleague states, in the order of the fields."""
    return faults_of((clean_name, newcomer.name), (clean_email, newcomer.email))


def join(
    session: Session, hashed: str, newcomer: Registration, password_hash: str, *, now: datetime, language: str
) -> Account:
    """Make the colleague's account and use the link up; the enterprise is that of the link, whatever he states.

    The link of an owner admits him at once; after that of another member he waits for an owner or the bureau.
    """
    host = host_of(session, hashed, now=now)
    # One that is being merged into another must not get a member meanwhile, whom nobody would see.
    enterprises.held_as_it_is(session, host.enterprise_id or 0)
    email, name = clean_email(newcomer.email), clean_name(newcomer.name)
    if find(session, email) is not None:
        raise InvalidInput(TAKEN, field="email")
    tokens.redeem(session, hashed, TokenPurpose.COLLEAGUE, now=now)
    account = Account(
        email=email,
        email_key=email_key(email),
        name=name,
        role=Role.ENTERPRISE.value,
        standing=(AccountStanding.ACTIVE if host.is_owner else AccountStanding.PENDING).value,
        enterprise_id=host.enterprise_id,
        is_owner=False,
        password_hash=password_hash,
        language=language,
        consent_version=newcomer.consent.version,
        consent_at=newcomer.consent.at,
        created_at=now,
    )
    if not add(session, account):
        raise Conflict(Message("刚有同样的注册提交，请稍后直接登录。"))
    changes = {"standing": (None, account.standing), "enterprise": (None, account.enterprise_id)}
    entry = Entry(action="account.register", subject_type="account", subject_id=account.id, changes=changes)
    record(session, PUBLIC, entry)
    _tell(session, host, account, now)
    return account


def _tell(session: Session, host: Account, account: Account, now: datetime) -> None:
    enterprise = session.get_one(Enterprise, host.enterprise_id)
    if host.is_owner:
        subject = Message("%(name)s已加入%(enterprise)s", name=account.name, enterprise=enterprise.name)
        body = Message("%(name)s（%(email)s）用您的链接注册，已加入本企业。", name=account.name, email=account.email)
        messages.notify(session, [host.id], subject=subject, body=body, now=now)
        return
    messages.notify(
        session,
        deciders(session, enterprise, now=now),
        subject=Message("%(asked)s申请加入%(enterprise)s", asked=account.name, enterprise=enterprise.name),
        body=Message(
            "%(asked)s（%(email)s）注册并申请加入%(enterprise)s，请核实后批准或谢绝。",
            asked=account.name,
            email=account.email,
            enterprise=enterprise.name,
        ),
        now=now,
    )
