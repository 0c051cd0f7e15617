"""Server processes under measurement, and one keep-alive connection that costs little itself."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
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


class Server:
    """A running server process and a connection to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.host = f"127.0.0.1:{port}"
        self.address = f"http://{self.host}"
        self._port = port
        self._connection = socket.socket()
        self.connect()

    def connect(self) -> None:
        """A fresh connection: the server closes one that was idle for half a minute."""
        self.close()
        self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
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

    def cpu(self) -> float:
        """Seconds of processor time that the process has used (nanosecond clock of Linux)."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self) -> int:
        """Resident memory in MB."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


@contextmanager
def running(kind: str, folder: Path | None = None, database: str = "") -> Iterator[Server]:
    """A server of this kind (`hello` or `site` on a data directory, with a database elsewhere); it ends with the
    block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    if folder is not None:
        environment |= {"REGISTRY_DATA_DIR": str(folder), "REGISTRY_DATABASE_URL": database}
    with subprocess.Popen(
        [sys.executable, "-m", "bench.server", kind],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            server = Server(process, int(process.stdout.readline()))
            with closing(server):
                yield server
        finally:
            process.kill()
