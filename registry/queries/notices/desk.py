"""Public notices at the officers' desk: what waits for one, and one with everything about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from registry.errors import NotFound
from registry.models import (
    Account,
    Application,
    Call,
    CallSubject,
    Enterprise,
    Event,
    Notice,
    NoticeItem,
    NoticeNote,
    Objection,
    ReportingUnit,
)
from registry.notices import HOLDING, NoticeKind, NoticeState, NoticeUnit
from registry.purposes import CallPurpose, Outcome
from registry.queries.notices.standing import forms_with_notice, standings
from registry.terms import ApplicationStatus
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One notice of the list; the days are None until it is opened."""

    id: int
    title: str
    kind: NoticeKind
    state: NoticeState
    call_title: str
    items: int
    objections: int
    first_day: date | None
    last_day: date | None
    prepared_by: str
    prepared_at: datetime
    confirmed_by: str
    opened_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WaitingCall:
    """A call with proposed applications that stand in no notice."""

    id: int
    title: str
    year: int
    category: str
    purpose: CallPurpose
    proposed: int


@dataclass(frozen=True, kw_only=True)
class DeskLine:
    """One line of a notice for officers: what became of its application, what holds it, what a re-evaluation comes
    to."""

    application_id: int
    number: str
    name: str
    enterprise: str
    unit: str
    status: ApplicationStatus
    override: str
    is_out: bool
    hindrance: str
    objections: int
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Who did what about a notice, and when."""

    at: datetime
    action: str
    name: str
    note: str


@dataclass(frozen=True, kw_only=True)
class DeskNotice:
    """A notice with everything about it."""

    row: DeskRow
    organ: str
    remark: str
    show_scores: bool
    body: str
    contact: dict[str, str]
    days: int
    unit: NoticeUnit
    count_first: bool
    reason: str
    prepared_by_id: int
    version: int
    lines: Sequence[DeskLine]
    notes: Sequence[tuple[datetime, str, date | None]]
    history: Sequence[Happened]


def waiting_calls(session: Session) -> list[WaitingCall]:
    """Calls whose proposed applications wait for a public notice, the newest first (four queries)."""
    with_notice = forms_with_notice(session)
    live = select(NoticeItem.application_id).where(NoticeItem.live, NoticeItem.application_id.is_not(None))
    rows = session.execute(
        select(Application.call_id, Application.call_form_id).where(
            Application.status == ApplicationStatus.PROPOSED.value, Application.id.not_in(live)
        )
    )
    counts = Counter(call_id for call_id, form_id in rows if form_id in with_notice)
    statement = (
        select(Call.id, Call.title, Call.year, Call.category_code, Call.purpose)
        .where(Call.id.in_(counts))
        .order_by(Call.id.desc())
    )
    return [
        WaitingCall(
            id=call_id,
            title=title,
            year=year,
            category=category,
            purpose=CallPurpose(purpose),
            proposed=counts[call_id],
        )
        for call_id, title, year, category, purpose in session.execute(statement)
    ]


def find_call(session: Session, call_id: int) -> WaitingCall:
    """A call by its id; NotFound."""
    call = session.get(Call, call_id) if call_id <= LARGEST_ID else None
    if call is None:
        raise NotFound(Message("没有这个申报通知。"))
    return WaitingCall(
        id=call.id,
        title=call.title,
        year=call.year,
        category=call.category_code,
        purpose=CallPurpose(call.purpose),
        proposed=0,
    )


def last_contact(session: Session) -> dict[str, str]:
    """Where the last notice that was opened said to object; nothing before the first."""
    opened = (
        select(Notice.contact).where(Notice.opened_at.is_not(None)).order_by(Notice.opened_at.desc(), Notice.id.desc())
    )
    return dict(session.scalars(opened.limit(1)).first() or {})


def desk_rows(session: Session, *, limit: int, offset: int = 0) -> list[DeskRow]:
    """All notices: those to be opened first, then the newest."""
    waiting = Notice.state == NoticeState.PREPARED.value
    statement = _select().order_by(waiting.desc(), Notice.id.desc()).limit(limit).offset(offset)
    return [_row(*found) for found in session.execute(statement)]


def count_desk(session: Session) -> int:
    """How many notices were ever prepared."""
    return session.scalar(select(func.count()).select_from(Notice)) or 0


def find_desk_notice(session: Session, notice_id: int, *, today: date) -> DeskNotice:
    """One notice; NotFound."""
    found = session.execute(_select().where(Notice.id == notice_id)).one_or_none() if notice_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(Message("没有这份公示。"))
    notice: Notice = found[0]
    notes = session.scalars(select(NoticeNote).where(NoticeNote.notice_id == notice_id).order_by(NoticeNote.id))
    return DeskNotice(
        row=_row(*found),
        organ=notice.organ,
        remark=notice.remark,
        show_scores=notice.show_scores,
        body=notice.body,
        contact=dict(notice.contact),
        days=notice.days,
        unit=NoticeUnit(notice.unit),
        count_first=notice.count_first,
        reason=notice.reason,
        prepared_by_id=notice.prepared_by,
        version=notice.version,
        lines=_lines(session, notice, today),
        notes=[(note.created_at, note.text, note.last_day) for note in notes],
        history=_history(session, notice_id),
    )


def _lines(session: Session, notice: Notice, today: date) -> list[DeskLine]:
    counted = (
        select(func.count())
        .select_from(Objection)
        .where(Objection.notice_item_id == NoticeItem.id)
        .correlate(NoticeItem)
        .scalar_subquery()
    )
    judged = select(CallSubject.outcome).where(CallSubject.application_id == Application.id).limit(1)
    rows = session.execute(
        select(NoticeItem, Application.number, Application.project_name, Application.status, Enterprise.name, counted)
        .join(Application, Application.id == NoticeItem.application_id)
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .join(ReportingUnit, ReportingUnit.code == Application.unit_code)
        .add_columns(Application.unit_code, judged.scalar_subquery())
        .where(NoticeItem.notice_id == notice.id)
        .order_by(NoticeItem.position)
    ).all()
    noticed = [row[0].application_id for row in rows if row[3] == ApplicationStatus.NOTICED]
    stand = standings(session, noticed) if notice.state == NoticeState.OPEN else {}
    return [
        DeskLine(
            application_id=item.application_id or 0,
            number=number or "",
            name=item.name or name,
            enterprise=item.enterprise or enterprise,
            unit=item.unit_code or unit or "",
            status=ApplicationStatus(status),
            override=item.override,
            is_out=item.left_at is not None,
            hindrance=stand[item.application_id].hindrance(today) if item.application_id in stand else "",
            objections=objections,
            outcome=_outcome(notice, item.outcome or said),
        )
        for item, number, name, status, enterprise, objections, unit, said in rows
    ]


def _outcome(notice: Notice, code: str | None) -> Outcome | None:
    """What was frozen at the opening, and before it what the city proposes: whoever opens a list has read it."""
    return Outcome(code) if code and notice.kind == NoticeKind.RE_EVALUATION else None


def _select() -> Any:
    second = aliased(Account)
    items = select(func.count()).where(NoticeItem.notice_id == Notice.id).correlate(Notice).scalar_subquery()
    open_objections = (
        select(func.count())
        .select_from(Objection)
        .join(NoticeItem, NoticeItem.id == Objection.notice_item_id)
        .where(NoticeItem.notice_id == Notice.id, Objection.state.in_([state.value for state in HOLDING]))
        .correlate(Notice)
        .scalar_subquery()
    )
    return (
        select(Notice, Call.title, Account.name, second.name, items, open_objections)
        .outerjoin(Call, Call.id == Notice.call_id)
        .join(Account, Account.id == Notice.prepared_by)
        .outerjoin(second, second.id == Notice.confirmed_by)
    )


def _row(
    notice: Notice, call_title: str | None, prepared_by: str, confirmed_by: str | None, items: int, objections: int
) -> DeskRow:
    return DeskRow(
        id=notice.id,
        title=notice.title,
        kind=NoticeKind(notice.kind),
        state=NoticeState(notice.state),
        call_title=call_title or "",
        items=items,
        objections=objections,
        first_day=notice.first_day,
        last_day=notice.last_day,
        prepared_by=prepared_by,
        prepared_at=notice.prepared_at,
        confirmed_by=confirmed_by or "",
        opened_at=notice.opened_at,
    )


def _history(session: Session, notice_id: int) -> list[Happened]:
    statement = (
        select(Event.at, Event.action, Account.name, Event.note)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.subject_type == "notice", Event.subject_id == notice_id)
        .order_by(Event.id)
    )
    return [
        Happened(at=at, action=action, name=name or "", note=note)
        for at, action, name, note in session.execute(statement)
    ]
