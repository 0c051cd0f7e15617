"""One document row per 文号, whatever the document does: it may give titles, end others and confirm others."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import Document
from registry.names import document_number, document_number_key
from registry.terms import DocumentKind
from registry.wording import Message


def settle(
    session: Session,
    *,
    number: str,
    title: str,
    organ: str,
    announced_on: date,
    kind: DocumentKind,
    is_demo: bool,
    now: datetime,
) -> Document:
    """The document under its one 文号: as it is on record, or new. Conflict when its day is another one.

    A document that gives titles counts as one of recognition, whatever else it does.
    """
    key = document_number_key(number)
    document = session.scalars(select(Document).where(Document.number_key == key).with_for_update()).one_or_none()
    if document is None:
        document = Document(
            number=document_number(number), number_key=key, kind=kind.value, is_demo=is_demo, created_at=now
        )
        session.add(document)
    elif document.announced_on not in (None, announced_on):
        raise Conflict(
            Message(
                "%(number)s 已登记的公布日期是 %(announced_on)s，与本次录入的不同；请对照文件。",
                number=document.number,
                announced_on=f"{document.announced_on:%Y-%m-%d}",
            ),
            field="announced_on",
        )
    if kind is DocumentKind.RECOGNITION and document.kind == DocumentKind.REVOCATION:
        document.kind = kind.value
    document.announced_on = announced_on
    document.title = document.title or title
    document.organ = document.organ or organ
    session.flush()
    return document
