"""Documents that end titles, and documents whose titles became void."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput
from registry.models import Publication, Recognition
from registry.names import document_number, has_control_characters, tidy
from registry.services.titles.effects import Typed, Values
from registry.terms import PublicationState
from registry.wording import Message

_TEXTS = {
    "number": (Message("文号"), 60),
    "document_title": (Message("文件标题"), 200),
    "organ": (Message("发文机关"), 100),
}


def read_document(typed: Typed, *, optional: Container[str] = ()) -> Values:
    """Number, day, title and organ of a document; the first that is missing or wrong raises at its field."""
    found = {}
    for name, (label, longest) in _TEXTS.items():
        text = tidy(str(typed.get(name, "")))
        if not text and name not in optional:
            raise InvalidInput(Message("请填写%(label)s", label=label), field=name)
        if len(text) > longest or has_control_characters(text):
            raise InvalidInput(
                Message("最多 %(longest)s 个字，不能含有控制字符；请改正。", longest=longest), field=name
            )
        found[name] = text
    day = typed.get("announced_on")
    if not isinstance(day, date):
        raise InvalidInput(Message("请填写文件上的日期"), field="announced_on")
    return found | {"number": document_number(found["number"]), "announced_on": day.isoformat()}


def release(session: Session, document_ids: set[int]) -> None:
    """A confirmed entry of a document on which no title stands any more is cancelled: its applications wait again."""
    for document_id in sorted(document_ids):
        if session.scalars(select(Recognition.id).where(Recognition.document_id == document_id)).first() is not None:
            continue
        entered = select(Publication).where(Publication.document_id == document_id).with_for_update()
        for publication in session.scalars(entered).all():
            publication.state = PublicationState.CANCELLED.value
            publication.confirmed_by = publication.confirmed_at = publication.document_id = None
    session.flush()
