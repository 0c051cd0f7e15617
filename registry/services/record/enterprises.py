"""What becomes of an enterprise: another name from a day on, another code, merged into another.

Former names and codes go on finding it, in search, lists and registration.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput
from registry.models import Enterprise, EnterpriseName, FormerCode, Project
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import search_index
from registry.services.record.checks import checked_code, checked_name, require_past
from registry.terms import BEIJING
from registry.wording import Message


class NameTaken(Conflict):
    """Another enterprise bears the wanted name: a person who has seen both may confirm."""


def rename(
    session: Session,
    actor: Actor,
    enterprise: Enterprise,
    *,
    name: str,
    document: str,
    on: date,
    now: datetime,
    namesake_confirmed: bool = False,
) -> Enterprise:
    """Give an enterprise its new name from a day on; the one before becomes a former name until the day before.

    Titles keep the name under which they were awarded. `document` is the basis, for the record of events.
    Raises InvalidInput at `name` or `on`, NameTaken (409) when another enterprise is called so.
    """
    require(actor, Permission.RECORD_CHANGE)
    enterprise = held(session, enterprise.id)
    name, before = checked_name(name), enterprise.name
    require_past(on, now=now)
    if name == before:
        raise InvalidInput(Message("企业现在就叫“%(name)s”，不用更名。", name=name), field="name")
    other = namesake(session, enterprise, name)
    if other is not None and not namesake_confirmed:
        raise NameTaken(
            Message(
                "“%(name)s”现在是另一家企业（序号 %(id)s，代码 %(uscc)s）的名称；如是同一家，"
                "请改为登记企业合并；如确是两家同名企业，请核对营业执照后再确认。",
                name=name,
                id=other.id,
                uscc=other.uscc or Message("未登记"),
            ),
            field="name",
        )
    key = name_key(name)
    if key != enterprise.name_key:
        _remember_name(enterprise, before, until=on - timedelta(days=1), present=key)
    enterprise.name, enterprise.name_key, enterprise.updated_at = name, key, now
    session.flush()
    _touch_projects(session, enterprise.id, now)
    changes = {"name": (before, name), "on": (None, on.isoformat())}
    _report(session, actor, "enterprise.rename", enterprise.id, changes, note=document, now=now)
    return enterprise


def give_code(
    session: Session, actor: Actor, enterprise: Enterprise, *, uscc: str, document: str, now: datetime
) -> Enterprise:
    """Enter the unified code of an enterprise, or another one; the one before goes on finding it.

    Raises InvalidInput at `uscc`, Conflict naming the enterprise that has the code.
    """
    require(actor, Permission.RECORD_CHANGE)
    enterprise = held(session, enterprise.id)
    code, before = checked_code(uscc), enterprise.uscc
    if code == before:
        raise InvalidInput(Message("企业登记的代码就是 %(code)s。", code=code), field="uscc")
    other = by_code(session, code)
    if other is not None and other.id != enterprise.id:
        raise Conflict(
            Message(
                "代码 %(code)s 已属于“%(name)s”（序号 %(id)s）；如是同一家企业，请改为登记企业合并。",
                code=code,
                name=other.name,
                id=other.id,
            ),
            field="uscc",
        )
    own = session.get(FormerCode, code)
    if own is not None:
        session.delete(own)
    if before is not None:
        session.add(FormerCode(uscc=before, enterprise_id=enterprise.id, until=now.astimezone(BEIJING).date()))
    enterprise.uscc, enterprise.verified, enterprise.updated_at = code, True, now
    session.flush()
    _touch_projects(session, enterprise.id, now)
    _report(session, actor, "enterprise.code", enterprise.id, {"uscc": (before, code)}, note=document, now=now)
    return enterprise


def held(session: Session, enterprise_id: int) -> Enterprise:
    """An enterprise, held to the end of the transaction; Conflict when it was merged into another, and StaleDataError
    when it has changed since this session read it."""
    return _standing(session, session.get_one(Enterprise, enterprise_id, with_for_update=True, populate_existing=True))


def held_as_it_is(session: Session, enterprise_id: int) -> Enterprise:
    """The same for whoever does not change it: what others have changed of it since it was read does not matter."""
    statement = select(Enterprise).where(Enterprise.id == enterprise_id).with_for_update(of=Enterprise)
    return _standing(session, session.scalars(statement.execution_options(populate_existing=True)).one())


def _standing(session: Session, enterprise: Enterprise) -> Enterprise:
    if enterprise.merged_into_id is not None:
        survivor = session.get_one(Enterprise, enterprise.merged_into_id)
        raise Conflict(
            Message(
                "“%(name)s”已并入“%(survivor_name)s”（序号 %(id)s），请在那里办理。",
                name=enterprise.name,
                survivor_name=survivor.name,
                id=survivor.id,
            )
        )
    return enterprise


def by_code(session: Session, code: str) -> Enterprise | None:
    """The enterprise that bears a unified code, or bore it."""
    found = session.scalars(select(Enterprise).where(Enterprise.uscc == code)).one_or_none()
    if found is None:
        former = session.get(FormerCode, code)
        found = session.get_one(Enterprise, former.enterprise_id) if former is not None else None
    return found


def named(session: Session, name: str) -> list[Enterprise]:
    """Enterprises that bear or bore a name, in the order of their ids."""
    key = name_key(name)
    former = select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key == key)
    statement = select(Enterprise).where(
        or_(Enterprise.name_key == key, Enterprise.id.in_(former)), Enterprise.merged_into_id.is_(None)
    )
    return list(session.scalars(statement.order_by(Enterprise.id)))


def namesake(session: Session, enterprise: Enterprise, name: str) -> Enterprise | None:
    """Another enterprise that is called so now."""
    key = name_key(name)
    return next((other for other in named(session, name) if other.id != enterprise.id and other.name_key == key), None)


def _remember_name(enterprise: Enterprise, before: str, *, until: date | None, present: str) -> None:
    """Keep a name that is borne no longer; one that is borne again is no former name."""
    kept = [former for former in enterprise.former_names if former.name_key != present]
    key = name_key(before)
    if all(former.name_key != key for former in kept):
        kept.append(EnterpriseName(name=before, name_key=key, until=until))
    enterprise.former_names = kept


def _touch_projects(session: Session, enterprise_id: int, now: datetime) -> None:
    """The projects of an enterprise show its name: their search texts and days follow."""
    projects = session.scalars(select(Project).where(Project.enterprise_id == enterprise_id)).all()
    for project in projects:
        project.updated_at = now
    session.flush()
    search_index.refresh(session, [project.id for project in projects])


def _report(
    session: Session,
    actor: Actor,
    action: str,
    enterprise_id: int,
    changes: dict[str, tuple[Any, Any]],
    *,
    note: str,
    now: datetime,
) -> None:
    entry = Entry(action=action, subject_type="enterprise", subject_id=enterprise_id, changes=changes, note=note)
    record(session, actor, entry, at=now)
