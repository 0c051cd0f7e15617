"""What becomes of a project: another name, another place, corrected facts, its end. Its code stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.changes import ClosingCause
from registry.errors import Conflict, InvalidInput
from registry.models import Industry, Project, ProjectName, ReportingUnit
from registry.names import name_key
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.record import search_index
from registry.services.record.checks import checked_name, require_past
from registry.terms import Precision
from registry.values.places import Point, division_of, precision_of
from registry.wording import Message

_PLACE = {
    "unit_code", "division_code", "town", "address", "lon", "lat", "typed_lon", "typed_lat", "typed_system",
    "near_line", "precision",
}  # fmt: skip
"""Columns that say together where a project is."""


def rename(
    session: Session, actor: Actor, project: Project, *, name: str, document: str, on: date, now: datetime
) -> Project:
    """Give a project its new name from a day on; the one before becomes a former name until the day before.

    Raises InvalidInput at `name` or `on`, Conflict when another project of the enterprise is called so.
    """
    require(actor, Permission.RECORD_CHANGE)
    project = held(session, project.id)
    name, before = checked_name(name), project.name
    require_past(on, now=now)
    if name == before:
        raise InvalidInput(Message("项目现在就叫“%(name)s”，不用更名。", name=name), field="name")
    take_name(session, project, name, until=on - timedelta(days=1))
    changes = {"name": (before, name), "on": (None, on.isoformat())}
    return _settled(session, actor, project, "project.rename", changes, note=document, now=now)


def move(
    session: Session,
    actor: Actor,
    project: Project,
    *,
    unit: str,
    town: str,
    address: str,
    point: Point | None,
    document: str = "",
    on: date,
    now: datetime,
) -> Project:
    """Bring a project to another place: unit, division, address and point change in one step.

    The division is the one where the point lies, that of the unit where there is no point or it lies near a line.
    """
    require(actor, Permission.RECORD_CHANGE)
    project = held(session, project.id)
    require_past(on, now=now)
    division = unit_division(session, unit)
    facts: dict[str, Any] = {"unit_code": unit, "town": town, "address": address, **place_facts(point, division, town)}
    changes = _assign(project, facts)
    if not changes:
        raise InvalidInput(Message("新的地点和登记的相同，没有要改的内容。"), field="unit")
    changes["on"] = (None, on.isoformat())
    return _settled(session, actor, project, "project.move", changes, note=document, now=now)


def correct(
    session: Session, actor: Actor, project: Project, *, facts: Mapping[str, Any], document: str = "", now: datetime
) -> Project:
    """Correct public facts by column name. Raises InvalidInput when nothing differs or an industry is unknown."""
    require(actor, Permission.RECORD_CHANGE)
    project = held(session, project.id)
    industry = facts.get("industry_code")
    if industry and session.get(Industry, industry) is None:
        raise InvalidInput(Message("没有行业大类 %(industry)s；请重新选择。", industry=industry), field="industry")
    changes = _assign(project, facts)
    if not changes:
        raise InvalidInput(Message("填写的内容和登记的相同，没有要更正的。"))
    return _settled(session, actor, project, "project.correct", changes, note=document, now=now)


def close(
    session: Session,
    actor: Actor,
    project: Project,
    *,
    cause: ClosingCause,
    document: str = "",
    on: date,
    now: datetime,
) -> Project:
    """Mark a project that is no longer there. Its titles stay until a document ends them."""
    require(actor, Permission.RECORD_CHANGE)
    project = held(session, project.id)
    require_past(on, now=now)
    changes = _assign(project, {"ended_on": on, "ended_cause": cause.value})
    if not changes:
        raise InvalidInput(Message("项目已经这样登记，没有要改的内容。"), field="cause")
    return _settled(session, actor, project, "project.close", changes, note=document, now=now)


def take_name(session: Session, project: Project, name: str, *, until: date | None) -> None:
    """Give a project a name and keep the one before; writing it another way makes no former name."""
    key = name_key(name)
    if key != project.name_key:
        require_free_name(session, project.enterprise_id, name, own=project.id)
        kept = [former for former in project.former_names if former.name_key != key]
        if all(former.name_key != project.name_key for former in kept):
            kept.append(ProjectName(name=project.name, name_key=project.name_key, until=until))
        project.former_names = kept
    project.name, project.name_key = name, key


def put_back(
    session: Session, actor: Actor, project: Project, replaced: Mapping[str, Any], *, note: str, now: datetime
) -> None:
    """Give a project the facts and names back that a recognition `replaced` which turned out to be void. What
    somebody has changed since stays; a place is one fact."""
    facts: Mapping[str, Sequence[Any]] = replaced["project"]
    moved = {column for column, (_before, after) in facts.items() if getattr(project, column) != after}
    if moved & _PLACE:
        moved |= _PLACE
    if "name" in facts and session.scalar(_bearers(project.enterprise_id, facts["name"][0], project.id)) is not None:
        moved.add("name")
    changes: dict[str, tuple[Any, Any]] = {
        column: (after, before) for column, (before, after) in facts.items() if column not in moved
    }
    for column, (_after, before) in changes.items():
        setattr(project, column, before)
    if "name" in changes:
        project.name_key = name_key(project.name)
        stands = {former.name_key: former for former in project.former_names}
        project.former_names = [
            stands.get(key) or ProjectName(name=name, name_key=key, until=date.fromisoformat(until) if until else None)
            for name, key, until in replaced["names"]
        ]
    if changes:
        project.updated_at = now
        session.flush()
        entry = Entry(
            action="project.correct", subject_type="project", subject_id=project.id, changes=changes, note=note
        )
        record(session, actor, entry, at=now)


def held(session: Session, project_id: int) -> Project:
    """A project, held to the end of the transaction; Conflict when it was merged into another."""
    project = session.get_one(Project, project_id, with_for_update=True, populate_existing=True)
    if project.merged_into_id is not None:
        survivor = session.get_one(Project, project.merged_into_id)
        raise Conflict(
            Message(
                "%(code)s 已并入 %(survivor_code)s“%(name)s”，请在那里办理。",
                code=project.code,
                survivor_code=survivor.code,
                name=survivor.name,
            )
        )
    return project


def _bearers(enterprise_id: int | None, name: str, own: int | None) -> Select[str]:
    return select(Project.code).where(
        Project.enterprise_id == enterprise_id, Project.name_key == name_key(name), Project.id != (own or 0)
    )


def require_free_name(session: Session, enterprise_id: int | None, name: str, *, own: int | None = None) -> None:
    """Refuse a name that another project of the enterprise bears."""
    others = _bearers(enterprise_id, name, own)
    other = session.scalars(others).first()
    if other is not None:
        raise Conflict(
            Message(
                "本企业的 %(other)s 已叫“%(name)s”；如是同一个项目，请在登记维护中办理项目合并，如不是，请先给它更名。",
                other=other,
                name=name,
            ),
            field="name",
        )


def unit_division(session: Session, unit: str) -> str:
    """The division of a reporting unit; raises InvalidInput at `unit`."""
    found = session.get(ReportingUnit, unit)
    if found is None:
        raise InvalidInput(Message("没有这个板块；请重新选择。"), field="unit")
    return found.division_code


def place_facts(point: Point | None, division: str, town: str) -> dict[str, Any]:
    """The columns of a place, division and precision with them."""
    names = ("lon", "lat", "typed_lon", "typed_lat", "typed_system")
    found: dict[str, Any] = {name: getattr(point, name) if point is not None else None for name in names}
    found["near_line"] = point.near_line if point is not None else False
    precision = precision_of(point, town) if point is not None or town else Precision.DISTRICT.value
    return found | {"division_code": division_of(point, division), "precision": precision}


def _assign(project: Project, facts: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the columns that differ; what changed, in a form that an event can hold."""
    changes: dict[str, tuple[Any, Any]] = {}
    for column, value in facts.items():
        before = getattr(project, column)
        if before != value:
            setattr(project, column, value)
            changes[column] = (_plain(before), _plain(value))
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _settled(
    session: Session,
    actor: Actor,
    project: Project,
    action: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    note: str,
    now: datetime,
) -> Project:
    project.updated_at = now
    session.flush()
    search_index.refresh(session, [project.id])
    entry = Entry(action=action, subject_type="project", subject_id=project.id, changes=changes, note=note)
    record(session, actor, entry, at=now)
    return project
