"""Messages of the experts' round: who gets which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, Panel
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.terms import BEIJING, AccountStanding, Role
from registry.wording import Message


def tell_experts(session: Session, panel: Panel, experts: Iterable[int], *, now: datetime) -> None:
    """Tell experts that something waits for them, and until when."""
    by_day = f"{panel.closes_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    body = Message("请登录后在“我的评审”中办理，截止 %(day)s。评审内容不得外传。", day=by_day)
    link = path_to(Target.EXPERT)
    messages.notify(session, sorted(set(experts)), subject=Message("有申报等您评审"), body=body, link=link, now=now)


def tell_city(session: Session, panel_id: int, subject: Message, body: Message, *, now: datetime) -> None:
    """Tell the city's reviewers about a panel."""
    officers = session.scalars(
        select(Account.id)
        .where(Account.role == Role.MUNICIPAL_REVIEWER.value, Account.standing == AccountStanding.ACTIVE.value)
        .order_by(Account.id)
    )
    link = path_to(Target.PANEL, panel_id)
    messages.notify(session, officers.all(), subject=subject, body=body, link=link, now=now)
