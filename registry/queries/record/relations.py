"""Neighbours of a title as public pages and officers' pages show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select
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


NOTHING = Relations(kinds=(), capabilities="", built_by=[], member_of=[], built=[], members=[], services=[], stories=[])

_ID: BindParameter[int] = bindparam("id")
_STORIES = (
    select(ProjectStory.id, ProjectStory.title, ProjectStory.text, ProjectStory.released_at)
    .where(ProjectStory.project_id == _ID, ProjectStory.withdrawn_at.is_(None))
    .order_by(ProjectStory.id.desc())
)
_PROFILE = select(SupplierProfile.kinds, SupplierProfile.capabilities).where(SupplierProfile.project_id == _ID)
_CHAIN = select(Enterprise.chain_leader).where(Enterprise.id == _ID)
_ONE, _OTHER = aliased(Project), aliased(Project)
_BOTH = (
    _ONE.id.label("one"), _ONE.code.label("one_code"), _ONE.name.label("one_name"),
    _OTHER.id.label("other"), _OTHER.code.label("other_code"), _OTHER.name.label("other_name"),
)  # fmt: skip
_LINKS = (
    select(ProjectLink.id, ProjectLink.kind, ProjectLink.since, ProjectLink.until, *_BOTH)
    .join(_ONE, _ONE.id == ProjectLink.project_id)
    .join(_OTHER, _OTHER.id == ProjectLink.other_id)
    .where(or_(ProjectLink.project_id == _ID, ProjectLink.other_id == _ID))
    .order_by(ProjectLink.until.desc().nulls_first(), _ONE.code, _OTHER.code)
)
_SERVICES = (
    select(ServiceEvent.id, ServiceEvent.kind, ServiceEvent.held_on, ServiceEvent.summary, *_BOTH)
    .outerjoin(_ONE, _ONE.id == ServiceEvent.supplier_id)
    .outerjoin(_OTHER, _OTHER.id == ServiceEvent.project_id)
    .where(or_(ServiceEvent.project_id == _ID, ServiceEvent.supplier_id == _ID))
    .order_by(ServiceEvent.held_on.desc(), ServiceEvent.id.desc())
)


def relations_of(session: Session, catalogue: Catalogue, project_id: int) -> Relations:
    """What stands beside a project, the newest first (four queries)."""
    profile = session.execute(_PROFILE, {"id": project_id}).one_or_none()
    return Relations(
        kinds=kinds_of(profile.kinds if profile is not None else ()),
        capabilities=profile.capabilities if profile is not None else "",
        **_links(session, catalogue, project_id),
        services=_services(session, catalogue, project_id),
        stories=[Story(*row) for row in session.execute(_STORIES, {"id": project_id})],
    )


def chain_of(session: Session, enterprise_id: int | None) -> str:
    """The chain of industry that an enterprise leads, or ''."""
    return (session.scalar(_CHAIN, {"id": enterprise_id}) or "") if enterprise_id is not None else ""


def kinds_of(kinds: Collection[str]) -> tuple[SupplierKind, ...]:
    """What a supplier offers, in the order of the vocabulary."""
    return tuple(kind for kind in SupplierKind if kind.value in kinds)


def _links(session: Session, catalogue: Catalogue, project_id: int) -> dict[str, list[Linked]]:
    rows = session.execute(_LINKS, {"id": project_id}).all()
    public = _public(catalogue, rows)
    found: dict[str, list[Linked]] = {"built_by": [], "member_of": [], "built": [], "members": []}
    for row in rows:
        is_own = row.one == project_id
        id_, code, name = (
            (row.other, row.other_code, row.other_name) if is_own else (row.one, row.one_code, row.one_name)
        )
        role = row.kind if is_own else ("built" if row.kind == LinkKind.BUILT_BY else "members")
        # A link is known by its own number, with which it is ended.
        found[role].append(Linked(row.id, code, name, id_ in public, row.since, row.until))
    return found


def _services(session: Session, catalogue: Catalogue, project_id: int) -> list[Served]:
    rows = session.execute(_SERVICES, {"id": project_id}).all()
    public = _public(catalogue, rows)

    def named(id_: int | None, code: str, name: str) -> Linked | None:
        if id_ is None or id_ == project_id:
            return None
        return Linked(id_, code, name, id_ in public, None, None)

    return [
        Served(
            row.id,
            ServiceKind(row.kind),
            row.held_on,
            named(row.one, row.one_code, row.one_name),
            named(row.other, row.other_code, row.other_name),
            row.summary,
        )
        for row in rows
    ]


def _public(catalogue: Catalogue, rows: Sequence[Any]) -> set[int]:
    """Which projects of these rows have a public page."""
    ids = {each for row in rows for each in (row.one, row.other) if each is not None}
    return set(catalogue.ids[catalogue.positions_of(ids)].tolist())
