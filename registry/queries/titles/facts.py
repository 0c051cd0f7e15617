"""What is on record of an enterprise beside its name: size, ownership, and the names that find it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.kinds import EnterpriseSize, OtherNameKind, Ownership
from registry.models import Enterprise, OtherName


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is said of an enterprise; None and () where nothing is."""

    size: EnterpriseSize | None
    ownership: Ownership | None
    names: tuple[tuple[OtherNameKind, str], ...]

    def names_as(self, kind: OtherNameKind) -> str:
        """Its names of a kind in one line, as they are typed."""
        return "；".join(name for other, name in self.names if other is kind)


def facts_of(session: Session, enterprise_id: int) -> Facts:
    """What is on record of an enterprise, its names in the order in which they were entered."""
    about = select(Enterprise.size, Enterprise.ownership).where(Enterprise.id == enterprise_id)
    size, ownership = session.execute(about).one()
    names = session.execute(
        select(OtherName.kind, OtherName.name).where(OtherName.enterprise_id == enterprise_id).order_by(OtherName.id)
    )
    return Facts(
        size=EnterpriseSize(size) if size else None,
        ownership=Ownership(ownership) if ownership else None,
        names=tuple((OtherNameKind(kind), name) for kind, name in names),
    )
