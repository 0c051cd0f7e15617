"""What a recognition makes of a project: a new one with a permanent code, or an existing one brought up to
date. Facts are those of the frozen application; of an outside list those of its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.declaration import Choices, Declared
from registry.errors import Conflict
from registry.models import Application, Category, Enterprise, Project, ProjectName
from registry.names import name_key, tidy
from registry.services.recognition.alike import Meant
from registry.services.recognition.entering import named
from registry.services.record import codes, enterprises
from registry.services.record.projects import take_name
from registry.terms import Precision
from registry.values.places import division_of, precision_of
from registry.wording import Message

_BETWEEN = re.compile(r"[、,，;；/\n]+")


def settle_project(
    session: Session,
    application: Application,
    declared: Declared,
    *,
    choices: Choices,
    meant: Meant | None,
    now: datetime,
) -> tuple[Project, dict[str, tuple[Any, Any]]]:
    """(the project of an application as it is now recognised, what changed of an existing one).

    `meant` is the project of another name that a person said it is; unless it was renamed it keeps its name.
    """
    if declared.unit is None:
        raise Conflict(
            Message("%(application)s的申报板块已不在板块表中，请联系系统管理员。", application=named(application))
        )
    name = declared.texts.get("project_name", application.project_name)
    facts = _facts(declared, declared.unit, choices.units[declared.unit])
    project = surviving(session, meant.project_id) if meant is not None else _known(session, application, name)
    if project is None:
        kind = application.call.category.type
        made = new_project(
            session, name=name, kind=kind, enterprise_id=application.enterprise_id, facts=facts,
            is_demo=application.is_demo, now=now,
        )  # fmt: skip
        return made, {}
    changes: dict[str, tuple[Any, Any]] = {}
    names = [
        [former.name, former.name_key, former.until and former.until.isoformat()] for former in project.former_names
    ]
    if meant is None or meant.is_renamed:
        changes |= _rename(session, project, name)
    for column, value in facts.items():
        before = getattr(project, column)
        if value not in (None, "") and before != value:
            setattr(project, column, value)
            changes[column] = (before, value)
    if changes:
        application.replaced = {"project": changes, "names": names}
    project.updated_at = now
    return project, changes


def new_project(
    session: Session,
    *,
    name: str,
    kind: str,
    enterprise_id: int | None,
    facts: Mapping[str, Any],
    is_demo: bool,
    now: datetime,
) -> Project:
    """A project under the next permanent code."""
    project = Project(
        code=codes.project_code(session, codes.draw(session, "project_code")),
        type=kind,
        name=name,
        name_key=name_key(name),
        enterprise_id=enterprise_id,
        is_demo=is_demo,
        created_at=now,
        updated_at=now,
        **facts,
    )
    session.add(project)
    session.flush()
    return project


def _facts(declared: Declared, unit: str, unit_division: str) -> dict[str, Any]:
    texts, point = declared.texts, declared.point
    town = texts.get("town", "")
    facts: dict[str, Any] = {
        "unit_code": unit,
        "town": town,
        "address": texts.get("address", ""),
        "industry_code": declared.industry,
        "industry_class": texts.get("industry_class", "").removeprefix("C"),
        "products": "\n".join(filter(None, (tidy(part) for part in _BETWEEN.split(texts.get("products", ""))))),
        "summary": texts.get("summary", ""),
    }
    if point is not None:
        facts |= {name: getattr(point, name) for name in ("lon", "lat", "typed_lon", "typed_lat", "typed_system")}
        facts |= {"near_line": point.near_line}
    return facts | {"division_code": division_of(point, unit_division), "precision": precision_of(point, town)}


def _known(session: Session, application: Application, name: str) -> Project | None:
    """The project that an application names, or the one of its enterprise that bears or bore this name."""
    if application.project_id is not None:
        return surviving(session, application.project_id)
    found = bearing(session, application.enterprise_id, name)
    return found[0] if found else None


def bearing(session: Session, enterprise_id: int | None, name: str) -> list[Project]:
    """Projects of an enterprise (None: parks and zones) that bear or bore a name; merged ones where they went."""
    key = name_key(name)
    former = select(ProjectName.project_id).where(ProjectName.name_key == key)
    rows = session.scalars(
        select(Project.id)
        .where(Project.enterprise_id == enterprise_id, or_(Project.name_key == key, Project.id.in_(former)))
        .order_by(Project.merged_into_id.is_not(None), Project.name_key != key, Project.id)
    )
    return list({project.id: project for project in (surviving(session, each) for each in rows)}.values())


def surviving(session: Session, project_id: int) -> Project:
    """A project, or the one that it was merged into."""
    project = session.get_one(Project, project_id)
    seen = {project.id}
    while project.merged_into_id is not None and project.merged_into_id not in seen:
        project = session.get_one(Project, project.merged_into_id)
        seen.add(project.id)
    return project


def _rename(session: Session, project: Project, name: str) -> dict[str, tuple[Any, Any]]:
    before = project.name
    if before == name:
        return {}
    take_name(session, project, name, until=None)
    return {"name": (before, name)}


def settle_listed(
    session: Session, item: Mapping[str, Any], category: Category, choices: Choices, *, is_demo: bool, now: datetime
) -> Project:
    """The project of a row of an outside list: the one that was chosen, or a new one in the row's unit."""
    if item.get("project") is not None:
        return surviving(session, item["project"])
    unit = item["unit"]
    if unit not in choices.units:
        raise Conflict(
            Message(
                "第 %(row)s 行“%(name)s”的板块已不在板块表中，请取消后重新录入。",
                row=item["row"],
                name=item["name"],
            )
        )
    enterprise = _enterprise(session, item, is_demo=is_demo, now=now) if item["enterprise"] else None
    known = bearing(session, enterprise.id if enterprise else None, item["name"])
    if known:
        return known[0]
    town = item.get("town", "")
    facts = {
        "unit_code": unit,
        "division_code": choices.units[unit],
        "town": town,
        "address": item.get("address", ""),
        "industry_code": item.get("industry") or None,
        "industry_class": item.get("industry_class", ""),
        "precision": (Precision.TOWN if town else Precision.DISTRICT).value,
    }
    return new_project(
        session, name=item["name"], kind=category.type, enterprise_id=enterprise.id if enterprise else None,
        facts=facts, is_demo=is_demo or bool(enterprise and enterprise.is_demo), now=now,
    )  # fmt: skip


