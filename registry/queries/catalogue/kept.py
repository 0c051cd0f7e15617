"""Columns of one state of the record as files, which all processes of a machine share.

Reading a million titles takes a database many seconds, mapping their columns into memory none. Files are named by
all that they depend on: the state's revision and mark and the program that wrote them. What is missing or faulty is
read from the database as if there were no files, so the folder may be deleted at any time; so is what is of another
state, unless the database remembers it as one that its own came from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
LEAST = 50_000
"""Titles below which reading the database is as quick."""
SUMS = "sums.json"
PROGRAM = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """A state of the public record: its revision, and the mark that no other state with this number bears."""

    revision: int
    mark: int

    def __bool__(self) -> bool:
        """Whether it can be known again: a record that has not changed since it got marks has none."""
        return self.mark != 0


UNKNOWN = State(0, 0)


@cache
def program() -> str:
    """A digest of the program and of the library that lays columns out: other code may mean other numbers."""
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(PROGRAM.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


class ColumnFiles:
    """The files of one data directory. `least`: titles from which on they are written."""

    def __init__(self, folder: Path, least: int = LEAST) -> None:
        self._folder, self.least = folder, least

    def find(self, what: str, state: State, *, is_checked: bool = False) -> Columns | None:
        """The columns of a state, or None where they are not there or not as they were written."""
        place = self._place(what, state)
        try:
            sums = json.loads((place / SUMS).read_text())
            columns = {name: _mapped(place / f"{name}.npy") for name in sums}
            if is_checked or all(_sum(columns[name]) == value for name, value in sums.items()):
                return columns
            log.warning("%s is not as it was written", place)
        except FileNotFoundError:
            # Nobody has written it yet, or a later state has just taken its place.
            pass
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read: %s", place, error)
        return None

    def shared(self, what: str, state: State, read: Callable[[], Columns]) -> Columns:
        """The columns of a state: one process reads them from the database while the others wait for its files."""
        found = self.find(what, state)
        if found is not None:
            return found
        with self._turn(what, wait=True) as has_turn:
            found = self.find(what, state) if has_turn else None
            if found is None:
                found = read()
                if has_turn:
                    self._write(what, state, found)
                    # From here on the memory is that of all processes.
                    found = self.find(what, state, is_checked=True) or found
            return found

    def put(self, what: str, state: State, columns: Columns) -> None:
        """Write the columns of a state that is held in memory, unless it is there or somebody is writing."""
        with self._turn(what, wait=False) as has_turn:
            if has_turn and not self._place(what, state).exists():
                self._write(what, state, columns)

    def states(self, what: str) -> list[State]:
        """The states of which this program has written files, the newest first."""
        found = self._folder.glob(f"{what}-*_*_{program()}")
        keys = (path.name.removeprefix(f"{what}-").split("_") for path in found)
        return sorted((State(int(key[0]), int(key[1])) for key in keys), key=lambda state: -state.revision)

    def _place(self, what: str, state: State) -> Path:
        return self._folder / f"{what}-{state.revision}_{state.mark}_{program()}"

    def _write(self, what: str, state: State, columns: Columns) -> None:
        """Write and make known at once; a disk that has no room for it costs the next process its time, no answer."""
        place, part = self._place(what, state), None
        try:
            part = Path(tempfile.mkdtemp(prefix=f"part-{what}-", dir=self._folder))
            for name, column in columns.items():
                with open(part / f"{name}.npy", "wb") as file:
                    np.save(file, column, allow_pickle=False)
                    _store(file)
            with open(part / SUMS, "w") as text:
                json.dump({name: _sum(column) for name, column in columns.items()}, text)
                _store(text)
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)
            # Those who have mapped an earlier state keep it until they let go of it.
            for old in self._folder.iterdir():
                if old != place and old.name.startswith((f"{what}-", f"part-{what}-")):
                    shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            log.warning("%s cannot be written: %s", place, error)
            if part is not None:
                shutil.rmtree(part, ignore_errors=True)

    @contextmanager
    def _turn(self, what: str, *, wait: bool) -> Iterator[bool]:
        """Whether it is this process's turn to write; a lock of the system ends with the process, however it ends."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._folder / f".{what}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("%s cannot be used: %s", self._folder, error)
            yield False
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            yield False
            return
        try:
            yield True
        finally:
            os.close(handle)


def _mapped(path: Path) -> NDArray[Any]:
    """A column in memory that all processes share, which nobody can write to."""
    return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)  # type: ignore[no-any-return]


def _sum(column: NDArray[Any]) -> int:
    return zlib.crc32(np.ascontiguousarray(column).reshape(-1).view(np.uint8).data)


def _store(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
