"""Figures for a monitoring system: `/metrics` in Prometheus' text format, over all workers of a server."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from registry.errors import OperatorError
from registry.wording import Message

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the environment with the folder in which the workers of one server add up their figures."""
SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 3, 10, 30)


def share_figures() -> None:
    """Give the workers that this process will start a folder of their own; call it before `Metrics` is made."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="registry-metrics-")


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
