"""The server as it ships: `flask serve` in a process of its own, with the settings in its environment."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Program:
    """Where the program lies, and the Python that has its packages."""

    home: Path = ROOT
    python: str = sys.executable

    def command(self, *arguments: str) -> list[str]:
        """`flask` with these words."""
        return [self.python, "-m", "flask", "--app", "app", *arguments]


CHECKOUT = Program()
LOG = "server.log"
PORTS = range(20_000, 32_000)
PATIENCE = 60
"""Seconds until the server must answer."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        """The values under a name, joined."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


@dataclass(frozen=True)
class Served:
    """A running server: where it listens and where its data lie."""

    host: str
    port: int
    folder: Path
    process: int

    def log(self) -> list[str]:
        """The lines that it has written to standard output."""
        return (self.folder / LOG).read_text(encoding="utf-8").splitlines()

    def processor_seconds(self) -> float:
        """Seconds of processors that it has used."""
        used = psutil.Process(self.process).cpu_times()
        return float(used.user + used.system)

    def peak_memory(self) -> int:
        """The most memory that it has held, in MiB, as Linux counts it."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii", errors="replace")
        [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(peak) // 1024

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; `headers` may hold a Host of its own."""
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read().decode(errors="replace"))
        finally:
            connection.close()


def form_sent(served: Served, path: str, fields: dict[str, str], **headers: str) -> Answer:
    """A form of the page at this address, sent as a browser behind the proxy sends it."""
    page = served.ask(path, headers=headers)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.body)
    assert token, page.body[:300]
    headers |= {
        "Cookie": page.header("Set-Cookie").split(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"https://{headers.get('Host', '')}{path}",
    }
    return served.ask(path, method="POST", body=urlencode(fields | {"csrf_token": token[1]}), headers=headers)


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: these settings and no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    return own | {"REGISTRY_DATA_DIR": str(folder)} | {f"REGISTRY_{name}": value for name, value in settings.items()}


def flask(
    folder: Path, settings: Mapping[str, str], *arguments: str, program: Program = CHECKOUT
) -> subprocess.CompletedProcess[str]:
    """A command of the operator."""
    return subprocess.run(
        program.command(*arguments),
        cwd=program.home,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        timeout=10 * PATIENCE,
        check=False,
    )


def free_port(host: str) -> int:
    """A port at which nobody listens, below those that systems hand out: nobody gets it by chance before the server
    listens there, or while it is gone."""
    while True:
        port = secrets.choice(PORTS)
        with suppress(OSError), socket.create_server((host, port)):
            return port


@contextmanager
def flask_serve(
    folder: Path, settings: Mapping[str, str], *arguments: str, program: Program = CHECKOUT
) -> Iterator[Served]:
    """`flask serve` with these settings; it is gone when the block ends."""
    host = settings.get("HOST", "127.0.0.1")
    given = {"PORT": str(free_port(host)), **settings}
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            program.command("serve", *arguments),
            cwd=program.home,
            env=environment(folder, given),
            stdout=log,
            stderr=log,
        )
    served = Served(host, int(given["PORT"]), folder, process.pid)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, f"flask serve ended with {process.returncode}"
            assert time.monotonic() < deadline, "flask serve does not answer"
            try:
                socket.create_connection((served.host, served.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE)
