"""Whether the rules of a call let an enterprise apply, from all that is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.eligibility import Held, Obstacle, Standing, obstacles
from registry.application_form.window import beijing_day
from registry.models import Application, Call, Category, Project, ProjectName, Recognition, Waiver
from registry.names import name_key
from registry.statuses import REFUSED_STATUSES
from registry.terms import ApplicationStatus, CallRule, RecognitionStatus
from registry.wording import Named

_NOT_COUNTED = (ApplicationStatus.DRAFT.value, *(status.value for status in REFUSED_STATUSES))


def eligibility(
    session: Session,
    *,
    call: Call,
    rules: Rules,
    enterprise_id: int,
    project_id: int | None,
    established_on: date | None,
    now: datetime,
    counted_application_id: int | None = None,
    project_name: str = "",
) -> list[Obstacle]:
    """Rules that stand against an application; a waived one is listed with `waived`.

    `counted_application_id` is the application that asks: it does not count against itself, and a new
    project is known by its name. Whoever submits must hold the enterprise's row (SELECT … FOR UPDATE),
    so that two submissions at once count each other.
    """
    own = session.get(Application, counted_application_id) if counted_application_id is not None else None
    standing = Standing(
        category=call.category_code,
        category_name=Named(call.category.name, call.category.name_en),
        project_titles=_titles(
            session,
            enterprise_id,
            project_id=project_id,
            key=name_key(project_name or (own.project_name if own else "")),
        ),
        titles=_titles(session, enterprise_id),
        applications=_submitted(session, call.id, enterprise_id, counted_application_id),
        established_on=established_on,
    )
    waived = waived_rules(session, call.id, enterprise_id)
    return [
        replace(obstacle, waived=obstacle.rule in waived)
        for obstacle in obstacles(rules, standing, today=beijing_day(now))
    ]


def waived_rules(session: Session, call_id: int, enterprise_id: int) -> frozenset[CallRule]:
    """Rules of a call that an officer waived for an enterprise."""
    rows = session.scalars(select(Waiver.rule).where(Waiver.call_id == call_id, Waiver.enterprise_id == enterprise_id))
    return frozenset(CallRule(rule) for rule in rows)


def _submitted(session: Session, call_id: int, enterprise_id: int, own: int | None) -> list[str]:
    rows = session.execute(
        select(Application.id, Application.number)
        .where(
            Application.call_id == call_id,
            Application.enterprise_id == enterprise_id,
            Application.status.not_in(_NOT_COUNTED),
        )
        .order_by(Application.id)
    ).all()
    return [number or "" for application_id, number in rows if application_id != own]


def _titles(
    session: Session, enterprise_id: int, *, project_id: int | None = None, key: str | None = None
) -> list[Held]:
    """Titles of an enterprise; of one project where `project_id` or the `key` of its name is given ('' finds none)."""
    if project_id is None and key == "":
        return []
    statement = (
        select(
            Recognition.category_code,
            Category.name,
            Project.name,
            Recognition.status,
            Recognition.ended_on,
            Recognition.cool_down_years,
        )
        .join(Project, Project.id == Recognition.project_id)
        .join(Category, Category.code == Recognition.category_code)
        .where(
            Project.enterprise_id == enterprise_id,
            Project.merged_into_id.is_(None),
            Recognition.status != RecognitionStatus.EXPIRED.value,
        )
        .order_by(Project.id, Recognition.id)
    )
    if project_id is not None:
        statement = statement.where(Project.id == project_id)
    elif key is not None:
        former = select(ProjectName.project_id).where(ProjectName.name_key == key)
        statement = statement.where(or_(Project.name_key == key, Project.id.in_(former)))
    return [
        Held(*row[:3], row.ended_on if row.status == RecognitionStatus.REVOKED else None, row.cool_down_years)
        for row in session.execute(statement)
    ]
