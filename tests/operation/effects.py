"""What is seen of the settings of operation on the servers of tests/cli/test_settings_served.py."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time
from collections.abc import Callable
from functools import cache
from typing import Protocol

import psutil
import pytest

from registry.config import Settings
from registry.errors import OperatorError
from tests.served import Served, flask


class Pair(Protocol):
    """A server with the defaults, and one with every setting changed."""

    plain: Served
    full: Served


def workers(pair: Pair) -> None:
    """The full server has two workers under granian, the plain one none: whoever is killed there is replaced."""
    killed = max(_listening(pair.full))
    os.kill(killed, signal.SIGKILL)
    _listening(pair.full, without=killed)
    assert pair.full.ask("/smart/projects").status == 200
    assert psutil.Process(pair.plain.process).children() == []


def _listening(served: Served, without: int = 0) -> set[int]:
    """Both workers, once both of them listen; a site that has just begun may have one."""
    for _try in range(400):
        found = set()
        for child in psutil.Process(served.process).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any(each.status == psutil.CONN_LISTEN for each in child.net_connections()):
                    found.add(child.pid)
        if len(found) == 2 and without not in found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"these listen: {found}")


def log_format(pair: Pair) -> None:
    """One line a request, with the number of the answer and without the query."""
    for served, path in ((pair.plain, "/projects"), (pair.full, "/smart/projects")):
        answer = served.ask(f"{path}?q=somebody")
        [line] = [line for line in served.log() if answer.header("X-Request-Id") in line]
        assert "somebody" not in line
        if served is pair.plain:
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00 INFO [0-9a-f]{16} GET /projects 200 [\d.]+ms public",
                line,
            ), line
        else:
            found = json.loads(line)
            assert (found["method"], found["path"], found["status"], found["role"]) == (
                "GET",
                "/projects",
                200,
                "public",
            )
            assert found["time"].endswith("+08:00")
    refused = flask(pair.plain.folder, {"LOG_FORMAT": "xml"}, "serve")
    assert (refused.returncode, "REGISTRY_LOG_FORMAT 应为 text 或 json" in refused.stderr) == (1, True)


def metrics(pair: Pair) -> None:
    """Figures of both workers together, where they are wanted."""
    assert pair.plain.ask("/metrics").status == 404

    def counted() -> float:
        text = pair.full.ask("/smart/metrics").body
        return sum(float(value) for value in re.findall(r'endpoint="health.healthz",status="200"} ([\d.]+)', text))

    before = counted()
    assert [pair.full.ask("/smart/healthz").status for _ in range(6)] == [200] * 6
    assert counted() == before + 6


@cache
def database_pool(pair: Pair) -> None:
    """Seen once for both settings of the pool."""
    refused = flask(pair.plain.folder, {"DATABASE_POOL": "0"}, "serve")
    assert (refused.returncode, "REGISTRY_DATABASE_POOL 应为 1 到 200 的整数" in refused.stderr) == (1, True)
    # What it bounds is seen in tests/operation/test_outages.py; one connection serves one reader after another.
    assert [pair.full.ask("/smart/projects").status for _ in range(3)] == [200] * 3


def database_read_url(pair: Pair) -> None:
    """A standby needs PostgreSQL; what it does with one is seen in tests/operation/test_replica.py."""
    refused = flask(pair.plain.folder, {"DATABASE_READ_URL": "postgresql://127.0.0.1/none"}, "serve")
    assert (refused.returncode, "REGISTRY_DATABASE_URL 也须是 PostgreSQL" in refused.stderr) == (1, True)


def exports_at_once(pair: Pair) -> None:
    refused = flask(pair.plain.folder, {"EXPORTS_AT_ONCE": "17"}, "serve")
    assert (refused.returncode, "REGISTRY_EXPORTS_AT_ONCE 应为 1 到 16 的整数" in refused.stderr) == (1, True)
    for text in ("0", "two"):
        with pytest.raises(OperatorError, match="REGISTRY_EXPORTS_AT_ONCE 应为 1 到 16 的整数"):
            Settings.from_environ({"REGISTRY_EXPORTS_AT_ONCE": text})
    # How many are made at once is seen in tests/record/test_made_files.py; here a file is made with one.
    assert pair.full.ask("/smart/projects.csv?unit=JKQ").status == 200


def embed_ancestors(pair: Pair) -> None:
    """Who may frame the map: anybody, or the sites that are named; every other page nobody."""
    for served, prefix, allowed in ((pair.plain, "", "*"), (pair.full, "/smart", "https://framing.example")):
        framed = served.ask(f"{prefix}/embed")
        assert framed.status == 200
        assert _ancestors(framed.header("Content-Security-Policy")) == [allowed]
        assert framed.header("X-Frame-Options") == ""
        assert _ancestors(served.ask(f"{prefix}/about").header("Content-Security-Policy")) == ["'none'"]
    refused = flask(pair.plain.folder, {"EMBED_ANCESTORS": "framing.example/page"}, "serve")
    assert (refused.returncode, "REGISTRY_EMBED_ANCESTORS" in refused.stderr) == (1, True)


def _ancestors(policy: str) -> list[str]:
    return re.findall(r"frame-ancestors ([^;]+)", policy)


OPERATION: dict[str, Callable[[Pair], None]] = {
    "WORKERS": workers,
    "LOG_FORMAT": log_format,
    "METRICS": metrics,
    "DATABASE_READ_URL": database_read_url,
    "DATABASE_POOL": database_pool,
    "DATABASE_POOLER": database_pool,
    "EXPORTS_AT_ONCE": exports_at_once,
    "EMBED_ANCESTORS": embed_ancestors,
}
