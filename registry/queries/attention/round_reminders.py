"""Experts who still owe sheets are reminded before their panel closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.evaluation.terms import PanelState
from registry.models import Account, Assignment, Panel
from registry.permissions import Actor
from registry.queries.attention.reminder import Reminder, nearest
from registry.queries.evaluation.facts import ACTIVE
from registry.queries.evaluation.own_list import own_rows
from registry.terms import BEIJING, AccountStanding, Role
from registry.wording import Message

SHEET_DAYS = (3, 1)
"""So many days before its panel closes an expert is reminded of open sheets."""


def open_sheets(session: Session, today: date) -> Iterator[Reminder]:
    """Open sheets of panels that close soon, one reminder for each expert and panel, as the expert's list has them."""
    begins = datetime.combine(today, time.min, tzinfo=BEIJING)
    latest = begins + timedelta(days=max(SHEET_DAYS) + 1)
    experts = session.scalars(
        select(Assignment.expert_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .join(Account, Account.id == Assignment.expert_id)
        .where(
            Panel.state == PanelState.SCORING.value,
            Panel.closes_at >= begins,
            Panel.closes_at < latest,
            Assignment.state.in_(ACTIVE),
            Account.role == Role.EXPERT.value,
            Account.standing == AccountStanding.ACTIVE.value,
        )
        .distinct()
        .order_by(Assignment.expert_id)
    ).all()
    for account_id in experts:
        rows = own_rows(session, Actor(id=account_id, role=Role.EXPERT), now=begins)
        soon = Counter((row.panel_id, row.closes_at) for row in rows if row.is_open and row.closes_at < latest)
        for (panel_id, closes_at), count in soon.items():
            closes = beijing_day(closes_at)
            yield Reminder(
                account_id=account_id,
                kind=f"sheets_{nearest(SHEET_DAYS, (closes - today).days)}",
                subject=f"panel:{panel_id}",
                day=closes,
                title=Message("还有 %(n)s 份申报等您评分，%(day)s 截止", n=count, day=closes.isoformat()),
                body=Message("截止以后不能再提交评分。请登录后在“我的评审”中完成并提交。"),
            )
