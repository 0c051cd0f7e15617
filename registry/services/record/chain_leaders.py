"""链主: the chain of industry that an enterprise leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import Enterprise
from registry.names import has_control_characters, tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record.enterprises import held
from registry.wording import Message


def tag_chain_leader(
    session: Session, actor: Actor, enterprise: Enterprise, chain: str, *, seen_version: int, now: datetime
) -> None:
    """Name the chain of industry that an enterprise leads; '' takes the tag away. Raises Conflict when somebody else
    has changed the enterprise since, InvalidInput at `chain`."""
    require(actor, Permission.RELATION_KEEP)
    text = tidy(chain)
    if len(text) > 60 or has_control_characters(text):
        raise InvalidInput(Message("最多 60 个字，不能含有控制字符。"), field="chain")
    enterprise = held(session, enterprise.id)
    if text == enterprise.chain_leader:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"), field="chain")
    if enterprise.version != seen_version:
        raise Conflict(Message("这家企业的登记刚被他人更新，请对照现在的登记核对后再保存，您填写的内容都还在。"))
    changes = {"chain_leader": (enterprise.chain_leader, text)}
    enterprise.chain_leader, enterprise.updated_at = text, now
    session.flush()
    entry = Entry(
        action="enterprise.chain_leader", subject_type="enterprise", subject_id=enterprise.id, changes=changes
    )
    record(session, actor, entry, at=now)
