"""Figures for a monitoring system: `/metrics` in Prometheus' text format, over all workers of a server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import OperatorError
from registry.wording import Message

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the environment with the folder in which the workers of one server add up their figures."""
PREFIX = "metrics-"
SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 3, 10, 30)


def share_figures(data_dir: Path) -> None:
    """Give the workers that this process will start a folder of their own; call it before `Metrics` is made.

    It bears the number of this process, which stays that of the server. Nobody is left to remove it when the server
    ends, so that each start removes those of servers that have gone.
    """
    for folder in data_dir.glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX)
        if number == str(os.getpid()) or (number.isdigit() and not _is_running(int(number))):
            shutil.rmtree(folder, ignore_errors=True)
    own = data_dir / f"{PREFIX}{os.getpid()}"
    own.mkdir(mode=0o700)
    os.environ[FOLDER] = str(own)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # It runs, as somebody else.
    return True


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        try:
            import prometheus_client
        except ImportError:
            raise OperatorError(Message("缺少 prometheus-client，请安装 requirements-server.txt。")) from None
        self._library = prometheus_client
        self._own = prometheus_client.CollectorRegistry()
        self._requests = prometheus_client.Counter(
            "registry_requests", "Requests by endpoint and status.", ["endpoint", "status"], registry=self._own
        )
        self._seconds = prometheus_client.Histogram(
            "registry_request_seconds", "Seconds until an answer begins.", buckets=SECONDS, registry=self._own
        )

    def count(self, endpoint: str, status: str, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(endpoint, status).inc()
        self._seconds.observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """(body, content type) of the figures."""
        return self._library.generate_latest(self._all()), self._library.CONTENT_TYPE_LATEST

    def _all(self) -> CollectorRegistry:
        if FOLDER not in os.environ:
            return self._own
        from prometheus_client.multiprocess import MultiProcessCollector

        found = self._library.CollectorRegistry()
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]
        return found
