"""Server processes under measurement, and keep-alive connections that cost little themselves."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300
"""Seconds that one answer may take (the first one after a change reads a million titles)."""


@dataclass(frozen=True)
class Answer:
    """Status, head and number of bytes of the body."""

    status: int
    head: bytes
    size: int

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        found = re.search(rb"(?i)\r\n" + name.encode() + rb": *([^\r]*)", self.head)
        return found[1].decode() if found else ""


class Connection:
    """A keep-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.address = f"http://{self.host}"
        self.port = port
        self._connection = socket.socket()
        self.connect()

    def connect(self) -> None:
        """A fresh connection: the server closes one that was idle for half a minute."""
        self.close()
        self._connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close the connection; the process goes on."""
        self._connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One request over the kept connection."""
        return self.send(self.request(path, headers))

    def request(self, path: str, headers: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a request."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def send(self, request: bytes) -> Answer:
        """Send a request and read its answer."""
        self._connection.sendall(request)
        head, data = b"", b""
        while not head:
            data += self._received()
            if (end := data.find(b"\r\n\r\n")) >= 0:
                head, data = data[:end], data[end + 4 :]
        answer = Answer(int(head[9:12]), head, 0)
        length = int(answer.header("Content-Length") or 0) if answer.status != 304 else 0
        got = len(data)
        while got < length:
            got += len(self._received())
        if answer.header("Connection").lower() == "close":
            # Waitress closes after every answer without a length, and a 304 has none.
            self.connect()
        return Answer(answer.status, head, got)

    def _received(self) -> bytes:
        part = self._connection.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part


class Server(Connection):
    """A running server with all its processes, and a connection to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        super().__init__(port)

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used (nanosecond clocks of Linux)."""
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in family(self.process.pid))

    def memory(self) -> int:
        """Resident memory in MB."""
        pages = 0
        for pid in family(self.process.pid):
            with open(f"/proc/{pid}/statm") as file:
                pages += int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def family(pid: int) -> list[int]:
    """A process and all that it has begun."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            found += family(int(child))
    return found


WORKERS = 2
THREADS = 32
"""What `flask serve` gives a worker, and what docs/operation.md writes for gunicorn."""
APPLICATIONS = {"hello": "bench.server:hello", "naive": "bench.naive:naive", "site": "app:served"}


def command(kind: str, under: str, port: int) -> list[str]:
    """The command that runs an application under a server."""
    if under == "waitress":
        return ["bench.server", kind]
    if under == "gunicorn":
        sizes = ("--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "120", "--keep-alive", "75")
        return ["gunicorn", *sizes, "--bind", f"127.0.0.1:{port}", "--log-level", "error", f"{APPLICATIONS[kind]}()"]
    if kind == "site":
        return ["flask", "--app", "app", "serve", "--workers", str(WORKERS), "--port", str(port)]
    # As `flask serve` starts it (registry/cli/serving.py).
    return [
        *("granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws", "--log-level", "error"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--host", "127.0.0.1", "--port", str(port), APPLICATIONS[kind]),
    ]


@contextmanager
def running(kind: str, folder: Path | None = None, under: str = "waitress", database: str = "") -> Iterator[Server]:
    """A server of this kind (`hello`, `naive` or `site`, the last two on a data directory or with a database
    elsewhere); it ends with the block.

    Under waitress it is one process that tells its port, under granian and gunicorn there are two workers.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    if folder is not None:
        environment |= {"REGISTRY_DATA_DIR": str(folder), "REGISTRY_DATABASE_URL": database}
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-m", *command(kind, under, port)],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, text=True,
        stdout=subprocess.PIPE if under == "waitress" else subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            if process.stdout is not None:
                port = int(process.stdout.readline())
            else:
                _wait(process, port)
            with closing(Server(process, port)) as server:
                yield server
        finally:
            for pid in reversed(family(process.pid)) if process.poll() is None else ():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[str], port: int) -> None:
    """Wait until the server listens and both workers are there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            if len(family(process.pid)) > WORKERS:
                return
        time.sleep(0.1)
    raise SystemExit(f"the server at port {port} did not start")
