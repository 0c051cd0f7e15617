"""`python -m bench.large [FOLDER]`: start, publication and first visits at 100 000 projects and a million titles.

The stocks are written into FOLDER and used again when they are there; without one they go into a temporary folder and
away with it. Seconds are wall clock, so a busy machine shows in them; `CPU` is the processor time of the server.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import quote

from sqlalchemy import text

from bench import queue
from bench.client import ROOT, Server, running
from bench.first_view import large_view
from bench.jobs import BROTLI, scopes, texts
from bench.stock import make_stock
from bench.table import show
from registry.config import Settings
from registry.db import make_engine
from registry.services.installation import migrate

SIZES = (150_000, 1_000_000)
"""Titles: 100 000 and 666 667 projects."""
TOUCH = "UPDATE recognition SET year = CASE year WHEN 2024 THEN 2025 ELSE 2024 END WHERE id = 1"
READINGS = ("dianji", "zhoucheng", "zhuangpei", "hanjie", "cqgqhj", "xlbz", "mojuzhuzao", "dianji zhuangpei", "z")
"""Readings and first letters, a rare one to one that all have."""
ROUNDS = 5
LIST, PROJECT, FIGURES = "/projects?per_page=1", "/api/v1/projects/CZ-000001", "/api/v1/statistics"
SEARCH = "/projects?per_page=1&q=zz"
TILES = (
    ("全市", "tile=7/106/52"),
    ("全市，一类", "tile=7/106/52&category=mun_demo_smart_workshop"),
    ("城区", "tile=10/853/416"),
    ("街道", "tile=14/13648/6665"),
)
STARTS = ("", "名单 s", "统计 s", "名单加统计 s", "目标", "检索 s", "CPU s", "内存 MB", "独占 MB")
Row = tuple[object, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="留下数据、下次再用的文件夹")
    parser.add_argument("--titles", type=int, nargs="*", default=SIZES)
    parser.add_argument("--no-queue", action="store_true", help="不测 100 000 份申报的办理列表")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hello = stack.enter_context(running("hello"))
        for titles in options.titles:
            large(stock(folder, titles), titles, hello)
    if not options.no_queue:
        queue.measure()


def stock(folder: Path, titles: int) -> Path:
    """The data directory of a stock, made if it is not there."""
    made = folder / f"titles-{titles}"
    if not (made / "done").exists():
        shutil.rmtree(made, ignore_errors=True)
        began = time.perf_counter()
        make_stock(made, titles)
        (made / "done").touch()
        print(f"{titles} 项认定，{time.perf_counter() - began:.0f} 秒写成", flush=True)
    engine = make_engine(Settings(data_dir=made).database)
    migrate(engine)
    engine.dispose()
    return made


def large(folder: Path, titles: int, hello: Server) -> None:
    """Everything on one stock, with two workers."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    change(folder)
    began = time.perf_counter()
    with ExitStack() as stack:
        starts, workers = [], []
        with running("site", folder) as only:
            starts.append(start("首次启动", only, began))
        shutil.rmtree(folder / "cache")
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "init"],
            cwd=ROOT, env=os.environ | {"REGISTRY_DATA_DIR": str(folder)}, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        print(f"flask init（换了程序之后）：{time.perf_counter() - began:.1f} 秒", flush=True)
        began = time.perf_counter()
        with running("site", folder) as only:
            starts.append(start("flask init 之后首次启动", only, began))
        change(folder)
        for name in ("改动后重新启动", "第二个工作进程", "第三个"):
            began = time.perf_counter()
            workers.append(stack.enter_context(running("site", folder)))
            starts.append(start(name, workers[-1], began))
        show(f"{titles} 项认定：启动到首次回答", STARTS, starts)
        rows = [visible(folder, workers, path) for path in (PROJECT, LIST)]
        show("改动到每个工作进程可见（三个进程之和）", ("", "ms", "CPU ms", "目标"), rows)
        show(
            "地图一块（首次）",
            ("", "ms", "CPU ms", "字节", "字节 br", "目标"),
            [tile(workers[0], *one) for one in TILES],
        )
        columns = ("", "字节", "请求", "首批标记 ms", "点击得到回答 ms", "接管 ms", "再放大 ms", "目标")
        show("地图页（真实浏览器，空缓存）", columns, [map_page(workers[0])])
        rows = [first(hello, workers[0], name, paths, bar) for name, paths, bar in first_visits()]
        show("首次访问", ("", "ms", "CPU ms", "hello CPU÷CPU", "目标"), rows)


