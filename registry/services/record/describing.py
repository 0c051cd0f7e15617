"""What enterprises are and how people call them: size, ownership, short and misprinted names."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.kinds import OtherNameKind
from registry.models import Enterprise, OtherName, Project
from registry.names import name_key, tidy
from registry.permissions import Actor, Permission, require
from registry.queries.titles.facts import Facts, facts_of
from registry.services.events import Entry, record
from registry.services.record import search_index
from registry.services.record.enterprises import held
from registry.wording import Message

LONGEST = 200


def describe(
    session: Session, actor: Actor, enterprise: Enterprise, facts: Facts, *, seen_version: int, now: datetime
) -> None:
    """Say anew what an enterprise is: what `facts` leave out is on record no longer.

    Raises Conflict when somebody else has changed the enterprise since, InvalidInput when nothing differs.
    """
    require(actor, Permission.RECORD_CHANGE)
    enterprise, seen = held(session, enterprise.id), set[str]()
    for kind, name in facts.names:
        if name_key(name) in seen:
            raise InvalidInput(Message("名称“%(name)s”填了两次，请只留一处。", name=name), field=kind.value)
        seen.add(name_key(name))
    if enterprise.version != seen_version:
        raise Conflict(Message("这家企业的登记刚被他人更新，请对照现在的登记核对后再保存，您填写的内容都还在。"))
    changes = changes_between(facts_of(session, enterprise.id), facts)
    if not changes:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"))
    write_facts(session, enterprise, facts, now)
    projects = session.scalars(select(Project.id).where(Project.enterprise_id == enterprise.id))
    search_index.refresh(session, projects.all())
    entry = Entry(action="enterprise.describe", subject_type="enterprise", subject_id=enterprise.id, changes=changes)
    record(session, actor, entry, at=now)


def names_in(kind: OtherNameKind, text: str) -> tuple[tuple[OtherNameKind, str], ...]:
    """The names that a field lists, each once; InvalidInput at the field of their kind."""
    found = split_names(text)
    for name in found:
        if not is_fit(name):
            raise InvalidInput(
                Message("名称“%(name)s”应有 2 到 %(most)s 个字，请更正。", name=name[:40], most=LONGEST),
                field=kind.value,
            )
    return tuple((kind, name) for name in found)


def split_names(text: str) -> tuple[str, ...]:
    """The names that a text lists, a line, 、 or a semicolon apart, each once."""
    found: dict[str, str] = {}
    for part in re.split("[；;、\n]", text):
        if name := tidy(part):
            found.setdefault(name_key(name), name)
    return tuple(found.values())


def is_fit(name: str) -> bool:
    """Whether a name is long enough to find something by it, and short enough to be stored."""
    return len(name) <= LONGEST and len(name_key(name)) >= 2


def changes_between(present: Facts, wanted: Facts) -> dict[str, tuple[str | None, str | None]]:
    """What differs, as an event tells it: codes of size and ownership, the names of a kind in one line."""
    changes: dict[str, tuple[str | None, str | None]] = {}
    for column in ("size", "ownership"):
        before, after = getattr(present, column), getattr(wanted, column)
        if after != before:
            changes[column] = (before.value if before else None, after.value if after else None)
    for kind in OtherNameKind:
        if {name for other, name in present.names if other is kind} != {
            name for other, name in wanted.names if other is kind
        }:
            changes[kind.value] = (present.names_as(kind) or None, wanted.names_as(kind) or None)
    return changes


def write_facts(session: Session, enterprise: Enterprise, facts: Facts, now: datetime) -> None:
    """Make these the facts on record, and mark the enterprise as changed. Search and event are the caller's."""
    enterprise.size = facts.size.value if facts.size else None
    enterprise.ownership = facts.ownership.value if facts.ownership else None
    enterprise.updated_at = now
    wanted = {name_key(name): (kind.value, name) for kind, name in facts.names}
    of_it = select(OtherName).where(OtherName.enterprise_id == enterprise.id).order_by(OtherName.id)
    for row in session.scalars(of_it).all():
        if row.name_key in wanted:
            # A name that only changes its kind or its spelling is the same row.
            row.kind, row.name = wanted.pop(row.name_key)
        else:
            session.delete(row)
    for key, (kind_code, name) in wanted.items():
        session.add(OtherName(enterprise_id=enterprise.id, kind=kind_code, name=name, name_key=key))
    session.flush()
