"""Views of the queue that an officer keeps under names of his own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import InvalidInput, NotFound
from registry.models import SavedFilter
from registry.names import tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.wording import Message

LONGEST_NAME, LONGEST_QUERY, MOST = 40, 1000, 20


def keep_filter(session: Session, actor: Actor, name: str, query: str, *, now: datetime) -> SavedFilter:
    """Keep a view; another one of that name is replaced."""
    require(actor, Permission.REVIEW)
    shown = tidy("".join(mark for mark in name if mark.isprintable()))
    if not shown:
        raise InvalidInput(Message("请给这些条件起一个名称，如“已超期未分派”。"), field="name")
    if len(shown) > LONGEST_NAME:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(shown), longest=LONGEST_NAME), field="name"
        )
    if not query:
        raise InvalidInput(Message("现在没有任何条件：请先筛选，再保存。"), field="name")
    if len(query) > LONGEST_QUERY:
        raise InvalidInput(Message("条件太多，不能保存；请减少几个。"), field="name")
    mine = select(SavedFilter).where(SavedFilter.account_id == actor.id)
    found = session.scalars(mine.where(SavedFilter.name == shown)).one_or_none()
    before = None if found is None else found.query
    if found is None:
        if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
            raise InvalidInput(Message("最多保存 %(most)s 组条件；请先删去不用的。", most=MOST), field="name")
        found = SavedFilter(account_id=actor.id, name=shown, query=query)
        session.add(found)
    found.query = query
    session.flush()
    _event(session, actor, "filter.keep", found, {"query": (before, query)}, now)
    return found


def drop_filter(session: Session, actor: Actor, filter_id: int, *, now: datetime) -> None:
    """Forget a view of one's own; NotFound for anybody else's."""
    require(actor, Permission.REVIEW)
    found = session.get(SavedFilter, filter_id, with_for_update=True)
    if found is None or found.account_id != actor.id:
        raise NotFound(Message("没有这组条件，可能已经删去。"))
    _event(session, actor, "filter.drop", found, {"query": (found.query, None)}, now)
    session.delete(found)
    session.flush()


def _event(
    session: Session,
    actor: Actor,
    action: str,
    found: SavedFilter,
    changes: dict[str, tuple[str | None, str | None]],
    now: datetime,
) -> None:
    entry = Entry(action=action, subject_type="account", subject_id=actor.id, changes=changes, note=found.name)
    record(session, actor, entry, at=now)