def find_enterprise(session: Session, name: str, uscc: str | None) -> Enterprise | None:
    """The enterprise that a row names; None when it is new. Conflict when that cannot be told."""
    coded = enterprises.by_code(session, uscc) if uscc else None
    named_so = enterprises.named(session, name)
    if coded is not None:
        if coded not in named_so:
            raise Conflict(
                Message(
                    "代码 %(uscc)s 登记的企业名称是“%(coded)s”，不是“%(name)s”；"
                    "如已更名，请先在登记维护中办理企业更名。",
                    uscc=uscc,
                    coded=coded.name,
                    name=name,
                )
            )
        return coded
    fitting = [enterprise for enterprise in named_so if uscc is None or enterprise.uscc is None]
    if len(fitting) > 1:
        raise Conflict(
            Message(
                "有 %(n)s 家企业用过“%(name)s”这个名称；请在名单中填写统一社会信用代码。", n=len(fitting), name=name
            )
        )
    return fitting[0] if fitting else None


def _enterprise(session: Session, item: Mapping[str, Any], *, is_demo: bool, now: datetime) -> Enterprise:
    uscc = item.get("uscc") or None
    found = find_enterprise(session, item["enterprise"], uscc)
    if found is None:
        found = Enterprise(
            name=item["enterprise"], name_key=name_key(item["enterprise"]), uscc=uscc, verified=uscc is not None,
            is_demo=is_demo, created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(found)
    elif uscc is not None and found.uscc is None:
        found.uscc, found.verified, found.updated_at = uscc, True, now
    session.flush()
    return found
