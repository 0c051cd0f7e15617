"""What a step writes besides the status: its event, and the message to the enterprise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, Application
from registry.permissions import Actor
from registry.services.accounts import messages
from registry.services.accounts.links import Target, path_to
from registry.services.events import Entry, record
from registry.services.review.needs import StepInput
from registry.services.review.prepared import live_item
from registry.statuses import ACTIONS
from registry.terms import Action, ApplicationStatus
from registry.wording import Message, together

S = ApplicationStatus


def report(
    session: Session,
    actor: Actor,
    application: Application,
    action: Action,
    before: ApplicationStatus,
    given: StepInput,
    *,
    letter: tuple[int | None, str] | None = None,
    now: datetime,
) -> None:
    """The event of a step, and the message to whom it concerns."""
    changes: dict[str, tuple[object, object]] = {"status": (before.value, application.status)}
    if letter is not None and letter != (application.rank, application.letter_number):
        rank, number = letter
        changes |= {"rank": (rank, application.rank), "letter_number": (number, application.letter_number)}
    if action is Action.RETURN:
        changes["open_fields"] = (None, application.open_fields)
        changes["due_on"] = (None, application.due_on.isoformat() if application.due_on else None)
    record(
        session,
        actor,
        Entry(
            action=f"application.{action.value}",
            subject_type="application",
            subject_id=application.id,
            changes=changes,
            note=given.reason.strip(),
        ),
        at=now,
    )
    facts = ACTIONS[action]
    is_taken_back = action is Action.UNDO and before is S.RETURNED
    if not facts.message and not is_taken_back:
        return
    sentence = Message("退回已撤销，不用再修改") if is_taken_back else Message(facts.message)
    members = session.scalars(
        select(Account.id).where(Account.enterprise_id == application.enterprise_id, Account.standing == "active")
    ).all()
    subject = Message("%(label)s：%(message)s", label=application.number or Message("草稿"), message=sentence)
    body: str = given.message.strip()
    if not body:
        happened = Message("“%(project)s”%(sentence)s。", project=application.project_name, sentence=sentence)
        further = [Message(facts.following)] if facts.following else []
        body = together(happened, *further, Message("登录后可以查看详情。"))
    if application.due_on is not None:
        body = together(body, Message("请于 %(day)s 前补正。", day=application.due_on.isoformat()))
    link = ""
    if action is Action.OPEN_NOTICE and (item := live_item(session, application.id)) is not None:
        link = path_to(Target.PUBLIC_NOTICE, item.notice_id)
    messages.notify(session, members, subject=subject, body=body, application_id=application.id, link=link, now=now)
