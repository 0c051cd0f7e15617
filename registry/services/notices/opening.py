"""The publisher's acts: a notice is opened, corrected by a note, or withdrawn.

Opening fixes everything that the public reads: lines, text, first and last day. What the calendar learns later may
only lengthen a notice, by a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry.application_form.window import beijing_day
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import Application, Call, CallSubject, Notice, NoticeNote, ReportingUnit
from registry.names import has_control_characters
from registry.notices import NoticeKind, NoticeState, NoticeUnit
from registry.permissions import Actor, Permission, require
from registry.queries.applications.access import has_notice
from registry.queries.evaluation.outcomes import outcome_of
from registry.queries.notices.calendar import office_days
from registry.queries.notices.text import Facts, introduction
from registry.services.applications.snapshots import latest
from registry.services.events import Entry, record
from registry.services.notices.checking import steps_taken
from registry.services.notices.preparing import checked_reason, end, held, hold_items
from registry.services.review import prepared, steps
from registry.terms import Action, ApplicationStatus
from registry.values.office_days import Length, OfficeDays, first_day, guessed_years, last_day
from registry.wording import Message

LONGEST_NOTE = 1000


def length_of(notice: Notice) -> Length:
    """How the period of a notice is counted."""
    return Length(days=notice.days, working=notice.unit == NoticeUnit.WORKING, count_first=notice.count_first)


def days_if_opened(notice: Notice, today: date, office: OfficeDays) -> tuple[date, date]:
    """First and last day of a notice that is opened on a day."""
    first = first_day(today, length_of(notice), office)
    return first, last_day(first, length_of(notice), office)


def open_notice(
    session: Session,
    actor: Actor,
    notice_id: int,
    *,
    seen_version: int,
    calendar_checked: bool = False,
    now: datetime,
) -> Notice:
    """Open a prepared notice. Everything is written, or nothing.

    Raises NotAllowed for whoever prepared it, InvalidInput at `calendar_checked` while the free days of its period are
    only guessed, and Conflict (409) naming an application that is proposed no longer.
    """
    require(actor, Permission.NOTICE_CONFIRM)
    applications = {each.id: each for each in hold_items(session, notice_id)}
    notice = held(session, notice_id, seen_version=seen_version, state=NoticeState.PREPARED)
    if notice.prepared_by == actor.id:
        raise NotAllowed(Message("自己拟订的公示须由另一人核对后公开。"))
    office, today = office_days(session), beijing_day(now)
    first, last = days_if_opened(notice, today, office)
    guessed = guessed_years(today, last, office)
    if guessed and not calendar_checked:
        raise InvalidInput(
            Message("%(years)s 年放假安排尚未录入，请核对公示的起止日期后勾选确认。", years=guessed),
            field="calendar_checked",
        )
    try:
        _put_on_view(session, actor, notice, applications, (first, last), now)
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(Message("公开期间有申报被他人办理，什么都没有写入。请核对后再公开。")) from error
    changes = {
        "state": (NoticeState.PREPARED.value, notice.state),
        "first_day": (None, first.isoformat()),
        "last_day": (None, last.isoformat()),
        "items": (0, len(notice.items)),
    }
    entry = Entry(action="notice.open", subject_type="notice", subject_id=notice.id, changes=changes)
    record(session, actor, entry, at=now)
    return notice


def withdraw(
    session: Session, actor: Actor, notice_id: int, *, reason: str, seen_version: int, now: datetime
) -> Notice:
    """Withdraw an open notice: its page stays, its applications are proposed again and need a new, full notice.

    Objections to it stay and are decided.
    """
    require(actor, Permission.NOTICE_CONFIRM)
    applications = hold_items(session, notice_id)
    notice = held(session, notice_id, seen_version=seen_version, state=NoticeState.OPEN)
    reason = checked_reason(reason)
    done = [each for each in applications if each.status != ApplicationStatus.NOTICED]
    if done:
        raise Conflict(
            Message(
                "%(number)s“%(name)s”已经“%(status)s”，公示不能再撤回。",
                number=done[0].number,
                name=done[0].project_name,
                status=ApplicationStatus(done[0].status),
            )
        )
    end(notice, NoticeState.WITHDRAWN, reason, now)
    session.flush()
    for application in applications:
        prepared.require_in_none(session, application)
        steps.settle_notice(session, actor, application, Action.CLOSE_NOTICE, reason=reason, now=now)
    entry = Entry(
        action="notice.withdraw",
        subject_type="notice",
        subject_id=notice.id,
        changes={"state": (NoticeState.OPEN.value, notice.state)},
        note=notice.reason,
    )
    record(session, actor, entry, at=now)
    return notice


def add_note(
    session: Session,
    actor: Actor,
    notice_id: int,
    text: str,
    *,
    until: date | None = None,
    seen_version: int,
    now: datetime,
) -> NoticeNote:
    """Publish a correction beside an open notice; `until` is a later last day that it announces."""
    require(actor, Permission.NOTICE_CONFIRM)
    notice = held(session, notice_id, seen_version=seen_version, state=NoticeState.OPEN)
    assert notice.last_day is not None
    text = text.strip()
    if not text:
        raise InvalidInput(Message("请写明更正的内容。"), field="text")
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(text), longest=LONGEST_NOTE), field="text"
        )
    if any(has_control_characters(line) for line in text.splitlines()):
        raise InvalidInput(Message("含有看不见的控制字符；请重新键入。"), field="text")
    if until is not None and (until <= notice.last_day or until.year > notice.last_day.year + 1):
        raise InvalidInput(
            Message("公示期只能延长：新的最后一天应晚于 %(day)s。", day=notice.last_day.isoformat()), field="until"
        )
    if until is not None and beijing_day(now) > notice.last_day:
        raise InvalidInput(
            Message(
                "公示已于 %(day)s 结束，不能再延长；确需重新公示的，请撤回后重新公示。", day=notice.last_day.isoformat()
            ),
            field="until",
        )
    note = NoticeNote(notice_id=notice.id, text=text, last_day=until, author_id=actor.id, created_at=now)
    session.add(note)
    changes = {}
    if until is not None:
        changes = {"last_day": (notice.last_day.isoformat(), until.isoformat())}
        notice.last_day = until
    session.flush()
    entry = Entry(action="notice.note", subject_type="notice", subject_id=notice.id, changes=changes)
    record(session, actor, entry, at=now)
    return note


def _put_on_view(
    session: Session,
    actor: Actor,
    notice: Notice,
    applications: Mapping[int, Application],
    days: tuple[date, date],
    now: datetime,
) -> None:
    items = sorted(notice.items, key=lambda item: item.position)
    # By unit, in the bureau's order, as the list is read.
    places = {row.code: row.position for row in session.execute(select(ReportingUnit.code, ReportingUnit.position))}
    for item in items:
        application = applications[item.application_id or 0]
        if application.status != ApplicationStatus.PROPOSED or not has_notice(application):
            raise Conflict(
                Message(
                    "%(number)s“%(name)s”现在是“%(status)s”，不是拟认定。什么都没有写入，请取消后重新拟订。",
                    number=application.number,
                    name=application.project_name,
                    status=ApplicationStatus(application.status),
                )
            )
        item.name = latest(session, application.id).answers.get("project_name", application.project_name)
        item.enterprise, item.unit_code = application.enterprise.name, application.unit_code
        if notice.kind == NoticeKind.RE_EVALUATION:
            judged = select(CallSubject.outcome).where(CallSubject.application_id == application.id)
            item.outcome = session.scalars(judged).one()
        if notice.show_scores:
            outcome = outcome_of(session, application.id)
            item.score = outcome.score if outcome is not None and outcome.is_decided else None
    order = sorted(items, key=lambda item: (places[item.unit_code or ""], item.position))
    # Positions are unique within the notice, so they move out of each other's way first.
    for number, item in enumerate(order, start=1):
        item.position = -number
    session.flush()
    for item in order:
        item.position = -item.position
    notice.state, notice.confirmed_by, notice.opened_at = NoticeState.OPEN.value, actor.id, now
    notice.first_day, notice.last_day = days
    notice.body = body_of(session, notice)
    session.flush()
    for item in order:
        steps.settle_notice(session, actor, applications[item.application_id or 0], Action.OPEN_NOTICE, now=now)


def body_of(session: Session, notice: Notice) -> str:
    """The first paragraph of a notice, as it would be if it were opened now."""
    call = session.get_one(Call, notice.call_id)
    ids = [item.application_id for item in notice.items if item.application_id is not None]
    return introduction(
        Facts(
            kind=NoticeKind(notice.kind),
            call=call.title,
            document_number=call.document_number,
            steps=steps_taken(session, ids, NoticeKind(notice.kind)),
            count=len(notice.items),
            year=call.year,
            category=call.category.name,
        )
    )


def preview(session: Session, notice_id: int) -> str:
    """The first paragraph that a prepared notice would have."""
    return body_of(session, session.get_one(Notice, notice_id))
