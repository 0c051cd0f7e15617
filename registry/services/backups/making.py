"""Make an archive of a running installation: one state of all tables, then the files and keys that belong to it."""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from sqlalchemy import Connection, Engine, Table, func, select

from registry.db import city_of, readers
from registry.models import Event
from registry.models.stored_files import stored_files
from registry.services.backups.manifest import FILES, FORMAT, KEYS, NAME, TABLES, Content, Manifest
from registry.services.backups.rows import Summary, tables_of, write_rows
from registry.services.installation import schema_state
from registry.storage import Folder, Storage


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was written, and the files that rows name but the folder lacks."""

    manifest: Manifest
    missing: tuple[str, ...]


def back_up(engine: Engine, data_dir: Path, out: BinaryIO, *, now: datetime, files: Storage | None = None) -> Made:
    """Write the archive to `out`. The site goes on meanwhile: the tables are read in one transaction that sees one
    state, and files never change once they are named by a row.

    Rows are put beside the data first, since the manifest, which tells their hashes, comes before them. `files` is the
    storage of files, in `data_dir` if not told otherwise.
    """
    storage = files or Folder(data_dir / "files")
    with tempfile.TemporaryDirectory(prefix="backup-", dir=data_dir) as spool:
        with readers(engine)() as session:
            connection = session.connection()
            held = tables_of(connection)
            tables = {str(table.name): _spool(connection, table, Path(spool)) for table in held}
            stored = sorted({file.name for file in stored_files(connection, held)})
            events, last_hash = _end_of_chain(connection)
            schema = schema_state(connection)[0] or ""
            city = city_of(session).facts.name
        present = {name: content for name in stored if (content := _stored(storage, name)) is not None}
        missing = tuple(name for name in stored if name not in present)
        manifest = Manifest(
            format=FORMAT,
            schema=schema,
            made_at=now,
            city=city,
            events=events,
            last_hash=last_hash,
            tables=tables,
            files=present,
            keys={path.name: _content(path) for path in sorted(data_dir.glob("*.key"))},
        )
        with tarfile.open(fileobj=out, mode="w|gz", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, NAME, io.BytesIO(manifest.to_json()), now)
            for name in manifest.tables:
                _add_file(archive, f"{TABLES}{name}.jsonl", Path(spool) / name, now)
            for name in manifest.files:
                with storage.open(name) as source:
                    _add(archive, f"{FILES}{name}", source, now)
            for name in manifest.keys:
                _add_file(archive, f"{KEYS}{name}", data_dir / name, now)
    return Made(manifest=manifest, missing=missing)


def _spool(connection: Connection, table: Table, folder: Path) -> Summary:
    with (folder / table.name).open("wb") as out:
        return write_rows(connection, table, out)


def _end_of_chain(connection: Connection) -> tuple[int, str]:
    """Number of events, hash of the last."""
    last = connection.scalar(select(Event.hash).order_by(Event.id.desc()).limit(1))
    return connection.scalar(select(func.count(Event.id))) or 0, last or ""


def _content(path: Path) -> Content:
    with path.open("rb") as file:
        return _measured(file)


def _stored(storage: Storage, name: str) -> Content | None:
    try:
        with storage.open(name) as file:
            return _measured(file)
    except FileNotFoundError:
        return None


def _measured(file: IO[bytes]) -> Content:
    digest, size = hashlib.sha256(), 0
    while part := file.read(1 << 18):
        digest.update(part)
        size += len(part)
    return Content(size=size, sha256=digest.hexdigest())


def _add_file(archive: tarfile.TarFile, name: str, path: Path, at: datetime) -> None:
    with path.open("rb") as source:
        _add(archive, name, source, at)


def _add(archive: tarfile.TarFile, name: str, source: IO[bytes], at: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size = source.seek(0, io.SEEK_END)
    source.seek(0)
    member.mode, member.mtime = 0o600, at.timestamp()
    archive.addfile(member, source)
