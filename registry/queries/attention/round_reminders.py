"""Reminders of the round: experts who still owe sheets, the city of notices that end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.evaluation.terms import PanelState
from registry.models import Account, Assignment, Notice, Panel
from registry.notices import NoticeState
from registry.permissions import Actor
from registry.queries.attention.reminder import Reminder, nearest
from registry.queries.evaluation.facts import ACTIVE
from registry.queries.evaluation.own_list import own_rows
from registry.terms import BEIJING, AccountStanding, Role
from registry.wording import Message

NOTICE_DAYS = 1
"""So many days before the last day of a notice the city is reminded of it."""
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


def ending_notices(session: Session, today: date) -> Iterator[Reminder]:
    """Public notices that end tomorrow or today, to the city's reviewers: what comes after them is to be prepared."""
    officers = select(Account.id).where(
        Account.role == Role.MUNICIPAL_REVIEWER.value, Account.standing == AccountStanding.ACTIVE.value
    )
    accounts = session.scalars(officers.order_by(Account.id)).all()
    ending = select(Notice).where(
        Notice.state == NoticeState.OPEN.value,
        Notice.last_day.between(today, today + timedelta(days=NOTICE_DAYS)),
    )
    for notice in session.scalars(ending.order_by(Notice.id)):
        assert notice.last_day is not None
        for account_id in accounts:
            yield Reminder(
                account_id=account_id,
                kind="notice_ends",
                subject=f"notice:{notice.id}",
                day=notice.last_day,
                title=Message("公示“%(title)s”%(day)s 结束", title=notice.title, day=notice.last_day.isoformat()),
                body=Message("请核对有没有未办结的异议；公示期满后可以录入认定文件或上报。"),
                link=f"/review/notices/{notice.id}",
            )
