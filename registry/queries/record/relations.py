"""Neighbours of a title as public pages and officers' pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from registry.kinds import LinkKind, ServiceKind, SupplierKind
from registry.models import Enterprise, Project, ProjectLink, ProjectStory, ServiceEvent, SupplierProfile
from registry.queries.catalogue.columns import Catalogue


@dataclass(frozen=True)
class Linked:
    """Another project as a link names it; `is_public`: it has a page."""

    id: int
    code: str
    name: str
    is_public: bool
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Served:
    """A service: what, when, and who else took part."""

    id: int
    kind: ServiceKind
    held_on: date
    supplier: Linked | None
    project: Linked | None
    summary: str


@dataclass(frozen=True)
class Story:
    """A story that is public."""

    id: int
    title: str
    text: str
    released_at: datetime


@dataclass(frozen=True, kw_only=True)
class Relations:
    """All that stands beside one project; `built` and `members` are the links seen from the other end."""

    kinds: tuple[SupplierKind, ...]
    capabilities: str
    built_by: list[Linked]
    member_of: list[Linked]
    built: list[Linked]
    members: list[Linked]
    services: list[Served]
    stories: list[Story]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        links = (self.built_by, self.member_of, self.built, self.members)
        return not (self.kinds or self.services or self.stories or any(links))


def relations_of(session: Session, catalogue: Catalogue, project_id: int) -> Relations:
    """What stands beside a project, the newest first (four queries)."""
    public = set(catalogue.ids.tolist())
    profile = session.get(SupplierProfile, project_id)
    stories = session.scalars(
        select(ProjectStory)
        .where(ProjectStory.project_id == project_id, ProjectStory.withdrawn_at.is_(None))
        .order_by(ProjectStory.id.desc())
    )
    return Relations(
        kinds=kinds_of(profile),
        capabilities=profile.capabilities if profile is not None else "",
        **_links(session, public, project_id),
        services=_services(session, public, project_id),
        stories=[Story(row.id, row.title, row.text, row.released_at) for row in stories],
    )


def chain_of(session: Session, enterprise_id: int | None) -> str:
    """The chain of industry that an enterprise leads, or ''."""
    statement = select(Enterprise.chain_leader).where(Enterprise.id == enterprise_id)
    return (session.scalar(statement) or "") if enterprise_id is not None else ""


def kinds_of(profile: SupplierProfile | None) -> tuple[SupplierKind, ...]:
    """What a supplier offers, in the order of the vocabulary."""
    return tuple(kind for kind in SupplierKind if profile is not None and kind.value in profile.kinds)


def _links(session: Session, public: set[int], project_id: int) -> dict[str, list[Linked]]:
    one, other = aliased(Project), aliased(Project)
    rows = session.execute(
        select(ProjectLink, one, other)
        .join(one, one.id == ProjectLink.project_id)
        .join(other, other.id == ProjectLink.other_id)
        .where(or_(ProjectLink.project_id == project_id, ProjectLink.other_id == project_id))
        .order_by(ProjectLink.until.desc().nulls_first(), one.code, other.code)
    )
    found: dict[str, list[Linked]] = {"built_by": [], "member_of": [], "built": [], "members": []}
    for link, member, partner in rows:
        is_own = link.project_id == project_id
        target = partner if is_own else member
        name = link.kind if is_own else ("built" if link.kind == LinkKind.BUILT_BY else "members")
        # A link is known by its own number, with which it is ended.
        linked = Linked(link.id, target.code, target.name, target.id in public, link.since, link.until)
        found[name].append(linked)
    return found


def _services(session: Session, public: set[int], project_id: int) -> list[Served]:
    supplier, project = aliased(Project), aliased(Project)
    rows = session.execute(
        select(ServiceEvent, supplier, project)
        .outerjoin(supplier, supplier.id == ServiceEvent.supplier_id)
        .outerjoin(project, project.id == ServiceEvent.project_id)
        .where(or_(ServiceEvent.project_id == project_id, ServiceEvent.supplier_id == project_id))
        .order_by(ServiceEvent.held_on.desc(), ServiceEvent.id.desc())
    )

    def named(found: Any) -> Linked | None:
        if found is None or found.id == project_id:
            return None
        return Linked(found.id, found.code, found.name, found.id in public, None, None)

    return [
        Served(event.id, ServiceKind(event.kind), event.held_on, named(giver), named(place), event.summary)
        for event, giver, place in rows
    ]
