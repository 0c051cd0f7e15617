"""People at the site: writers who remember what was acknowledged, readers who count what failed.

A writer sends reports about a project. One is acknowledged when the answer leads to its page, whose address holds its
number: then a row, its event and nothing less must be in the database, whatever happens afterwards.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import count
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from tests.deploy.files import NAME
from tests.deploy.site import Site
from tests.served import Answer

SENTENCES = ("系统繁忙", "存储空间不足", "网站正在维护", "正在生成的文件较多")
"""What a 503 may say."""
FORM = "application/x-www-form-urlencoded"
_addresses = count(1)


class Person:
    """Somebody with a network address and cookies of their own, over TLS through the proxy."""

    def __init__(self, site: Site, timeout: float = 60) -> None:
        number = next(_addresses)
        self.site, self.timeout = site, timeout
        self.address = f"127.1.{number // 250}.{number % 250 + 1}"
        self.cookies: dict[str, str] = {}
        self._connection: HTTPConnection | None = None

    def ask(self, path: str, *, body: str | bytes | None = None, kind: str = FORM) -> Answer:
        """One request; raises OSError or HTTPException where no answer came."""
        try:
            connection = self._connection = self._connection or self._connect()
            headers = {"Host": NAME, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if body is not None:
                headers["Content-Type"] = kind
                headers["Referer"] = f"https://{NAME}{path}"
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            found = Answer(answer.status, answer.getheaders(), answer.read().decode(errors="replace"))
        except (OSError, HTTPException):
            self.close()
            raise
        for name, value in found.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return found

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> HTTPSConnection:
        made = self.site.connect(timeout=self.timeout)
        plain = socket.create_connection(("127.0.0.1", self.site.tls_port), self.timeout, (self.address, 0))
        made.sock = self.site.trust.wrap_socket(plain, server_hostname=NAME)
        return made


@dataclass
class Tally:
    """What became of the traffic."""

    acknowledged: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def note(self, answer: Answer, path: str) -> None:
        """Count an answer that is neither an acknowledgement nor a page."""
        said = next((sentence for sentence in SENTENCES if sentence in answer.body), "")
        if answer.status == 503 and said:
            self.refused[said] += 1
        elif answer.status >= 400:
            self.unexplained.append(f"{path} {answer.status}")


def write(person: Person, tally: Tally, stop: threading.Event, name: str) -> None:
    """Send reports until told to stop; an answer that never came is none."""
    path, serial = "/projects/CZ-000001/report", 0
    while not stop.is_set():
        try:
            form = person.ask(path)
            token = re.search(r'name="csrf_token" value="([^"]+)"', form.body)
            if form.status != 200 or token is None:
                tally.note(form, path)
                time.sleep(0.3)
                continue
            serial += 1
            fields = {
                "csrf_token": token[1],
                "topic": "name",
                "text": f"演示：{name} 第 {serial} 次，名称与文件上的不一致。",
            }
            sent = person.ask(path, body=urlencode(fields))
            number = re.search(r"/reports/([^/]+)/", sent.header("Location"))
            if sent.status == 303 and number:
                tally.acknowledged.append(number[1])
                # Each report comes from another reader: one who sends many has to wait.
                person.close()
                person.address = Person(person.site).address
            else:
                tally.note(sent, path)
        except (OSError, HTTPException):
            tally.refused["no answer"] += 1
            time.sleep(0.05)


def read(person: Person, tally: Tally, stop: threading.Event, paths: list[str]) -> None:
    """Ask for pages in turn until told to stop."""
    for turn in count():
        if stop.is_set():
            return
        path = paths[turn % len(paths)]
        began = time.monotonic()
        try:
            answer = person.ask(path)
            if answer.status == 200:
                tally.acknowledged.append(path)
            else:
                tally.note(answer, path)
                time.sleep(0.3)
        except (OSError, HTTPException):
            tally.refused["no answer"] += 1
        tally.slowest = max(tally.slowest, time.monotonic() - began)
        time.sleep(0.01)


def _noted(tally: Tally, act: Callable[..., None], *given: object) -> None:
    """Do it; a fault of the writer or reader itself is counted, since without them nothing can go wrong."""
    try:
        act(*given)
    except Exception as error:
        tally.unexplained.append(repr(error))


@contextmanager
def traffic(
    site: Site, *, writers: int = 4, readers: int = 2, paths: list[str] | None = None
) -> Iterator[tuple[Tally, Tally]]:
    """(what writers, what readers met) while the block runs."""
    written, seen, stop = Tally(), Tally(), threading.Event()
    pages = paths or ["/", "/projects?unit=TNQ", "/statistics", "/api/v1/projects?per_page=5"]
    threads = [
        threading.Thread(
            target=_noted, args=(written, write, Person(site), written, stop, f"{time.time_ns()}-{number}")
        )
        for number in range(writers)
    ] + [threading.Thread(target=_noted, args=(seen, read, Person(site), seen, stop, pages)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield written, seen
    finally:
        stop.set()
        for thread in threads:
            thread.join(90)


def lost(url: str, tally: Tally) -> tuple[int, int]:
    """(acknowledged reports that are not in the database, reports and events that stand without each other)."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        stored = set(connection.scalars(text("SELECT number FROM error_report")))
        half = connection.scalar(
            text(
                "SELECT (SELECT count(*) FROM error_report) - (SELECT count(DISTINCT subject_id) FROM event"
                " WHERE action = 'error_report.receive')"
            )
        )
    engine.dispose()
    return len(set(tally.acknowledged) - stored), abs(int(half or 0))


class Watch:
    """Asks `/healthz` through the proxy all the time, and remembers the longest wait."""

    def __init__(self, site: Site) -> None:
        self.site, self.slowest, self.failed = site, 0.0, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *given: object) -> None:
        self._stop.set()
        self._thread.join(90)

    def _run(self) -> None:
        person = Person(self.site)
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self.failed += person.ask("/healthz").status != 200
            except (OSError, HTTPException, ssl.SSLError):
                self.failed += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.05)
