"""What is measured: the addresses of each job. A seen one repeats, an unseen one is new every time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.stock import HIGHER, LOWER, PROCESSES, PRODUCTS, UNITS

BROTLI = {"Accept-Encoding": "br"}


@dataclass
class Job:
    """One line of the table; `bar` is the share of hello world that quality.md asks for."""

    name: str
    paths: Iterator[str]
    bar: float | None = None
    conditional: bool = False
    seen: bool = True
    headers: dict[str, str] = field(default_factory=lambda: dict(BROTLI))


def jobs(projects: int) -> list[Job]:
    """The jobs on a stock of this many projects."""
    codes = [f"/projects/CZ-{1 + place * 97 % projects:06d}" for place in range(100)]
    return [
        Job("地图页", itertools.repeat("/"), 0.85),
        Job("点数据 200", itertools.repeat("/map/points.json"), 0.75),
        Job("点数据 304", itertools.repeat("/map/points.json"), 0.85, conditional=True),
        Job("名单+检索词（见过）", itertools.repeat("/projects?q=%E6%BC%94%E7%A4%BA%E7%94%B5%E6%9C%BA"), 0.8),
        Job("名单+检索词（首次）", texts(), 0.35, seen=False),
        Job("名单页首数字（见过）", itertools.repeat("/projects?unit=WJQ&per_page=1"), None),
        Job("名单页首数字（首次）", heads(), None, seen=False),
        Job("项目页（100 个轮流）", itertools.cycle(codes), 0.55),
        *slices(),
    ]


def slices() -> list[Job]:
    """Statistics of a scope, as page and for programs."""
    scope = "category=mun_demo_smart_workshop&year=2019&unit=WJQ"
    return [
        Job("统计页（见过）", itertools.repeat(f"/statistics?{scope}"), 0.65),
        Job("统计接口（见过）", itertools.repeat(f"/api/v1/statistics?{scope}"), 0.65),
        Job("统计接口（首次）", (f"/api/v1/statistics?{query}" for query in scopes()), None, seen=False),
        Job("统计页（首次）", (f"/statistics?{query}" for query in scopes()), None, seen=False),
    ]


def scopes() -> Iterator[str]:
    """Different scopes of unit, year, category and method, some thousand."""
    parts = itertools.product(("mean", "median"), (*LOWER, *HIGHER), range(2015, 2026), UNITS.values())
    return (f"method={method}&category={category}&year={year}&unit={unit}" for method, category, year, unit in parts)


def texts() -> Iterator[str]:
    """Searches for Chinese text, each a new one."""
    from urllib.parse import quote

    for number, product, process in itertools.product(range(10, 100), PRODUCTS, PROCESSES):
        yield f"/projects?q={quote(f'{product} {process} {number}')}"


def heads() -> Iterator[str]:
    """List pages whose scope is a new one each."""
    return (f"/projects?{query}&per_page=1" for query in scopes())
