"""The own facts of a document corrected: 文号, day, title, organ."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import Document, Project, Publication, Recognition
from registry.names import document_number, document_number_key
from registry.permissions import Actor, Permission, require
from registry.services.events import Changes, Entry, record
from registry.services.record.checks import require_past
from registry.services.record.titles import named
from registry.wording import Message


def correct(
    session: Session,
    actor: Actor,
    document: Document,
    *,
    number: str,
    announced_on: date,
    title: str,
    organ: str,
    note: str = "",
    now: datetime,
) -> Document:
    """Correct 文号, day, title and organ of a document; the days of its titles follow where they were its day.

    Raises Conflict naming another document of that number, InvalidInput at `announced_on` where a title would end
    before it begins, and InvalidInput when nothing differs.
    """
    require(actor, Permission.RECORD_CHANGE)
    document = _held(session, document.id)
    require_past(announced_on, now=now, field="announced_on")
    wanted = {"number": document_number(number), "announced_on": announced_on, "title": title, "organ": organ}
    changes: Changes = {
        name: (_plain(getattr(document, name)), _plain(value))
        for name, value in wanted.items()
        if getattr(document, name) != value
    }
    if not changes:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"))
    key = document_number_key(number)
    other = session.scalars(
        select(Document).where(Document.number_key == key, Document.id != document.id)
    ).one_or_none()
    if other is not None:
        raise Conflict(
            Message(
                "%(number)s 已登记为另一份文件“%(title)s”；如是同一份，请在登记维护中办理“撤回误登文件”。",
                number=other.number,
                title=other.title,
            ),
            field="number",
        )
    day = document.announced_on
    for recognition in _titles(session, document):
        _follow(session, recognition, document, day, announced_on, now)
    document.number, document.number_key = document_number(number), key
    document.announced_on, document.title, document.organ = announced_on, title, organ
    for entered in session.scalars(select(Publication).where(Publication.document_id == document.id)):
        entered.number, entered.number_key = document.number, key
        entered.announced_on, entered.title, entered.organ = announced_on, title, organ
    session.flush()
    entry = Entry(
        action="document.correct", subject_type="document", subject_id=document.id, changes=changes, note=note
    )
    record(session, actor, entry, at=now)
    return document


def _follow(
    session: Session, title: Recognition, document: Document, day: date | None, wanted: date, now: datetime
) -> None:
    begins, ends = title.announced_on, title.ended_on
    if title.document_id == document.id and begins == day:
        begins = wanted
    if title.ending_document_id == document.id and ends == day:
        ends = wanted
    if begins is not None and ends is not None and ends < begins:
        raise InvalidInput(
            Message(
                "照此日期，%(name)s在 %(begins)s 认定，却在 %(ends)s 已结束；请核对日期。",
                name=named(session, title),
                begins=begins,
                ends=ends,
            ),
            field="announced_on",
        )
    title.announced_on, title.ended_on = begins, ends
    session.get_one(Project, title.project_id).updated_at = now


def _titles(session: Session, document: Document) -> list[Recognition]:
    which = or_(Recognition.document_id == document.id, Recognition.ending_document_id == document.id)
    statement = select(Recognition).where(which).order_by(Recognition.id)
    return list(session.scalars(statement.with_for_update(of=Recognition)))


def _held(session: Session, document_id: int) -> Document:
    return session.get_one(Document, document_id, with_for_update=True, populate_existing=True)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
