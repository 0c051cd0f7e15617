"""`python -m bench [--large | --only-large] [--no-browser]`: prints ratios taken in one run; never a test.

Yardstick: Flask's hello world under the same server with the same two workers, beside it the same pages by a plain
Flask application over the same tables (`bench/naive.py`). Shares are hello's cost by the job's cost: 1.00 costs what
hello costs, higher is better.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

from bench.client import Server, running
from bench.comparing import Line, Servers, compare, wake
from bench.jobs import jobs, slices
from bench.measuring import Result, measure
from bench.queries import count_queries
from bench.stock import make_stock
from bench.table import show
from bench.upkeep import show_upkeep
from bench.writing import writing

PROJECTS = 10_000
SERVERS = ("granian", "gunicorn")
"""What `flask serve --workers 2` runs, and what docs/operation.md names beside it."""
TITLES = (10_000, 1_000_000)
"""Recognitions of `--large`."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="统计与名单在 1 000 000 项认定上（约四分钟）")
    parser.add_argument("--only-large", action="store_true", help="只测 1 000 000 项认定")
    parser.add_argument("--no-browser", action="store_true", help="不测浏览器中的首屏")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not options.only_large:
            everyday(Path(folder) / str(PROJECTS), browser=not options.no_browser)
        if options.large or options.only_large:
            with running("hello") as hello:
                large(Path(folder), hello)


def everyday(folder: Path, *, browser: bool) -> None:
    """Everything on a stock of 10 000 projects."""
    made = make_stock(folder, PROJECTS * 3 // 2)
    for under in SERVERS:
        with (
            running("hello", under=under) as hello,
            running("naive", made.data_dir, under) as naive,
            running("site", made.data_dir, under) as site,
        ):
            wake(site, ("/projects?per_page=1", "/api/v1/statistics", "/statistics?per_page=1", "/map/points.json"))
            show_lines(f"{PROJECTS} 个项目，{under}，两个工作进程", compared(Servers(under, hello, naive, site)))
    counted = count_queries(folder)
    show(f"{PROJECTS} 个项目：每次请求的查询数", ("页面", "首次", "见过"), counted)
    show_upkeep(PROJECTS, folder)
    with running("hello") as hello, running("site", made.data_dir) as site:
        site.get("/api/v1/statistics")
        after_change(site, folder)
        if browser:
            from bench.first_view import first_views  # slow import

            show_views(PROJECTS, *first_views(hello, site))
    writing(folder.parent, made)


def compared(servers: Servers) -> list[Line]:
    """All jobs under one server."""
    return [compare(servers, job) for job in jobs(PROJECTS)]


def verdict(line: Line) -> str:
    """Whether the bar is held; what lies within the noise of this run proves neither."""
    if line.bar is None:
        return ""
    if line.cpu >= line.bar:
        return "是"
    return "噪声之内" if line.cpu * (1 + line.noise) >= line.bar else "否"


def show_lines(title: str, lines: list[Line]) -> None:
    """The table of shares under one server, with the bars."""
    head = ("", "hello CPU÷CPU", "±", "目标", "够", "请求/秒÷hello", "CPU ms", "朴素 Flask", "字节", "朴素字节")
    rows = [
        (
            line.name,
            f"{line.cpu:.3f}",
            f"{line.noise:.0%}",
            "" if line.bar is None else f"{line.bar:.2f}",
            verdict(line),
            f"{line.rate:.3f}",
            f"{line.cpu_ms:.2f}",
            "" if line.naive is None else f"{line.naive:.3f}",
            line.raw,
            line.naive_raw or "",
        )
        for line in lines
    ]
    show(title, head, rows)


def large(folder: Path, hello: Server) -> None:
    """Statistics at the two sizes between which their cost may not grow."""
    costs: list[list[Result]] = []
    for titles in TITLES:
        began = time.perf_counter()
        made = make_stock(folder / f"titles-{titles}", titles, text=False)
        print(f"\n{titles} 项认定，{time.perf_counter() - began:.0f} 秒写成", flush=True)
        with running("site", made.data_dir) as site:
            show_first("启动后", site)
            after_change(site, made.data_dir)
            costs.append([measure(hello, site, job) for job in slices()])
            show_results(f"{titles} 项认定", costs[-1])
    rows = [
        (small.name, f"{small.cpu_ms:.2f}", f"{big.cpu_ms:.2f}", f"{big.cpu_ms / small.cpu_ms:.2f}")
        for small, big in zip(*costs, strict=True)
    ]
    show("处理器时间（ms/次）随规模", ("", *(f"{titles} 项" for titles in TITLES), "比"), rows)


def after_change(site: Server, folder: Path) -> None:
    """Print what the first list and the first statistics after a public change take."""
    with sqlite3.connect(folder / "registry.db") as connection:
        connection.execute("UPDATE recognition SET remark = remark || '.' WHERE id = 1")
    connection.close()
    show_first("改动后", site)


def show_first(when: str, site: Server) -> None:
    """Print what the next list and the next statistics take."""
    site.connect()
    taken = []
    for path in ("/projects?per_page=1", "/api/v1/statistics"):
        began = time.perf_counter()
        site.get(path)
        taken.append(time.perf_counter() - began)
    print(
        f"{when}的第一次请求：名单 {taken[0]:.2f} s，接着的统计 {taken[1]:.2f} s；内存 {site.memory()} MB", flush=True
    )


def show_results(title: str, results: list[Result]) -> None:
    """The table of shares."""
    rows = [
        (
            result.name,
            f"{result.share:.2f}",
            f"{result.cpu_share:.2f}",
            "" if result.bar is None else f"{result.bar:.2f}",
            f"{result.cpu_ms:.2f}",
            result.raw,
            result.sent,
        )
        for result in results
    ]
    show(title, ("", "请求/秒÷hello", "hello CPU÷CPU", "目标", "CPU ms", "字节", "字节 br"), rows)


def show_views(projects: int, empty: object, chinese: object, own: object) -> None:
    """The table of first views; the middle column is for information, the target is the empty page."""
    from bench.first_view import View

    assert isinstance(empty, View)
    assert isinstance(chinese, View)
    assert isinstance(own, View)
    rows = [
        ("传输字节", empty.bytes, chinese.bytes, own.bytes, "≤ 130000"),
        ("请求数", empty.requests, chinese.requests, own.requests, ""),
        ("首个标记 ms", f"{empty.marker:.0f}", f"{chinese.marker:.0f}", f"{own.marker:.0f}", ""),
        (
            "点击得到回应 ms",
            f"{empty.answered:.0f}",
            f"{chinese.answered:.0f}",
            f"{own.answered:.0f}",
            f"比 {own.answered / empty.answered:.2f} ≤ 2",
        ),
        ("Leaflet 就绪 ms（含点击后的缩放）", f"{empty.taken:.0f}", f"{chinese.taken:.0f}", f"{own.taken:.0f}", ""),
        ("主线程阻塞 ms", f"{empty.blocked:.0f}", f"{chinese.blocked:.0f}", f"{own.blocked:.0f}", ""),
    ]
    show(f"{projects} 个项目：浏览器首屏", ("", "空 Leaflet 页", "同上加一行中文", "地图页", "目标"), rows)


if __name__ == "__main__":
    main()
