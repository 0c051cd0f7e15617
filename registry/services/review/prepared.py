"""Applications that stand in a prepared notice or document: they cannot be set back, and leave it when refused or
withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict
from registry.models import Application, Notice, NoticeItem, Publication
from registry.notices import NoticeState
from registry.permissions import Actor
from registry.services.accounts import messages
from registry.services.events import Entry, record
from registry.terms import PublicationState
from registry.wording import Message


def require_in_none(session: Session, application: Application) -> None:
    """Raise Conflict naming the prepared notice or document that an application stands in."""
    for publication in _publications(session, application):
        raise Conflict(
            Message("这份申报已在认定文件 %(number)s 中待复核；请先取消那份文件。", number=publication.number)
        )
    item = live_item(session, application.id)
    if item is not None and item.notice.state == NoticeState.PREPARED:
        raise Conflict(Message("这份申报已在公示“%(title)s”中待公开；请先取消那份公示。", title=item.notice.title))


def take_out(session: Session, actor: Actor, application: Application, *, now: datetime) -> None:
    """Take an application that is over out of what is prepared, and tell whoever prepared that.

    A document or notice without anything left is cancelled. An open notice keeps the line, marked.
    """
    name = Message("%(number)s“%(name)s”", number=application.number, name=application.project_name)
    for publication in _publications(session, application):
        publication.items = [item for item in publication.items if item.get("application") != application.id]
        if not publication.items:
            publication.state = PublicationState.CANCELLED.value
        session.flush()
        entry = Entry(
            action="publication.take_out",
            subject_type="publication",
            subject_id=publication.id,
            changes={
                "items": (len(publication.items) + 1, len(publication.items)),
                "application": (application.id, None),
            },
        )
        record(session, actor, entry, at=now)
        _tell(session, publication.prepared_by, publication.number, name, bool(publication.items), now)
    item = live_item(session, application.id)
    if item is None:
        return
    notice = item.notice
    if notice.state == NoticeState.PREPARED:
        # The lines are read before the deletion: a query writes pending changes, and the line would be missing from the
        # result.
        lines = notice.items
        session.delete(item)
        lines.remove(item)
        if not notice.items:
            notice.state, notice.ended_at = NoticeState.CANCELLED.value, now
            notice.reason = Message("名单中的申报都已退出")
    else:
        item.live, item.left_at = False, now
    session.flush()
    changes = {"application": (application.id, None)}
    entry = Entry(action="notice.take_out", subject_type="notice", subject_id=notice.id, changes=changes)
    record(session, actor, entry, at=now)
    _tell(session, notice.prepared_by, notice.title, name, bool(notice.items), now)


def hold(session: Session, ids: Sequence[int]) -> list[Application]:
    """Applications as they are now, held to the transaction's end, in one order.

    Whoever changes a notice or a document holds its applications before it: a step holds its application first, and
    then looks where it stands.
    """
    return list(
        session.scalars(
            select(Application)
            .where(Application.id.in_(ids))
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
    )


def put_back(session: Session, application: Application) -> bool:
    """Have an application that left an open notice stand in it again; False when that notice is open no more."""
    item = session.scalars(
        select(NoticeItem)
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .where(
            NoticeItem.application_id == application.id,
            NoticeItem.left_at.is_not(None),
            Notice.state == NoticeState.OPEN.value,
        )
        .order_by(NoticeItem.id.desc())
    ).first()
    if item is not None:
        item.live, item.left_at = True, None
    return item is not None


def live_item(session: Session, application_id: int) -> NoticeItem | None:
    """The line under which an application stands in a prepared or open notice."""
    return session.scalars(
        select(NoticeItem)
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .where(NoticeItem.application_id == application_id, NoticeItem.live)
    ).one_or_none()


def _publications(session: Session, application: Application) -> Iterator[Publication]:
    prepared = session.scalars(
        select(Publication)
        .where(Publication.call_id == application.call_id, Publication.state == PublicationState.PREPARED.value)
        .order_by(Publication.id)
        .with_for_update()
    )
    for publication in prepared.all():
        if any(item.get("application") == application.id for item in publication.items):
            yield publication


def _tell(session: Session, account_id: int, what: str, name: str, has_more: bool, now: datetime) -> None:
    subject = Message("“%(what)s”少了一项", what=what)
    body = Message("%(name)s已经办结，不再列入“%(what)s”。", name=name, what=what)
    if not has_more:
        body = Message("%(name)s已经办结；“%(what)s”没有其他项目，已自动取消。", name=name, what=what)
    messages.notify(session, [account_id], subject=subject, body=body, now=now)
