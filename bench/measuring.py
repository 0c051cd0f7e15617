"""Rounds that alternate between hello world and a job, so that a busy machine hits both alike."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from statistics import median

from bench.client import Server
from bench.jobs import Job

ROUNDS = 5
SECONDS = 0.4
"""Length of one round; an unseen job also ends after UNSEEN requests."""
UNSEEN = 30


@dataclass(frozen=True)
class Result:
    """One line: shares of hello world (medians over the rounds), milliseconds of CPU, bytes sent."""

    name: str
    bar: float | None
    share: float
    cpu_share: float
    cpu_ms: float
    raw: int
    sent: int


@dataclass(frozen=True)
class Round:
    """Requests a second and CPU seconds a request."""

    rate: float
    cpu: float


def measure(hello: Server, site: Server, job: Job) -> Result:
    """Measure a job against hello world."""
    greeting = [hello.request("/")]
    first = next(job.paths)
    site.connect()
    headers = dict(job.headers)
    sent = site.get(first, headers)
    if job.conditional:
        headers["If-None-Match"] = sent.header("ETag")
    raw = site.get(first)
    check = site.get(first, headers)
    if check.status != (304 if job.conditional else 200):
        raise SystemExit(f"{job.name}: {first} answered {check.status}")
    pairs = []
    for _ in range(ROUNDS):
        paths = [first] if job.seen else list(islice(job.paths, UNSEEN))
        if job.seen:
            # A job over several addresses has seen them all before it is measured.
            paths = list(dict.fromkeys([first, *islice(job.paths, 100)]))
            for path in paths:
                site.get(path, headers)
        asked = [site.request(path, headers) for path in paths]
        pairs.append((round_of(hello, greeting), round_of(site, asked, once=not job.seen)))
    return Result(
        name=job.name,
        bar=job.bar,
        share=median(own.rate / base.rate for base, own in pairs),
        cpu_share=median(base.cpu / own.cpu for base, own in pairs),
        cpu_ms=median(own.cpu for _, own in pairs) * 1000,
        raw=raw.size,
        sent=check.size,
    )


def round_of(server: Server, requests: list[bytes], *, once: bool = False) -> Round:
    """Send the requests in turn for SECONDS, or each once."""
    server.connect()
    done, used, began = 0, server.cpu(), time.perf_counter()
    until = began + SECONDS
    while not (done >= len(requests) if once else time.perf_counter() >= until):
        server.send(requests[done % len(requests)])
        done += 1
    return Round(done / (time.perf_counter() - began), (server.cpu() - used) / done)
