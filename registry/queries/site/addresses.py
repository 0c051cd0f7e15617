"""Every public page of the record with the day of its last change, for `/sitemap.xml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.models import Call, Document, Notice, Recognition
from registry.queries.catalogue.columns import NOT_STATED, Catalogue
from registry.queries.notices.public import SHOWN
from registry.terms import CallState


@dataclass(frozen=True)
class PublicAddress:
    """A page: the name of its kind, what stands in its address, when it was last changed."""

    kind: str
    key: str
    changed_on: date | None = None


def public_addresses(session: Session, catalogue: Catalogue) -> list[PublicAddress]:
    """All of them, kind by kind, each in the order of its key (three queries)."""
    prefix = catalogue.lists.city.facts.code_prefix
    moments = catalogue.updated.tolist()
    # A list that came in at once gives its moment to thousands of projects.
    day_of = {at: beijing_day(datetime.fromtimestamp(at, UTC)) for at in set(moments)}
    days = [day_of[at] for at in moments]
    found = [
        PublicAddress("project", f"{prefix}-{number:06d}", day)
        for number, day in zip(catalogue.numbers.tolist(), days, strict=True)
    ]
    newest: dict[int, date] = {}
    for enterprise, day in zip(catalogue.enterprise.tolist(), days, strict=True):
        if enterprise != NOT_STATED:
            newest[enterprise] = max(day, newest.get(enterprise, day))
    found += [PublicAddress("enterprise", str(key), newest[key]) for key in sorted(newest)]
    used = or_(Recognition.document_id == Document.id, Recognition.ending_document_id == Document.id)
    documents = select(Document.id, Document.announced_on).where(select(Recognition.id).where(used).exists())
    found += [
        PublicAddress("announcement", str(key), day) for key, day in session.execute(documents.order_by(Document.id))
    ]
    calls = select(Call.id).where(Call.state == CallState.PUBLISHED.value).order_by(Call.id)
    found += [PublicAddress("call", str(key)) for key in session.scalars(calls)]
    notices = select(Notice.id, func.coalesce(Notice.ended_at, Notice.opened_at)).where(Notice.state.in_(SHOWN))
    found += [
        PublicAddress("notice", str(key), beijing_day(at)) for key, at in session.execute(notices.order_by(Notice.id))
    ]
    return found


MARK = (
    'SELECT (SELECT COUNT(*) FROM "call"), (SELECT COALESCE(SUM(version), 0) FROM "call"),'
    " (SELECT COUNT(*) FROM notice), (SELECT COALESCE(SUM(version), 0) FROM notice)"
)
"""Changes whenever calls or notices do, whose changes do not move the revision of the record. It is text because the
front asks it of the database itself."""


def address_mark(session: Session) -> tuple[int, ...]:
    """What `MARK` says now (one query)."""
    return tuple(session.execute(text(MARK)).one())
