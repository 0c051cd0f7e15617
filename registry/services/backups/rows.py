"""Rows as lines of JSON that say the same whichever database they come from.

Tables are read as the database describes them, not as this program knows them, so that an archive of an older version
goes back into tables of that version. JSON columns travel as the text that is stored: the chain of events is computed
over it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    cast,
    inspect,
    select,
)
from sqlalchemy.sql import sqltypes

LEFT_OUT = frozenset({"alembic_version", "login_session", "one_time_token", "throttle"})
"""Tables that no archive holds: who is signed in, letters under way, and counters of attempts belong to one machine
and one hour. The version of the schema stands in the manifest."""
PORTION = 1000
"""Rows that are written at once."""


class Summary(NamedTuple):
    """What an archive says of a table: number of rows, SHA-256 of its lines."""

    rows: int
    sha256: str


def tables_of(connection: Connection) -> list[Table]:
    """The tables of the database that belong into an archive, by name: their columns and keys as they stand there."""
    found, metadata = inspect(connection), MetaData()
    keys = {name: key["constrained_columns"] for (_, name), key in found.get_multi_pk_constraint().items() if key}
    return [
        Table(name, metadata, *(Column(c["name"], c["type"], primary_key=c["name"] in keys[name]) for c in columns))
        for (_, name), columns in sorted(found.get_multi_columns().items())
        if name not in LEFT_OUT
    ]


def write_rows(connection: Connection, table: Table, out: BinaryIO | None = None) -> Summary:
    """Write the rows of a table in the order of its key, one line each; without `out` only count and hash them."""
    columns = sorted(table.c, key=lambda column: column.name)
    chosen = [cast(c, Text).label(c.name) if _is_json(c.type) else c for c in columns]
    statement = select(*chosen).order_by(
        *(_sortable(connection, column) for column in table.primary_key.columns or columns)
    )
    digest, count = hashlib.sha256(), 0
    names = [str(column.name) for column in columns]
    for row in connection.execute(statement, execution_options={"yield_per": PORTION}):
        line = orjson.dumps(dict(zip(names, map(_plain, row), strict=True))) + b"\n"
        digest.update(line)
        if out is not None:
            out.write(line)
        count += 1
    return Summary(count, digest.hexdigest())


def read_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """Fill a table with lines that `write_rows` has made, in place of the rows that migrations put there. Raises
    ValueError for a line that does not fit."""
    connection.execute(table.delete())
    statement = table.insert().values({column.name: _bound(connection, column) for column in table.c})
    rows = (_row(table, line) for line in lines)
    while portion := list(islice(rows, PORTION)):
        connection.execute(statement, portion)


def _is_json(kind: sqltypes.TypeEngine[Any]) -> bool:
    return isinstance(kind, JSON)


def _sortable(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """What to order by: texts by their bytes, whatever order the database was made with."""
    is_text = isinstance(column.type, String) and connection.dialect.name == "postgresql"
    return column.collate("C") if is_text else column


def _bound(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """The place of a value in an INSERT."""
    if not _is_json(column.type):
        return bindparam(column.name, type_=column.type)
    value = bindparam(column.name, type_=Text)
    # SQLite would make a number of what is cast to JSON.
    return cast(value, column.type) if connection.dialect.name == "postgresql" else value


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: instants in UTC, numbers without loss."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def _row(table: Table, line: bytes) -> dict[str, Any]:
    given = orjson.loads(line)
    if not isinstance(given, dict) or set(given) != set(table.c.keys()):
        raise ValueError(f"{table.name}: other columns than the table has")
    return {name: _stored(table.c[name].type, value) for name, value in given.items()}


def _stored(kind: sqltypes.TypeEngine[Any], value: Any) -> Any:
    if value is None or _is_json(kind):
        return value
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, Numeric) and isinstance(value, str):
        return Decimal(value)
    return value
