"""Enterprises on record whose names look like another one: the rule stands in `values.similar`, a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import city_of
from registry.models import Enterprise, EnterpriseName
from registry.names import name_key
from registry.values.similar import EnterpriseIndex


@dataclass(frozen=True)
class Known:
    """An enterprise on record; `name` is the one it bears now."""

    id: int
    name: str
    uscc: str | None


class SimilarEnterprises:
    """All names that enterprises bear or bore, indexed once for many questions (two queries)."""

    def __init__(self, session: Session) -> None:
        # One that was merged into another has handed on its names and its code.
        standing = select(Enterprise.id, Enterprise.name, Enterprise.uscc).where(Enterprise.merged_into_id.is_(None))
        rows = session.execute(standing.order_by(Enterprise.id))
        self.all = {row.id: Known(row.id, row.name, row.uscc) for row in rows}
        self._bearing: dict[str, list[int]] = {}
        for known in self.all.values():
            self._bearing.setdefault(known.name, []).append(known.id)
        former = select(EnterpriseName.enterprise_id, EnterpriseName.name).where(
            EnterpriseName.enterprise_id.in_(standing.with_only_columns(Enterprise.id))
        )
        for enterprise_id, name in session.execute(former.order_by(EnterpriseName.id)):
            self._bearing.setdefault(name, []).append(enterprise_id)
        self._index = EnterpriseIndex(self._bearing, city_of(session).all_places)

    def like(self, name: str, *, has_code: bool) -> list[Known]:
        """Enterprises on record with a similar name (`has_code`: whoever asks has a unified code). Where both have
        codes they are two enterprises, and one of exactly this name is not meant either: these are left out."""
        key = name_key(name)
        found: dict[int, Known] = {}
        for other in self._index.like(name):
            if name_key(other) == key:
                continue
            for enterprise_id in self._bearing[other]:
                known = self.all[enterprise_id]
                if not (has_code and known.uscc is not None) and name_key(known.name) != key:
                    found[known.id] = known
        return list(found.values())

    def pairs(self) -> Iterator[tuple[Known, Known]]:
        """Every pair of enterprises that may be one, each once."""
        for known in self.all.values():
            for other in self.like(known.name, has_code=known.uscc is not None):
                if other.id > known.id:
                    yield known, other
