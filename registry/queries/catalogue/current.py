"""The public record in force: the catalogue of the revision that a session sees, and its KPI columns.

The database itself moves `counter.revision` with every public change and notes the projects it concerns
(`models/triggers`). A request reads the revision (one query) and gets the catalogue of exactly that state, on
every worker; after a change only the changed projects are read. A few states are kept, because a request that
began before a change still sees the one before it. A large record is read by one process of a machine and shared
by the others as files (`kept`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from registry.db import plain
from registry.models import Counter, PublicChange, Recognition
from registry.models.triggers import REMEMBERED
from registry.queries.catalogue.arrays import arrays_of, catalogue_of, kpi_arrays_of, kpi_columns_of
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.kept import UNKNOWN, ColumnFiles, Columns, State
from registry.queries.catalogue.kpi_columns import KpiColumns
from registry.queries.catalogue.kpi_loading import load_columns, patch_columns
from registry.queries.catalogue.loading import changed_since, load_catalogue, patch_catalogue
from registry.queries.catalogue.text_loading import load_texts, patch_texts
from registry.queries.catalogue.texts import Texts

KEPT = 2
"""States of the record held at once."""
PATCH_SHARE = 8
"""Up to an eighth of the projects is read anew one by one, above it everything is."""
CALM_SECONDS = 20.0
"""Seconds after a change until its state is written to files: several changes are written once."""
TITLES, KPIS, TEXTS = "titles", "kpis", "texts"
_STATE = select(Counter.value, Counter.mark).where(Counter.name == "revision")
_REMEMBERED = select(Counter.value, Counter.mark).where(Counter.name == bindparam("name"))


class Catalogues:
    """Holds the newest catalogues of one database; thread-safe, one build at a time."""

    def __init__(self, files: ColumnFiles | None = None, *, calm: float = CALM_SECONDS) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, Catalogue] = {}
        self._files, self._calm = files, calm
        self._waiting: threading.Timer | None = None

    def current(self, session: Session) -> Catalogue:
        """The catalogue of the state that this session sees (one query unless it changed)."""
        row = plain(session, _STATE).one_or_none()
        state = State(*row) if row is not None else UNKNOWN
        found = self._kept.get(state.revision)
        if found is not None:
            return found
        with self._lock:
            found = self._kept.get(state.revision)
            if found is None:
                found = self._renewed(session, state)
                if self._files is not None:
                    _files[found] = self._files
                self._kept[state.revision] = found
                while len(self._kept) > KEPT:
                    del self._kept[min(self._kept)]
            return found

    def _renewed(self, session: Session, state: State) -> Catalogue:
        """The catalogue of a state, from the one before it where that is less work."""
        earlier = max((number for number in self._kept if number < state.revision), default=None)
        old = self._written(session, state) if earlier is None else self._kept[earlier]
        if old is None:
            return self._whole(session, state)
        everything = func.max(case((PublicChange.project_id == 0, 1), else_=0))
        count, everything_changed = session.execute(
            select(func.count(), everything).where(PublicChange.revision > old.revision)
        ).one()
        if everything_changed or count * PATCH_SHARE > len(old.ids):
            return self._whole(session, state)
        self._write_soon(old)
        if not count:
            # Something that is no column, such as a name.
            return self._carried(old, replace(old, revision=state.revision, mark=state.mark))
        found, splice = patch_catalogue(session, old, state)
        changed = changed_since(old.revision).scalar_subquery()
        return self._carried(old, found, lambda columns: patch_columns(session, columns, found, splice, changed))

    def _written(self, session: Session, state: State) -> Catalogue | None:
        """The catalogue of the newest state before this one that lies in files, with its KPI columns if these do."""
        if self._files is None or state in self._files.states(TITLES):
            return None
        for earlier, arrays in _before(session, self._files, TITLES, state):
            found = catalogue_of(session, earlier, arrays)
            kpis = self._files.find(KPIS, earlier)
            if kpis is not None:
                _columns[found] = kpi_columns_of(found, kpis)
            return found
        return None

    def is_large(self, session: Session) -> bool:
        """Whether a record has files for all processes; the greatest id is known without a look at the rows."""
        return self._files is not None and (session.scalar(select(func.max(Recognition.id))) or 0) >= self._files.least

    def prepare(self, session: Session) -> None:
        """Have everything read, and thereby written to files, before a server is asked for it."""
        catalogue = self.current(session)
        catalogue_columns(session, catalogue)
        catalogue_texts(session, catalogue)

    def _whole(self, session: Session, state: State) -> Catalogue:
        """The catalogue of a state, from files where it is large."""
        files = self._files
        if files is None or not state or not self.is_large(session):
            return load_catalogue(session, state)
        arrays = files.shared(TITLES, state, lambda: arrays_of(load_catalogue(session, state)))
        return catalogue_of(session, state, arrays)

    def _write_soon(self, old: Catalogue) -> None:
        """Write the state that is in force in a while, so that a process that starts then finds it."""
        if self._files is not None and len(old.title_ids) >= self._files.least and self._waiting is None:
            self._waiting = threading.Timer(self._calm, self.write)
            self._waiting.daemon = True
            self._waiting.start()

    def write(self) -> None:
        """Write the newest state to files."""
        with self._lock:
            self._waiting, newest = None, self._kept[max(self._kept)]
        state = State(newest.revision, newest.mark)
        if self._files is not None and state:
            self._files.put(TITLES, state, arrays_of(newest))
            columns = _columns.get(newest)
            if columns is not None:
                self._files.put(KPIS, state, kpi_arrays_of(columns))

    def _carried(
        self, old: Catalogue, found: Catalogue, patch: Callable[[KpiColumns], KpiColumns] = lambda columns: columns
    ) -> Catalogue:
        """The new catalogue, with the KPI columns and the search texts of the old one where they were read."""
        texts = _texts.get(old)
        if texts is not None:
            _texts[found] = texts
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
            found = _columns[catalogue] = _whole_columns(session, catalogue)
        return found


def _whole_columns(session: Session, catalogue: Catalogue) -> KpiColumns:
    files, state = _files.get(catalogue), State(catalogue.revision, catalogue.mark)
    if files is None or not state or len(catalogue.title_ids) < files.least:
        return load_columns(session, catalogue)
    arrays = files.shared(KPIS, state, lambda: kpi_arrays_of(load_columns(session, catalogue)))
    return kpi_columns_of(catalogue, arrays)


def catalogue_texts(session: Session, catalogue: Catalogue) -> Texts:
    """The search texts of this catalogue, read on first use and kept with it."""
    with _texts_lock:
        held = _texts.get(catalogue)
        if held is not None and held.state == catalogue.revision:
            return held.texts
        patched = None
        # A state that is not remembered was made by triggers of an earlier program, which did not note texts.
        if held is not None and _remembers(session, State(catalogue.revision, catalogue.mark)):
            patched = patch_texts(session, held.texts, held.base)
        if held is None or patched is None:
            made = _whole_texts(session, catalogue)
        else:
            made = _Texts(patched, held.base, catalogue.revision)
        _texts[catalogue] = made
        return made.texts


def _whole_texts(session: Session, catalogue: Catalogue) -> _Texts:
    files, state = _files.get(catalogue), State(catalogue.revision, catalogue.mark)
    if files is None or not state or len(catalogue.title_ids) < files.least:
        return _Texts(load_texts(session), state.revision, state.revision)
    for earlier, arrays in _before(session, files, TEXTS, state):
        patched = patch_texts(session, Texts.from_arrays(arrays), earlier.revision)
        if patched is not None:
            return _Texts(patched, earlier.revision, state.revision)
    found = files.shared(TEXTS, state, lambda: load_texts(session).arrays())
    return _Texts(Texts.from_arrays(found), state.revision, state.revision)


def _before(session: Session, files: ColumnFiles, what: str, state: State) -> Iterator[tuple[State, Columns]]:
    """Files of states that this one came from, the newest first. A number alone does not say so: the database may have
    been put back and gone on otherwise, so its own memory of the marks is asked."""
    for earlier in files.states(what) if _remembers(session, state) else ():
        if earlier.revision < state.revision and _remembers(session, earlier):
            columns = files.find(what, earlier)
            if columns is not None:
                yield earlier, columns


def _remembers(session: Session, state: State) -> bool:
    """Whether the database knows a state as its own or as one that its own came from."""
    name = f"revision_{state.revision & (REMEMBERED - 1)}"
    row = plain(session, _REMEMBERED, name=name).one_or_none()
    return row is not None and State(*row) == state


@dataclass(frozen=True)
class _Texts:
    """Texts that were all read at the revision `base` and say what the record says at `state`."""

    texts: Texts
    base: int
    state: int


_files: WeakKeyDictionary[Catalogue, ColumnFiles] = WeakKeyDictionary()
_columns: WeakKeyDictionary[Catalogue, KpiColumns] = WeakKeyDictionary()
_columns_lock = threading.Lock()
_texts: WeakKeyDictionary[Catalogue, _Texts] = WeakKeyDictionary()
_texts_lock = threading.Lock()
