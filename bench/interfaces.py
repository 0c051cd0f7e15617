"""`python -m bench.interfaces [PROJECTS]`: what seen answers to programs cost, against hello world, in one run.

A list, features and the feed come from the front as they lie there. A whole file is told to a reader who has it (304);
sent anew it is bound by its bytes, so it has no bar.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

from bench.client import running
from bench.jobs import Job
from bench.measuring import Result, measure
from bench.stock import make_stock
from bench.table import show

BAR = 0.8
SEEN = (
    ("接口：项目列表", "/api/v1/projects"),
    ("接口：筛选后的列表", "/api/v1/projects?unit=WJQ&year=2020&per_page=20"),
    ("OGC：要素 100 个", "/ogc/collections/projects/items?limit=100"),
    ("OGC：范围内的要素", "/ogc/collections/projects/items?bbox=119.9,31.7,120,31.9&limit=20"),
    ("OGC：入口", "/ogc"),
    ("接口描述", "/api/openapi.json"),
    ("订阅", "/feed.xml"),
    ("目录", "/catalog.jsonld"),
    ("嵌入的地图", "/embed?unit=WJQ"),
)
"""Name and address of each."""
FILES = (("GeoJSON", "/projects.geojson"), ("CSV", "/projects.csv"))


def interfaces() -> list[Job]:
    """The jobs."""
    known = [Job(f"{name} 304", itertools.repeat(path), BAR, conditional=True) for name, path in FILES]
    sent = [Job(f"{name} 200", itertools.repeat(path)) for name, path in FILES]
    return [*(Job(name, itertools.repeat(path), BAR) for name, path in SEEN), *known, *sent]


def lines(results: list[Result]) -> list[tuple[object, ...]]:
    """The rows of the table."""
    return [
        (each.name, f"{each.share:.2f}", f"{each.cpu_share:.2f}", each.bar or "", f"{each.cpu_ms:.2f}", each.sent)
        for each in results
    ]


def main(projects: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, running("hello") as hello:
        made = make_stock(Path(folder) / "stock", projects * 3 // 2)
        with running("site", made.data_dir) as site:
            results = [measure(hello, site, job) for job in interfaces()]
    show(f"{projects} 个项目", ("", "请求/秒÷hello", "hello CPU÷CPU", "目标", "CPU ms", "字节 br"), lines(results))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
