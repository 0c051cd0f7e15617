"""Shares of hello world, of one job under one server: rounds in turns, the median of three, and how far they lie apart.

Hello world, the plain application and the site run at the same time under the same server with the same workers. Each
round asks all three, so that a busy machine hits them alike. Addresses of first visits are asked once and
never again; nobody has asked for them before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from bench.client import Connection, Server
from bench.jobs import Job

ROUNDS = 3
SECONDS = 0.5
"""About how long hello world, a seen page and the plain application are asked in one round."""
CLIENTS = 4
"""Connections at once: two for each worker."""
UNSEEN = 60
"""Addresses that a round of first visits asks for."""
WARM = 24
"""Addresses asked before a job is measured: every worker has made such a page."""


@dataclass(frozen=True)
class Servers:
    """The three applications under one server."""

    name: str
    hello: Server
    naive: Server
    site: Server


@dataclass(frozen=True)
class Line:
    """One line of the table: shares by requests and by processor time, both in medians; `noise` is how far the
    shares by processor time lie apart, as a part of the median. The plain application's share is beside it."""

    name: str
    bar: float | None
    rate: float
    cpu: float
    noise: float
    cpu_ms: float
    naive: float | None
    raw: int
    naive_raw: int


@dataclass(frozen=True)
class Round:
    """Requests a second and CPU seconds a request."""

    rate: float
    cpu: float


def wake(server: Server, paths: Sequence[str]) -> None:
    """Ask for these until no worker has anything left to read: each on many fresh connections at once."""
    for path in paths:
        ask(server, [[server.request(path)] * 3 for _ in range(8)])


def compare(servers: Servers, job: Job) -> Line:
    """Measure a job."""
    paths = job.paths
    first = next(paths)
    headers = dict(job.headers)
    servers.site.connect()
    raw, kept = servers.site.get(first), servers.site.get(first, headers)
    if job.conditional:
        headers["If-None-Match"] = kept.header("ETag")
    wanted = 304 if job.conditional else 200
    if (status := servers.site.get(first, headers).status) != wanted:
        raise SystemExit(f"{job.name}: {first} answered {status}")
    hello, own, plain = [], [], []
    warm = [first] if job.seen else list(islice(paths, WARM))
    naive_raw = 0
    if job.naive:
        servers.naive.connect()
        naive_raw = servers.naive.get(first).size
        _round(servers.naive, warm, {}, once=True)
    if not job.seen:
        _round(servers.site, warm, headers, once=True)
    for _ in range(ROUNDS):
        hello.append(_round(servers.hello, ["/"], {}))
        # A job over several seen addresses comes round again; each connection has asked for all before it counts.
        asked = list(dict.fromkeys([first, *islice(paths, 100)])) if job.seen else list(islice(paths, UNSEEN))
        own.append(_round(servers.site, asked, headers, once=not job.seen))
        if job.naive:
            plain.append(_round(servers.naive, asked, {}, once=True))
    shares = [base.cpu / each.cpu for base, each in zip(hello, own, strict=True)]
    return Line(
        name=job.name,
        bar=job.bar,
        rate=median(each.rate / base.rate for base, each in zip(hello, own, strict=True)),
        cpu=median(shares),
        noise=(max(shares) - min(shares)) / median(shares) / 2,
        cpu_ms=median(each.cpu for each in own) * 1000,
        naive=median(base.cpu / each.cpu for base, each in zip(hello, plain, strict=True)) if plain else None,
        raw=raw.size,
        naive_raw=naive_raw,
    )


def _round(server: Server, paths: Sequence[str], headers: dict[str, str], *, once: bool = False) -> Round:
    """Ask for the paths from several connections: each once, or again and again after every connection has."""
    requests = [server.request(path, headers) for path in paths]
    if once:
        return ask(server, [requests[place::CLIENTS] for place in range(CLIENTS)])
    return ask(server, [requests] * CLIENTS, seconds=SECONDS)


def ask(server: Server, shares: Sequence[Sequence[bytes]], *, seconds: float = 0) -> Round:
    """Send each share on a connection of its own, all at once; with `seconds` over and over, once unmeasured before."""
    lines = [Connection(server.port) for _ in shares]
    done = [0] * len(shares)
    if seconds:
        for line, share in zip(lines, shares, strict=True):
            for request in share:
                line.send(request)
    used, began = server.cpu(), time.perf_counter()

    def send(number: int) -> None:
        share, line = shares[number], lines[number]
        while not seconds or time.perf_counter() - began < seconds:
            for request in share if not seconds else [share[done[number] % len(share)]]:
                line.send(request)
                done[number] += 1
            if not seconds:
                break

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(shares))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken, spent = time.perf_counter() - began, server.cpu() - used
    for line in lines:
        line.close()
    return Round(sum(done) / taken, spent / sum(done))
