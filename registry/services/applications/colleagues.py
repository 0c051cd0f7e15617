"""The second person of an enterprise: asked to check an application, and told when it was confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import InvalidInput
from registry.models import Account, Application, Message
from registry.permissions import Actor
from registry.services.accounts import messages
from registry.services.applications.drafts import editable
from registry.services.events import Entry, record
from registry.terms import AccountStanding

AGAIN = timedelta(hours=12)
"""A colleague who has not read the last request gets no second one before so long."""


def ask_colleagues(
    session: Session, actor: Actor, application_id: int, *, now: datetime, only: int | None = None
) -> Application:
    """Ask the other members, or only one of them, to check and confirm.

    A colleague who has not read the last request is reminded after some time, not at once.
    Raises InvalidInput when there is nobody to ask, or it is confirmed already.
    """
    application = editable(session, actor, application_id)
    if application.confirmed_by is not None:
        raise InvalidInput(wording.Message("这份申报已经有人核对确认，不用再请。"))
    others = _others(session, actor, application)
    if not others:
        raise InvalidInput(wording.Message("本企业没有其他成员；请先让同事注册并加入本企业。"))
    if only is not None and only not in others:
        raise InvalidInput(wording.Message("请选择本企业的一位同事。"), field="colleague")
    wanted = others if only is None else [only]
    name = application.project_name or wording.Message("未命名的草稿")
    subject = wording.Message("请核对“%(project)s”", project=name)
    unread = session.scalars(
        select(Message.account_id).where(
            Message.account_id.in_(wanted),
            Message.application_id == application.id,
            Message.subject == subject[:200],
            Message.read_at.is_(None),
            Message.created_at > now - AGAIN,
        )
    ).all()
    told = [account_id for account_id in wanted if account_id not in set(unread)]
    body = wording.Message("同事已填好这份申报，请登录后在“核对并提交”里核对；确认人和提交人须是两个人。")
    messages.notify(session, told, subject=subject, body=body, application_id=application.id, now=now)
    entry = Entry(
        action="application.ask",
        subject_type="application",
        subject_id=application.id,
        changes={"told": (None, len(told))},
    )
    record(session, actor, entry, at=now)
    return application


def tell_confirmed(session: Session, actor: Actor, application: Application, *, now: datetime) -> None:
    """Say to the other members that it is confirmed, and one of them may submit it now."""
    subject = wording.Message("“%(project)s”已核对确认", project=application.project_name)
    body = wording.Message("同事已核对确认，可以由另一位成员提交。")
    others = _others(session, actor, application)
    messages.notify(session, others, subject=subject, body=body, application_id=application.id, now=now)


def _others(session: Session, actor: Actor, application: Application) -> list[int]:
    return list(
        session.scalars(
            select(Account.id)
            .where(
                Account.enterprise_id == application.enterprise_id,
                Account.standing == AccountStanding.ACTIVE.value,
                Account.id != actor.id,
            )
            .order_by(Account.id)
        )
    )
