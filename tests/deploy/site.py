"""A site as deploy/ describes it, on loopback: workers at a socket, nginx with TLS in front, a database of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import psutil

from tests.deploy.files import NAME, nginx_conf
from tests.served import CHECKOUT, Answer, Program, environment, flask, free_port

PATIENCE = 180


@dataclass
class Site:
    """The site while it runs: the process of the application, and how to ask through the proxy or past it."""

    folder: Path
    settings: Mapping[str, str]
    tls_port: int
    plain_port: int
    socket: Path
    program: Program = CHECKOUT
    application: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "application.log"
        self.trust = ssl.create_default_context(cafile=str(self.folder / "tls" / "ca.pem"))

    def start(self) -> None:
        """Start the application and wait until it answers at its socket."""
        with self.log.open("ab") as log:
            self.application = subprocess.Popen(
                self.program.command("serve", "--socket", str(self.socket)),
                cwd=self.program.home, env=environment(self.folder / "data", self.settings), stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while self.past_proxy("/healthz") != 200:
            assert self.application.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, "the application does not answer"
            time.sleep(0.1)

    def stop(self) -> int:
        """Stop the application as its unit does; returns its exit code."""
        assert self.application is not None
        self.application.send_signal(signal.SIGTERM)
        code = self.application.wait(PATIENCE)
        self.application = None
        return code

    def past_proxy(self, path: str) -> int:
        """Status of a request at the socket itself; 0 without an answer."""
        connection = HTTPConnection(NAME, timeout=10)
        try:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(10)
            connection.sock.connect(str(self.socket))
            connection.request("GET", path, headers={"Host": NAME})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def connect(self, name: str = NAME, timeout: float = PATIENCE) -> HTTPSConnection:
        """A connection through the proxy, with TLS, that checks the certificate."""
        connection = HTTPSConnection(name, self.tls_port, timeout=timeout, context=self.trust)
        connection._create_connection = lambda address, *rest, **more: socket.create_connection(  # type: ignore[attr-defined]
            ("127.0.0.1", address[1]), *rest, **more
        )
        return connection

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request through the proxy."""
        connection = self.connect()
        try:
            connection.request(method, path, body, {"Host": NAME, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read().decode(errors="replace"))
        finally:
            connection.close()


@contextmanager
def deployed(
    settings: Mapping[str, str] | None = None, *, data: Path | None = None, program: Program = CHECKOUT
) -> Iterator[Site]:
    """A running site, on an empty database or on a copy of `data`; everything is gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="registry-site-"))
    nginx: subprocess.Popen[bytes] | None = None
    given = {
        "WORKERS": "2", "LOG_FORMAT": "json", "METRICS": "1", "TRUSTED_PROXIES": "1", "PUBLIC_URL": f"https://{NAME}",
        **(settings or {}),
    }  # fmt: skip
    # Workers of nginx may run as another account, which must reach the socket.
    folder.chmod(0o755)
    place = folder / "registry.sock"
    try:
        if data is not None:
            shutil.copytree(data, folder / "data")
        made = flask(folder / "data", given, "init", program=program)
        assert made.returncode == 0, made.stderr
        plain, tls = free_port("127.0.0.1"), free_port("127.0.0.1")
        conf = nginx_conf(folder, socket=place, plain_port=plain, tls_port=tls)
        if os.geteuid() == 0:
            conf.write_text("user root;\n" + conf.read_text(encoding="utf-8"), encoding="utf-8")
        site = Site(folder, given, tls, plain, place, program)
        site.start()
        nginx = subprocess.Popen(["nginx", "-c", str(conf), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", tls), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
        yield site
        if site.application is not None:
            site.stop()
    finally:
        if nginx is not None:
            nginx.terminate()
            nginx.wait(PATIENCE)
        if "site" in locals() and site.application is not None:
            # Killed alone, granian would leave its workers behind.
            for process in [*psutil.Process(site.application.pid).children(recursive=True), site.application]:
                process.kill()
            site.application.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)
