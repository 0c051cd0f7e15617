"""What people are to be reminded of on a day. A provider gives the reminders of one kind; each is sent once.

A reminder belongs to the day that it is about, not to the day on which it is sent: a run that was missed is made
up by the next one, and a deadline that moves brings a new reminder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.application_form.window import Window, beijing_day
from registry.models import Account, Application, Call
from registry.queries.attention.reminder import Provider, Reminder, nearest
from registry.queries.attention.round_reminders import ending_notices, open_sheets
from registry.queries.attention.yearly_reminders import yearly_reports
from registry.terms import AccountStanding, ApplicationStatus, CallState
from registry.wording import Message

S = ApplicationStatus
CORRECTION_DAYS = (3, 1)
CLOSING_DAYS = (7, 1)
"""So many days before the last one somebody is reminded: once each, and the nearest alone when a run was missed."""


def corrections(session: Session, today: date) -> Iterator[Reminder]:
    """Returned applications whose last day comes near, to the members of their enterprise."""
    latest = today + timedelta(days=max(CORRECTION_DAYS))
    rows = session.execute(
        select(Application.id, Application.number, Application.project_name, Application.due_on, Account.id)
        .join(Account, Account.enterprise_id == Application.enterprise_id)
        .where(
            Application.due_on.between(today, latest),
            Application.status == S.RETURNED.value,
            Account.standing == AccountStanding.ACTIVE.value,
        )
        .order_by(Application.id, Account.id)
    )
    for application_id, number, project, due_on, account_id in rows:
        assert due_on is not None
        yield Reminder(
            account_id=account_id,
            kind=f"correction_{nearest(CORRECTION_DAYS, (due_on - today).days)}",
            subject=f"application:{application_id}",
            day=due_on,
            title=Message("%(label)s：补正期限 %(day)s 将到", label=number, day=due_on.isoformat()),
            body=Message("“%(project)s”请于 %(day)s 前补正。", project=project, day=due_on.isoformat()),
            application_id=application_id,
        )


def closing_calls(session: Session, today: date) -> Iterator[Reminder]:
    """Drafts in calls that close soon, to the members of their enterprise."""
    calls = session.scalars(
        select(Call).where(Call.state == CallState.PUBLISHED.value).options(selectinload(Call.extensions))
    )
    windows = {
        call.id: Window(call.opens_at, call.closes_at, {item.unit_code: item.closes_at for item in call.extensions})
        for call in calls
        if any(
            0 <= (beijing_day(moment) - today).days <= max(CLOSING_DAYS)
            for moment in (call.closes_at, *(item.closes_at for item in call.extensions))
        )
    }
    rows = session.execute(
        select(Application.id, Application.call_id, Application.project_name, Application.answers, Account.id)
        .join(Account, Account.enterprise_id == Application.enterprise_id)
        .where(
            Application.status == S.DRAFT.value,
            Application.call_id.in_(windows),
            Account.standing == AccountStanding.ACTIVE.value,
        )
        .order_by(Application.id, Account.id)
    )
    for application_id, call_id, project, answers, account_id in rows:
        closes = beijing_day(windows[call_id].deadline(answers.get("unit")))
        left = (closes - today).days
        if not 0 <= left <= max(CLOSING_DAYS):
            continue
        name = project or Message("未命名的草稿")
        yield Reminder(
            account_id=account_id,
            kind=f"closing_{nearest(CLOSING_DAYS, left)}",
            subject=f"application:{application_id}",
            day=closes,
            title=Message("“%(project)s”还没有提交，%(day)s 截止", project=name, day=closes.isoformat()),
            body=Message("截止以后不能再提交；草稿仍然保留。请登录后填好、核对并提交。"),
            application_id=application_id,
        )


PROVIDERS: tuple[Provider, ...] = (corrections, closing_calls, yearly_reports, open_sheets, ending_notices)
"""What people are reminded of."""
