"""Put an archive back, into an empty place only, all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from sqlalchemy import Connection, Engine, Table, inspect

from registry.db import count_rows
from registry.errors import OperatorError
from registry.services.backups import rows
from registry.services.backups.checking import check, damaged, members, reading
from registry.services.backups.manifest import FILES, KEYS, TABLES, Manifest
from registry.services.backups.numbering import advance_sequences, lift_foreign_keys, put_foreign_keys
from registry.services.installation import knows_revision, migrating, upgrade
from registry.services.uploads import stored_file
from registry.storage import Folder, Storage
from registry.wording import Message


def restore(engine: Engine, data_dir: Path, archive: Path, *, files: Storage | None = None) -> Manifest:
    """Check the archive whole, then load it in one transaction: tables at the revision of the archive, its rows, a
    comparison of hashes with what now stands there, and the migrations since then.

    Raises OperatorError for a place that is not empty, a damaged archive, or one of a newer program. Then the place
    is as empty as before.
    """
    storage = files or Folder(data_dir / "files")
    require_empty(engine, data_dir, storage)
    manifest = check(archive)
    if not knows_revision(manifest.schema):
        raise OperatorError(
            Message(
                "备份的数据库结构版本 %(schema)s 来自更新的程序，请用那个版本的程序恢复。没有写入任何内容。",
                schema=manifest.schema,
            )
        )
    with _written(data_dir, storage) as place, reading(), migrating(engine) as connection:
        upgrade(connection, manifest.schema)
        lifted = lift_foreign_keys(connection)
        tables = {table.name: table for table in rows.tables_of(connection)}
        if set(tables) != set(manifest.tables):
            raise damaged(Message("其中的表与结构版本 %(schema)s 不符", schema=manifest.schema))
        for name, content in members(archive):
            if name.startswith(TABLES):
                _load(connection, tables[name.removeprefix(TABLES).removesuffix(".jsonl")], content)
            elif name.startswith(FILES):
                place.put(name.removeprefix(FILES), content)
            elif name.startswith(KEYS):
                place.write(data_dir / name.removeprefix(KEYS), content)
        _compare(connection, tables, manifest)
        advance_sequences(connection, tables.values())
        put_foreign_keys(connection, lifted)
        upgrade(connection, "head")
        count_rows(connection)
    return manifest


def require_empty(engine: Engine, data_dir: Path, storage: Storage) -> None:
    """Raise OperatorError where anything of an installation stands already."""
    with engine.connect() as connection:
        held = bool(inspect(connection).get_table_names())
    if held or any(data_dir.glob("*.key")) or next(storage.names(), None) is not None:
        raise OperatorError(Message("目标中已有数据，恢复只能在空的数据目录和数据库中进行。没有写入任何内容。"))


def _load(connection: Connection, table: Table, content: BinaryIO) -> None:
    try:
        rows.read_rows(connection, table, content)
    except ValueError as error:
        raise damaged(Message("表 %(table)s 的内容与结构不符", table=table.name)) from error


def _compare(connection: Connection, tables: dict[str, Table], manifest: Manifest) -> None:
    """What now stands in the tables must hash as it did where it came from."""
    for name, table in tables.items():
        if rows.write_rows(connection, table) != manifest.tables[name]:
            raise OperatorError(
                Message("恢复后的表 %(table)s 与备份不一致，已全部退回，没有写入任何内容。", table=name)
            )


@dataclass(frozen=True)
class _Place:
    """The files that a restore has made so far: keys beside the database, and those of the storage."""

    storage: Storage
    made: list[Path] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)

    def put(self, name: str, content: IO[bytes]) -> None:
        """Store a file under the name that its row has."""
        self.storage.put(stored_file(self.storage, name).name, content)
        self.stored.append(name)

    def write(self, path: Path, content: BinaryIO) -> None:
        """Make a file that only the owner can read, and have it on the disk."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.made.append(path)
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(content, target)
            target.flush()
            os.fsync(target.fileno())


@contextmanager
def _written(data_dir: Path, storage: Storage) -> Iterator[_Place]:
    """A place whose files go again unless the block ends well."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    (data_dir / "files").mkdir(exist_ok=True, mode=0o700)
    place = _Place(storage)
    try:
        yield place
    except BaseException:
        for path in place.made:
            path.unlink(missing_ok=True)
        for name in place.stored:
            storage.delete(name)
        raise
