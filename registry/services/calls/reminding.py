"""Who is to be reminded of a yearly report on a day: 30, 7 and 1 days before the deadline, and 7 after it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.models import Account
from registry.purposes import CallPurpose
from registry.queries.calls.subjects import OwnSubject, still_open
from registry.terms import AccountStanding
from registry.wording import Message

KIND = "yearly"
DAYS = (30, 7, 1, -7)
"""Days from the day of reminding to the deadline; a negative number is after it."""


@dataclass(frozen=True, kw_only=True)
class YearlyReminder:
    """One reminder of one person. `kind` and `subject_key` with the day say which it is, so that it goes once."""

    account_id: int
    call_id: int
    subject_key: str
    days: int
    subject: Message
    body: Message
    link: str
    kind: str = KIND


def due_reminders(items: list[OwnSubject], day: date) -> list[tuple[OwnSubject, int]]:
    """(what is missing, days to its deadline) of the projects of which `day` is a day to remind. Pure."""
    left = [(item, (beijing_day(item.deadline) - day).days) for item in items]
    return [(item, days) for item, days in left if days in DAYS]


def yearly_reminders(session: Session, day: date) -> list[YearlyReminder]:
    """What members of enterprises are to be told on a day; nobody loses anything by not answering."""
    due = due_reminders(still_open(session, CallPurpose.YEARLY), day)
    members: dict[int, list[int]] = defaultdict(list)
    wanted = {item.row.enterprise_id for item, _days in due}
    rows = session.execute(
        select(Account.id, Account.enterprise_id)
        .where(Account.enterprise_id.in_(wanted), Account.standing == AccountStanding.ACTIVE.value)
        .order_by(Account.id)
    )
    for account_id, enterprise_id in rows:
        members[enterprise_id or 0].append(account_id)
    return [
        YearlyReminder(
            account_id=account_id,
            call_id=item.row.call_id,
            subject_key=f"{item.row.call_id}-{item.row.project_id}",
            days=days,
            subject=_subject(item, days),
            body=_body(item, days),
            link=f"/enterprise/begin?call={item.row.call_id}",
        )
        for item, days in due
        for account_id in members[item.row.enterprise_id]
    ]


def _subject(item: OwnSubject, days: int) -> Message:
    if days < 0:
        return Message("%(year)s年度报告已过截止日期", year=item.call_year)
    return Message("%(year)s年度报告还有 %(days)s 天截止", year=item.call_year, days=days)


def _body(item: OwnSubject, days: int) -> Message:
    last = beijing_day(item.deadline).isoformat()
    if days < 0:
        return Message(
            "“%(project)s”的%(year)s年度报告没有按时报送，截止日期是 %(day)s。请联系所在板块补报或说明情况。",
            project=item.row.project,
            year=item.call_year,
            day=last,
        )
    return Message(
        "“%(project)s”的%(year)s年度报告还没有报送，截止日期是 %(day)s。请登录后填报。",
        project=item.row.project,
        year=item.call_year,
        day=last,
    )