def change(folder: Path) -> None:
    """A public change."""
    engine = make_engine(Settings(data_dir=folder).database)
    with engine.begin() as connection:
        connection.execute(text(TOUCH))
    engine.dispose()


def start(name: str, worker: Server, began: float) -> Row:
    """Seconds from the start of a process to its first list, to figures and search from there, and its memory."""
    times = [began]
    for path in (LIST, FIGURES, SEARCH):
        worker.get(path)
        times.append(time.perf_counter())
    listed, figures, found = (f"{after - before:.2f}" for before, after in itertools.pairwise(times))
    both = f"{times[2] - began:.2f}"
    return name, listed, figures, both, "≤ 10", found, f"{worker.cpu():.2f}", worker.memory(), own_memory(worker)


def own_memory(worker: Server) -> int:
    """MB that belong to this process alone: columns in files are shared by all."""
    lines = Path(f"/proc/{worker.process.pid}/smaps_rollup").read_text().splitlines()
    private = (line.split() for line in lines if line.startswith("Private_"))
    return sum(int(parts[1]) for parts in private) // 1000


def visible(folder: Path, workers: list[Server], path: str) -> Row:
    """From a committed change to the moment at which every worker has answered with the new state, the median."""
    times, costs = [], []
    for _ in range(ROUNDS):
        change(folder)
        used, began = sum(map(Server.cpu, workers)), time.perf_counter()
        for worker in workers:
            worker.connect()
            worker.get(path)
        times.append(time.perf_counter() - began)
        costs.append(sum(map(Server.cpu, workers)) - used)
    return path, f"{median(times) * 1000:.0f}", f"{median(costs) * 1000:.0f}", f"≤ {150 * len(workers)}"


def tile(site: Server, name: str, query: str) -> Row:
    """The groups of one tile of the map: time of the first answer, its bytes, and those of the packed one."""
    site.connect()
    used, began = site.cpu(), time.perf_counter()
    raw = site.get(f"/map/clusters.json?{query}")
    took, cost = time.perf_counter() - began, site.cpu() - used
    packed = site.get(f"/map/clusters.json?{query}", BROTLI)
    return name, f"{took * 1000:.0f}", f"{cost * 1000:.1f}", raw.size, packed.size, "≤ 20 KB"


def map_page(site: Server) -> Row:
    """The map page in a browser: what it loads, when the first marks are there, when a click on one is answered and
    Leaflet has taken over, and how long one more zoom takes."""
    view = large_view(site)
    times = (view.marker, view.answered, view.taken, view.zoomed)
    return "地图页", view.bytes, view.requests, *(f"{time:.0f}" for time in times), "≤ 1000 ms"


def first_visits() -> Iterator[tuple[str, Iterator[str], str]]:
    """(name, addresses that nobody has asked for yet, bar)."""
    yield "名单+两个检索词", texts(), "≤ 30 ms"
    yield "名单+拼音", (f"/projects?q={quote(q)}" for q in READINGS), "≤ 100 ms"
    yield "名单 50 行", (f"/projects?{scope}" for scope in scopes()), ""
    yield "统计接口", (f"/api/v1/statistics?{scope}" for scope in scopes()), ""


def first(hello: Server, site: Server, name: str, paths: Iterator[str], bar: str) -> Row:
    """The median time of first visits, and hello world's processor time by theirs."""
    site.connect()
    hello.connect()
    times, costs = [], []
    for path in itertools.islice(paths, 9):
        used, began = site.cpu(), time.perf_counter()
        if site.get(path).status != 200:
            raise SystemExit(path)
        times.append(time.perf_counter() - began)
        costs.append(site.cpu() - used)
    used = hello.cpu()
    for _ in range(200):
        hello.get("/")
    greeting = (hello.cpu() - used) / 200
    cost = median(costs)
    return name, f"{median(times) * 1000:.0f}", f"{cost * 1000:.1f}", f"{greeting / cost:.3f}", bar


if __name__ == "__main__":
    main()
