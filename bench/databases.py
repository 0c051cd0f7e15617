"""The databases that are measured: a file, or a PostgreSQL server that ends with the block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from registry.db import count_rows
from tests.postgres import postgres_server


@contextmanager
def database(folder: Path, *, is_postgresql: bool = False) -> Iterator[str]:
    """The address of an empty database; one in a file lies in `folder`."""
    if not is_postgresql:
        yield f"sqlite:///{folder / 'registry.db'}"
        return
    with postgres_server() as server:
        yield server.url(server.create())


def settle(engine: Engine) -> None:
    """What the planner knows of a database that has been in use for a while, and on PostgreSQL which of its pages
    everybody may see."""
    with engine.begin() as connection:
        count_rows(connection)
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
