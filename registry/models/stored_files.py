"""Which columns name files below DATA_DIR/files. Backup, doctor and the sweep of files all ask here, so that the files
of a new table are never forgotten: a column of a stored file is called `storage_name`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Table, select

from registry.db import Base


class Stored(NamedTuple):
    """A row that names a file."""

    table: str
    row: int
    name: str


def stored_files(connection: Connection, tables: Iterable[Table] | None = None) -> Iterator[Stored]:
    """All files that rows name, in the tables of this program or in the given ones."""
    for table in Base.metadata.sorted_tables if tables is None else tables:
        if "storage_name" in table.c:
            key, name = next(iter(table.primary_key)), table.c.storage_name
            for row in connection.execute(select(key, name).where(name != "").order_by(key)):
                yield Stored(table.name, *row)
