"""Ten minutes of mixed traffic (`SECONDS` shortens them): nothing lost, nothing wrong, no unexplained error, no growth."""

from __future__ import annotations

import os
import time
from urllib.parse import quote

import psutil

from tests.faults.server import demonstration, result_of
from tests.faults.traffic import Watch, traffic

SECONDS = 600
PATHS = ["/", "/projects?unit=TNQ&sort=year", f"/projects?q={quote('机器人')}", "/statistics?tier=national", "/projects.csv?unit=JKQ",
         "/projects.xlsx?unit=WJQ", "/statistics.docx?unit=JKQ&year=2020", "/api/v1/projects?per_page=20", "/map/points.json",
         "/projects/CZ-000003", "/notices", "/calls", "/announcements", "/?lang=en", "/readyz"]  # fmt: skip
MOST_GROWTH = 1.5
"""How much more memory the workers may hold at the end than after the first third."""


def main() -> int:
    """Run it; 1 when something was lost, wrong or grew."""
    seconds = int(os.environ.get("SECONDS", SECONDS))
    with demonstration() as site:
        assert site.application is not None
        process = psutil.Process(site.application.pid)
        with Watch(site) as watch, traffic(site, writers=3, readers=4, paths=PATHS) as (written, seen):
            time.sleep(seconds / 3)
            early = _memory(process)
            time.sleep(seconds * 2 / 3)
            late, files = _memory(process), sum(child.num_fds() for child in process.children(recursive=True))
        result = result_of(f"soak {seconds} s", site, written, seen)
        result.wrong += watch.failed + int(late > early * MOST_GROWTH)
        result.note += f", /healthz {watch.slowest:.2f} s, slowest page {seen.slowest:.1f} s, {early} → {late} MB, {files} files open"
        print(result.line())
    return 1 if result.lost or result.wrong else 0


def _memory(process: psutil.Process) -> int:
    return sum(child.memory_info().rss for child in [process, *process.children(recursive=True)]) >> 20
