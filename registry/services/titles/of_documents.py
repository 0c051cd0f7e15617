"""Changes of documents: their own facts, and withdrawing one that was confirmed in error."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import ChangeKind
from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Application, CallSubject, Document, Publication, Recognition, ReEvaluation
from registry.names import is_document_number
from registry.purposes import PublicationKind
from registry.services.events import Entry, record
from registry.services.record import document_correcting, titles
from registry.services.review import steps
from registry.services.titles.documents import read_document, release
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.of_titles import void_chosen
from registry.services.titles.subjects import Subject
from registry.terms import ApplicationStatus
from registry.wording import Message


def _document(subject: Subject) -> Document:
    if subject.document is None:
        raise NotFound(Message("没有这份文件。"))
    return subject.document


def _facts_now(session: Session, subject: Subject, wanted: Typed) -> Values:
    document = _document(subject)
    return {
        "number": document.number,
        "announced_on": "" if document.announced_on is None else document.announced_on.isoformat(),
        "document_title": document.title,
        "organ": document.organ,
    }


def _doubts(session: Session, subject: Subject, wanted: Typed, on: date, today: date) -> list[Message]:
    if is_document_number(wanted["number"]):
        return []
    return [Message("文号“%(number)s”与通常的写法不同，请对照文件。", number=wanted["number"])]


def _correct(doing: Doing, wanted: Typed) -> None:
    document_correcting.correct(
        doing.session, doing.actor, _document(doing.subject), number=wanted["number"],
        announced_on=date.fromisoformat(wanted["announced_on"]), title=wanted["document_title"], organ=wanted["organ"],
        note=doing.basis, now=doing.now,
    )  # fmt: skip


def _read_withdrawal(session: Session, subject: Subject, typed: Typed) -> Values:
    basis = str(typed.get("document", "")).strip()
    if not basis:
        raise InvalidInput(Message("请填写依据：更正文件的文号，或情况说明。"), field="document")
    return {"document": basis}


def _withdraw(doing: Doing, wanted: Typed) -> None:
    """What it awarded becomes void, what it ended is valid again, what it confirmed is so no longer; its applications
    are proposed again."""
    session, document = doing.session, _document(doing.subject)
    given = session.scalars(
        select(Recognition).where(Recognition.document_id == document.id).order_by(Recognition.id)
    ).all()
    ends = select(Recognition.id).where(Recognition.ending_document_id == document.id)
    retained = session.scalars(select(ReEvaluation).where(ReEvaluation.document_id == document.id)).all()
    if not given and not retained and session.scalars(ends).first() is None:
        raise Conflict(Message("这份文件名下没有认定，也没有由它撤销的认定，不用撤回。"))
    for each in retained:
        session.delete(each)
    _reopen(doing, document)
    titles.restore(session, doing.actor, document, note=doing.basis, now=doing.now)
    if given:
        void_chosen(doing, list(given))
    release(session, {document.id})
    document.announced_on = None
    session.flush()
    changes = {"titles": (len(given), 0)}
    entry = Entry(
        action="document.withdraw",
        subject_type="document",
        subject_id=document.id,
        changes=changes,
        note=doing.basis,
    )
    record(session, doing.actor, entry, at=doing.now)


def _reopen(doing: Doing, document: Document) -> None:
    """The forms of a re-evaluation that the document filed wait for another one, with their outcomes."""
    entered = select(Publication).where(
        Publication.document_id == document.id, Publication.kind == PublicationKind.RE_EVALUATION.value
    )
    subjects = [item["subject"] for publication in doing.session.scalars(entered) for item in publication.items]
    filed = (
        select(Application)
        .join(CallSubject, CallSubject.application_id == Application.id)
        .where(CallSubject.id.in_(subjects), Application.status == ApplicationStatus.FILED.value)
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    for application in doing.session.scalars(filed).all():
        steps.settle_void(doing.session, doing.actor, application, now=doing.now)


EFFECTS = {
    ChangeKind.DOCUMENT_FACT: Effect(
        read=lambda session, subject, typed: read_document(typed, optional=("document_title", "organ")),
        apply=_correct,
        current=_facts_now,
        doubts=_doubts,
    ),
    ChangeKind.WITHDRAW_DOCUMENT: Effect(read=_read_withdrawal, apply=_withdraw),
}
