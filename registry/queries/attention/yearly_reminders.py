"""Who is to be reminded of a yearly report: 30, 7 and 1 days before the deadline, and a week after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.models import Account
from registry.purposes import CallPurpose
from registry.queries.attention.reminder import Reminder, nearest
from registry.queries.calls.subjects import OwnSubject, still_open
from registry.terms import AccountStanding
from registry.wording import Message

YEARLY_DAYS = (30, 7, 1)
"""So many days before the deadline somebody is reminded: the nearest alone when a run was missed."""
LATE_DAYS = range(7, 15)
"""So many days after it somebody is told once more; a run that comes later than that says nothing any more."""


def due_reminders(items: Iterable[OwnSubject], day: date) -> list[tuple[OwnSubject, str]]:
    """(what is missing, the step of the countdown) of the projects that a day reminds of. Pure."""
    left = [(item, (beijing_day(item.deadline) - day).days) for item in items]
    return [(item, step) for item, days in left if (step := _step(days))]


def _step(days: int) -> str:
    if 0 <= days <= max(YEARLY_DAYS):
        return str(nearest(YEARLY_DAYS, days))
    return "late" if -days in LATE_DAYS else ""


def yearly_reports(session: Session, today: date) -> Iterator[Reminder]:
    """Yearly reports that did not arrive, to the members of their enterprise. Nothing ends when one stays away."""
    due = due_reminders(still_open(session, CallPurpose.YEARLY), today)
    members: dict[int, list[int]] = defaultdict(list)
    wanted = {item.row.enterprise_id for item, _step in due}
    rows = session.execute(
        select(Account.id, Account.enterprise_id)
        .where(Account.enterprise_id.in_(wanted), Account.standing == AccountStanding.ACTIVE.value)
        .order_by(Account.id)
    )
    for account_id, enterprise_id in rows:
        members[enterprise_id or 0].append(account_id)
    for item, step in due:
        closes = beijing_day(item.deadline)
        for account_id in members[item.row.enterprise_id]:
            yield Reminder(
                account_id=account_id,
                kind=f"yearly_{step}",
                subject=f"subject:{item.row.id}",
                day=closes,
                title=_title(item, closes, is_late=closes < today),
                body=_body(item, closes, is_late=closes < today),
            )


def _title(item: OwnSubject, closes: date, *, is_late: bool) -> Message:
    if is_late:
        return Message("%(year)s年度报告已过截止日期", year=item.call_year)
    return Message("%(year)s年度报告还没有报送，%(day)s 截止", year=item.call_year, day=closes.isoformat())


def _body(item: OwnSubject, closes: date, *, is_late: bool) -> Message:
    last = closes.isoformat()
    if is_late:
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
