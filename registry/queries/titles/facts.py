"""What is on record of an enterprise beside its name: size, ownership, and the names that find it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true
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


@dataclass(frozen=True, kw_only=True)
class Described:
    """An enterprise and what is on record of it."""

    id: int
    name: str
    uscc: str | None
    facts: Facts


_CHUNK = 500


def facts_of(session: Session, enterprise_id: int) -> Facts:
    """What is on record of an enterprise, its names in the order in which they were entered."""
    return facts_of_many(session, [enterprise_id])[enterprise_id]


def facts_of_many(session: Session, ids: Collection[int]) -> dict[int, Facts]:
    """What is on record of enterprises, by their ids."""
    wanted = sorted(ids)
    found: dict[int, Facts] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        found |= {
            each.id: each.facts
            for each in _described(session, Enterprise.id.in_(part), OtherName.enterprise_id.in_(part))
        }
    return found


def all_described(session: Session) -> Iterator[Described]:
    """All enterprises that stand on their own, by number, with what is on record of them (two queries)."""
    return _described(session, Enterprise.merged_into_id.is_(None), true())


def _described(session: Session, which: ColumnElement[bool], whose: ColumnElement[bool]) -> Iterator[Described]:
    names: dict[int, list[tuple[OtherNameKind, str]]] = defaultdict(list)
    of_enterprises = select(OtherName.enterprise_id, OtherName.kind, OtherName.name).where(
        OtherName.enterprise_id.is_not(None), whose
    )
    for key, kind, name in session.execute(of_enterprises.order_by(OtherName.id)):
        names[key or 0].append((OtherNameKind(kind), name))
    columns = (Enterprise.id, Enterprise.name, Enterprise.uscc, Enterprise.size, Enterprise.ownership)
    for row in session.execute(select(*columns).where(which).order_by(Enterprise.id)):
        facts = Facts(
            size=EnterpriseSize(row.size) if row.size else None,
            ownership=Ownership(row.ownership) if row.ownership else None,
            names=tuple(names[row.id]),
        )
        yield Described(id=row.id, name=row.name, uscc=row.uscc, facts=facts)
