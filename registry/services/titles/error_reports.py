"""信息有误: a reader says what is wrong with a public project, its unit answers; no account is needed."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.changes import ReportState, ReportTopic
from registry.errors import Conflict, InvalidInput, NotFound
from registry.keeping import kept
from registry.models import ErrorReport, Project
from registry.names import has_control_characters, tidy
from registry.permissions import PUBLIC, Actor, Permission, require
from registry.queries.titles.error_reports import find_report
from registry.services.accounts import messages, throttling
from registry.services.accounts.links import Target, path_to
from registry.services.events import Entry, record
from registry.services.record import codes
from registry.terms import BEIJING, Role
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

SHORTEST, LONGEST, LONGEST_CONTACT = 10, 1000, 200
CONTACT_KEPT = kept("error_report")
"""A contact is erased so long after the answer."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a reader sends; the contact may be left out."""

    topic: str
    text: str
    contact: str = ""


def receive(
    session: Session, project_id: int, report: Report, *, address: str | None, now: datetime
) -> tuple[ErrorReport, str]:
    """Write a report down for the unit of its project. Returns it with the code that opens the answer.

    Raises InvalidInput at the fields, TooManyAttempts for an address that sends many.
    """
    throttling.begin(session, throttling.report_attempt(address), now=now)
    topic, text, contact = _checked(report)
    project = session.get_one(Project, project_id)
    code = secrets.token_hex(8)
    made = ErrorReport(
        number=codes.draw_report_number(session, now.astimezone(BEIJING).year),
        project_id=project.id,
        unit_code=project.unit_code,
        topic=topic.value,
        text=text,
        contact=contact,
        token_hash=hash_of(code),
        created_at=now,
    )
    session.add(made)
    session.flush()
    _erase_contacts(session, now)
    changes = {"state": (None, made.state), "topic": (None, topic.value)}
    entry = Entry(action="error_report.receive", subject_type="error_report", subject_id=made.id, changes=changes)
    record(session, PUBLIC, entry, at=now)
    subject = Message(
        "%(number)s 有人指出 %(code)s 信息有误（%(topic)s）", number=made.number, code=project.code, topic=topic
    )
    body = Message("项目 %(code)s“%(name)s”：请在“纠错”中查看并答复。", code=project.code, name=project.name)
    link = path_to(Target.REPORT, made.id)
    told = messages.officers(session, Role.DISTRICT_REVIEWER, unit=project.unit_code)
    messages.notify(session, told, subject=subject, body=body, link=link, now=now)
    return made, code


def answer(
    session: Session,
    actor: Actor,
    report_id: int,
    *,
    state: str,
    text: str,
    seen_version: int,
    now: datetime,
) -> ErrorReport:
    """Answer a report: corrected, or as on record. Raises Conflict when somebody has answered already."""
    require(actor, Permission.REPORT_ANSWER)
    statement = select(ErrorReport).where(ErrorReport.id == report_id).with_for_update()
    known = report_id <= LARGEST_ID
    report = session.scalars(statement.execution_options(populate_existing=True)).one_or_none() if known else None
    if report is None or (actor.role is Role.DISTRICT_REVIEWER and report.unit_code != actor.unit):
        raise NotFound(Message("没有这份纠错，或不在您的办理范围内。"))
    if report.state != ReportState.RECEIVED or report.version != seen_version:
        raise Conflict(
            Message(
                "%(number)s 已由他人答复（%(state)s），请刷新后查看。",
                number=report.number,
                state=ReportState(report.state),
            )
        )
    if state not in (ReportState.CORRECTED, ReportState.CONFIRMED):
        raise InvalidInput(Message("请选择已更正或与登记一致。"), field="state")
    text = text.strip()
    if not text:
        raise InvalidInput(Message("请写一句答复，读者凭查询码看到。"), field="answer")
    if len(text) > LONGEST:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST), field="answer"
        )
    report.state, report.answer = state, text
    report.answered_by, report.answered_at = actor.id, now
    session.flush()
    _erase_contacts(session, now)
    entry = Entry(
        action="error_report.answer",
        subject_type="error_report",
        subject_id=report.id,
        changes={"state": (ReportState.RECEIVED.value, state)},
    )
    record(session, actor, entry, at=now)
    return report


def look_at_contact(session: Session, actor: Actor, report_id: int, *, now: datetime) -> None:
    """Say that this officer looks at how the reader of a report in reach can be reached; the look is an event."""
    require(actor, Permission.REPORT_ANSWER)
    report = find_report(session, actor, report_id)
    record(
        session, actor, Entry(action="error_report.contact", subject_type="error_report", subject_id=report.id), at=now
    )
    session.flush()


def hash_of(code: str) -> str:
    """SHA-256 (hex) under which a code is stored."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def _checked(report: Report) -> tuple[ReportTopic, str, str]:
    try:
        topic = ReportTopic(report.topic)
    except ValueError:
        raise InvalidInput(Message("请选择哪里有误。"), field="topic") from None
    text, contact = report.text.strip(), tidy(report.contact)
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidInput(
            Message(
                "有 %(n)s 个字，应为 %(shortest)s 到 %(longest)s 个；请写明哪里不对、应是什么。",
                n=len(text),
                shortest=SHORTEST,
                longest=LONGEST,
            ),
            field="text",
        )
    if any(has_control_characters(line) for line in text.splitlines()):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field="text")
    if len(contact) > LONGEST_CONTACT or has_control_characters(contact):
        raise InvalidInput(
            Message("最多 %(longest)s 个字，不能含有控制字符；请改正。", longest=LONGEST_CONTACT),
            field="contact",
        )
    return topic, text, contact


def _erase_contacts(session: Session, now: datetime) -> None:
    """Each report that comes or is answered erases the contacts that have been kept long enough."""
    due = ErrorReport.answered_at < now - CONTACT_KEPT
    session.execute(update(ErrorReport).where(due, ErrorReport.contact != "").values(contact=""))
