"""What may be the same thing as an application: same name, same enterprise and name, or within 150 m.

A question that an officer answered is not asked again, from whichever side it was answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, or_, select
from sqlalchemy.orm import Session

from registry.models import Account, Application, Call, DuplicateAnswer, Enterprise, Project, ProjectName
from registry.permissions import Actor
from registry.purposes import LATER_PURPOSES, CallPurpose
from registry.queries.catalogue.nearby import METRES_PER_DEGREE
from registry.queries.review.queue_scope import in_reach
from registry.statuses import REFUSED_STATUSES
from registry.terms import ApplicationStatus

NEAR_METRES = 150.0
MOST = 20


class Reason(StrEnum):
    """Why two things may be one."""

    SAME_HOLDER = "same_holder"  # the same enterprise, the same name
    SAME_NAME = "same_name"  # another enterprise, the same name
    NEAR = "near"


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A candidate: `other` is `project:12` or `application:7`, `code` its public code or number.

    `is_same` is the answer that an officer gave, None while it is open.
    """

    other: str
    id: int
    code: str
    name: str
    enterprise: str
    unit: str
    reasons: tuple[Reason, ...]
    metres: float | None
    is_same: bool | None = None
    answered_by: str = ""

    @property
    def is_project(self) -> bool:
        """Whether it is a registered project (else another application)."""
        return self.other.startswith("project:")


def find_duplicates(session: Session, actor: Actor, application: Application) -> list[Duplicate]:
    """Candidates, open questions first, the nearest first (three queries). None for a form about a project that is
    on record: nobody has to ask which one it is."""
    if application.call.purpose in LATER_PURPOSES:
        return []
    found = [*_projects(session, application), *_applications(session, actor, application)]
    answered = _answers(session, application, found)
    found = [replace(item, **answered[item.other]) if item.other in answered else item for item in found]  # type: ignore[arg-type]
    found.sort(key=lambda item: (item.is_same is not None, item.metres is None, item.metres or 0, item.other))
    return found[:MOST]


def _projects(session: Session, application: Application) -> list[Duplicate]:
    formerly = select(ProjectName.project_id).where(ProjectName.name_key == application.project_key)
    named = or_(Project.name_key == application.project_key, Project.id.in_(formerly))
    statement = (
        select(
            Project.id, Project.code, Project.name, Project.enterprise_id, Enterprise.name, Project.unit_code,
            Project.lon, Project.lat, named.label("named"),
        )
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None), or_(named, _near(application, Project.lon, Project.lat)))
        .order_by(Project.id)
        .limit(10 * MOST)
    )  # fmt: skip
    if application.project_id is not None:
        statement = statement.where(Project.id != application.project_id)
    return _made("project", application, session.execute(statement))


def _applications(session: Session, actor: Actor, application: Application) -> list[Duplicate]:
    named = Application.project_key == application.project_key
    over = [*REFUSED_STATUSES, ApplicationStatus.RECOGNISED]
    # Found first, by the indexes of name and place: joined with its call, SQLite would look at all of the call.
    close = select(Application.id).where(or_(named, _near(application, Application.lon, Application.lat)))
    statement = (
        select(
            Application.id, Application.number, Application.project_name, Application.enterprise_id,
            Enterprise.name, Application.unit_code, Application.lon, Application.lat, named.label("named"),
        )
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            in_reach(actor),
            Call.purpose == CallPurpose.TITLE.value,
            Application.id != application.id,
            Application.status.not_in([status.value for status in over]),
            Application.id.in_(close.correlate(None)),
        )
        .order_by(Application.id)
        .limit(10 * MOST)
    )  # fmt: skip
    return _made("application", application, session.execute(statement))


def _near(
    application: Application, lon: SQLColumnExpression[float | None], lat: SQLColumnExpression[float | None]
) -> ColumnElement[bool]:
    """Within the square around the place; the circle is drawn afterwards."""
    if application.lon is None or application.lat is None:
        return false()
    north = NEAR_METRES / METRES_PER_DEGREE
    east = north / math.cos(math.radians(application.lat))
    return and_(
        lon.between(application.lon - east, application.lon + east),
        lat.between(application.lat - north, application.lat + north),
    )


def _made(kind: str, application: Application, rows: Iterable[Any]) -> list[Duplicate]:
    found = []
    for identifier, code, name, holder, enterprise, unit, lon, lat, named in rows:
        metres = _distance(application, lon, lat)
        reasons = []
        if named:
            reasons.append(Reason.SAME_HOLDER if holder == application.enterprise_id else Reason.SAME_NAME)
        if metres is not None and metres <= NEAR_METRES:
            reasons.append(Reason.NEAR)
        if reasons:
            found.append(
                Duplicate(
                    other=f"{kind}:{identifier}",
                    id=identifier,
                    code=code or "",
                    name=name,
                    enterprise=enterprise or "",
                    unit=unit or "",
                    reasons=tuple(reasons),
                    metres=metres,
                )
            )
    return found


def _distance(application: Application, lon: float | None, lat: float | None) -> float | None:
    """Metres between two places (equirectangular, exact enough for a few hundred metres)."""
    if lon is None or lat is None or application.lon is None or application.lat is None:
        return None
    north = (lat - application.lat) * METRES_PER_DEGREE
    east = (lon - application.lon) * METRES_PER_DEGREE * math.cos(math.radians(application.lat))
    return math.hypot(north, east)


def _answers(
    session: Session, application: Application, found: Iterable[Duplicate]
) -> dict[str, dict[str, bool | str]]:
    others = [item.id for item in found if not item.is_project]
    statement = (
        select(DuplicateAnswer.application_id, DuplicateAnswer.other, DuplicateAnswer.is_same, Account.name)
        .join(Account, Account.id == DuplicateAnswer.author_id)
        .where(
            or_(
                DuplicateAnswer.application_id == application.id,
                and_(
                    DuplicateAnswer.application_id.in_(others), DuplicateAnswer.other == f"application:{application.id}"
                ),
            )
        )
    )
    return {
        (other if asked == application.id else f"application:{asked}"): {"is_same": is_same, "answered_by": name}
        for asked, other, is_same, name in session.execute(statement)
    }
