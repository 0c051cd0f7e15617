"""The public record in force: the catalogue of the revision that a session sees, and its KPI columns.

The database itself moves `counter.revision` with every public change and notes the projects it concerns
(`models/triggers`). A request reads the revision (one query) and gets the catalogue of exactly that state, on
every worker; after a change only the changed projects are read. A few states are kept, because a request that
began before a change still sees the one before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry.db import plain
from registry.models import Counter, PublicChange
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.kpi_columns import KpiColumns, load_columns, patch_columns
from registry.queries.catalogue.loading import changed_since, load_catalogue, patch_catalogue

_REVISION = select(Counter.value).where(Counter.name == "revision")
KEPT = 2
"""States of the record held at once."""
PATCH_SHARE = 8
"""Up to an eighth of the projects is read anew one by one, above it everything is."""


class Catalogues:
    """Holds the newest catalogues of one database; thread-safe, one build at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, Catalogue] = {}

    def current(self, session: Session) -> Catalogue:
        """The catalogue of the state that this session sees (one query unless it changed)."""
        revision = plain(session, _REVISION).scalar() or 0
        found = self._kept.get(revision)
        if found is not None:
            return found
        with self._lock:
            found = self._kept.get(revision)
            if found is None:
                found = self._renewed(session, revision)
                self._kept[revision] = found
                while len(self._kept) > KEPT:
                    del self._kept[min(self._kept)]
            return found

    def _renewed(self, session: Session, revision: int) -> Catalogue:
        """The catalogue of a revision, from the one before it where that is less work."""
        earlier = max((number for number in self._kept if number < revision), default=None)
        if earlier is None:
            return load_catalogue(session, revision)
        old = self._kept[earlier]
        everything = func.max(case((PublicChange.project_id == 0, 1), else_=0))
        count, everything_changed = session.execute(
            select(func.count(), everything).where(PublicChange.revision > earlier)
        ).one()
        if not count:
            # Something that is no column, such as a name.
            return self._carried(old, replace(old, revision=revision))
        if everything_changed or count * PATCH_SHARE > len(old.ids):
            return load_catalogue(session, revision)
        found, splice = patch_catalogue(session, old, revision)
        changed = changed_since(old.revision).scalar_subquery()
        return self._carried(old, found, lambda columns: patch_columns(session, columns, found, splice, changed))

    def _carried(
        self, old: Catalogue, found: Catalogue, patch: Callable[[KpiColumns], KpiColumns] = lambda columns: columns
    ) -> Catalogue:
        """The new catalogue, with the KPI columns of the old one where they were read."""
        with _columns_lock:
            columns = _columns.get(old)
            if columns is not None:
                _columns[found] = patch(columns)
        return found


def catalogue_columns(session: Session, catalogue: Catalogue) -> KpiColumns:
    """The KPI columns of this catalogue, read on first use and kept with it."""
    with _columns_lock:
        found = _columns.get(catalogue)
        if found is None:
            found = _columns[catalogue] = load_columns(session, catalogue)
        return found


_columns: WeakKeyDictionary[Catalogue, KpiColumns] = WeakKeyDictionary()
_columns_lock = threading.Lock()
