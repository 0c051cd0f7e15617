"""The list of suppliers as the public sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.kinds import LinkKind, SupplierKind
from registry.models import Enterprise, Project, ProjectLink, SupplierProfile
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.filters import Reader
from registry.queries.record.relations import kinds_of


@dataclass(frozen=True)
class Supplier:
    """A line of the list of suppliers."""

    code: str
    name: str
    enterprise: str
    unit: str
    kinds: tuple[SupplierKind, ...]
    capabilities: str
    built: int
    is_public: bool


@dataclass(frozen=True)
class SupplierFilters:
    """What the list of suppliers is asked for."""

    kind: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        return [("kind", self.kind)] if self.kind else []


def parse_suppliers(given: Mapping[str, Sequence[str]]) -> SupplierFilters:
    """The filters in an address; BadParameter for a kind that is none."""
    return SupplierFilters(Reader(given).one_of("kind", [kind.value for kind in SupplierKind], ""))


def suppliers(session: Session, catalogue: Catalogue, wanted: SupplierFilters) -> list[Supplier]:
    """Suppliers whose profile is entered, by name."""
    public = set(catalogue.ids.tolist())
    rows = session.execute(
        select(SupplierProfile, Project, Enterprise.name)
        .join(Project, Project.id == SupplierProfile.project_id)
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.merged_into_id.is_(None))
        .order_by(Project.name_key, Project.code)
    ).all()
    built: dict[int, int] = {}
    for other in session.scalars(select(ProjectLink.other_id).where(ProjectLink.kind == LinkKind.BUILT_BY.value)):
        built[other] = built.get(other, 0) + 1
    return [
        Supplier(
            code=project.code,
            name=project.name,
            enterprise=enterprise or "",
            unit=project.unit_code,
            kinds=kinds_of(profile.kinds),
            capabilities=profile.capabilities,
            built=built.get(project.id, 0),
            is_public=project.id in public,
        )
        for profile, project, enterprise in rows
        if not wanted.kind or wanted.kind in profile.kinds
    ]
