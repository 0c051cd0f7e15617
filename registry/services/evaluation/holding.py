"""What commands on panels share: locking the row of a panel, checking a reason, writing an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Panel
from registry.names import tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Changes, Entry, record
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message

LONGEST_REASON = 400


def held(session: Session, actor: Actor, panel_id: int, *, seen_version: int | None = None) -> Panel:
    """A panel, locked to the end of the transaction; raises Conflict when the officer saw another version."""
    require(actor, Permission.PANEL_MANAGE)
    panel = locked(session, panel_id)
    if seen_version is not None and panel.version != seen_version:
        raise Conflict(Message("这个评审组刚被他人更新，请核对后再办理，您填写的内容都还在。"))
    return panel


def locked(session: Session, panel_id: int) -> Panel:
    """A panel, locked to the end of the transaction. Whoever changes its sheets has to lock it first."""
    statement = select(Panel).where(Panel.id == min(panel_id, LARGEST_ID)).with_for_update(of=Panel)
    panel = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if panel is None:
        raise NotFound(Message("没有这个评审组。"))
    return panel


def reason_of(text: str, *, field: str = "reason") -> str:
    """The tidied reason; raises InvalidInput at `field` when it is empty or too long."""
    found = tidy(text)
    if not found:
        raise InvalidInput(Message("请写明原因。"), field=field)
    if len(found) > LONGEST_REASON:
        raise InvalidInput(
            Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短。", n=len(found), longest=LONGEST_REASON), field=field
        )
    return found


def note(
    session: Session,
    actor: Actor,
    panel: Panel,
    action: str,
    changes: Changes,
    *,
    text: str = "",
    now: datetime,
) -> None:
    """The event of a command on a panel."""
    entry = Entry(action=action, subject_type="panel", subject_id=panel.id, changes=changes, note=text)
    record(session, actor, entry, at=now)
