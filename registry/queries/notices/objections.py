"""Objections as their list and pages show them. Who objects is no part of any of these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Account, Application, Notice, NoticeItem, Objection, ObjectionFile
from registry.notices import HOLDING, Channel, Finding, ObjectionState, ObjectorKind
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class ObjectionRow:
    """One objection; `files` counts what came with it."""

    id: int
    number: str
    notice_id: int
    notice_title: str
    item: str
    enterprise: str
    application_id: int | None
    application_number: str
    kind: ObjectorKind
    channel: Channel
    state: ObjectionState
    finding: Finding | None
    facts: str
    inquiry: str
    finding_text: str
    reply: str
    handled_by: str
    received_on: date
    closed_at: datetime | None
    has_identity: bool
    files: int
    version: int


def list_objections(session: Session, *, is_open: bool, page: int = 1) -> tuple[list[ObjectionRow], int]:
    """A page of objections, the oldest open first, and how many there are."""
    holding = Objection.state.in_([state.value for state in HOLDING])
    wanted = holding if is_open else ~holding
    total = session.scalar(select(func.count()).select_from(Objection).where(wanted)) or 0
    order = Objection.id if is_open else Objection.id.desc()
    statement = _select().where(wanted).order_by(order).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return [_row(*found) for found in session.execute(statement)], total


def find_objection(session: Session, objection_id: int) -> ObjectionRow:
    """One objection; NotFound."""
    known = objection_id <= LARGEST_ID
    found = session.execute(_select().where(Objection.id == objection_id)).one_or_none() if known else None
    if found is None:
        raise NotFound(Message("没有这件异议。"))
    return _row(*found)


def by_code(session: Session, number: str, token_hash: str) -> ObjectionRow:
    """The objection that a number and its code open; NotFound for anything else."""
    statement = _select().where(Objection.number == number, Objection.token_hash == token_hash)
    # No number holds what a database would not take as a text.
    found = session.execute(statement).one_or_none() if number.isprintable() else None
    if found is None:
        raise NotFound(Message("没有这件异议，或查询码不对；请核对编号和查询码。"))
    return _row(*found)


def file_ids(session: Session, objection_id: int) -> list[int]:
    """Ids of the files that came with an objection."""
    statement = select(ObjectionFile.id).where(ObjectionFile.objection_id == objection_id).order_by(ObjectionFile.id)
    return list(session.scalars(statement))


def _select() -> Any:
    files = (
        select(func.count())
        .select_from(ObjectionFile)
        .where(ObjectionFile.objection_id == Objection.id)
        .correlate(Objection)
        .scalar_subquery()
    )
    return (
        select(Objection, NoticeItem, Notice, Application.number, Account.name, files)
        .join(NoticeItem, NoticeItem.id == Objection.notice_item_id)
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .outerjoin(Application, Application.id == NoticeItem.application_id)
        .outerjoin(Account, Account.id == Objection.handled_by)
    )


def _row(
    objection: Objection, item: NoticeItem, notice: Notice, number: str | None, handled_by: str | None, files: int
) -> ObjectionRow:
    return ObjectionRow(
        id=objection.id,
        number=objection.number,
        notice_id=notice.id,
        notice_title=notice.title,
        item=item.name,
        enterprise=item.enterprise,
        application_id=item.application_id,
        application_number=number or "",
        kind=ObjectorKind(objection.kind),
        channel=Channel(objection.channel),
        state=ObjectionState(objection.state),
        finding=Finding(objection.finding) if objection.finding else None,
        facts=objection.facts,
        inquiry=objection.inquiry,
        finding_text=objection.finding_text,
        reply=objection.reply,
        handled_by=handled_by or "",
        received_on=objection.received_on,
        closed_at=objection.closed_at,
        has_identity=objection.identity is not None,
        files=files,
        version=objection.version,
    )
