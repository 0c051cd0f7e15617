"""What is measured: the addresses of each job. A seen one repeats, an unseen one is new every time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from bench.stock import CATEGORIES, PROCESSES, PRODUCTS, UNITS

BROTLI = {"Accept-Encoding": "br"}


@dataclass
class Job:
    """One line of the table; `bar` is the share of hello world that is asked for, `naive` whether the plain
    application of `bench/naive.py` has this page too."""

    name: str
    paths: Iterator[str]
    bar: float | None = None
    conditional: bool = False
    seen: bool = True
    naive: bool = False
    headers: dict[str, str] = field(default_factory=lambda: dict(BROTLI))


def pages(projects: int) -> list[Job]:
    """The public pages on a stock of this many projects: each address once, and seen ones."""
    codes = [f"/projects/CZ-{1 + place * 97 % projects:06d}" for place in range(projects)]
    return [
        Job("项目页（首次）", iter(codes), 0.1, seen=False, naive=True),
        Job("名单 50 行（首次）", lists(projects), 0.06, seen=False, naive=True),
        Job("名单+检索词（首次）", texts(), 0.08, seen=False, naive=True),
        Job("统计页（首次）", (f"/statistics?{span}" for span in spans()), 0.04, seen=False, naive=True),
        Job("统计接口（首次）", (f"/api/v1/statistics?{span}" for span in spans()), seen=False),
        Job("项目页（见过）", itertools.cycle(codes[:100]), 0.8),
        Job("名单（见过）", itertools.repeat("/projects"), 0.8),
        Job("名单+检索词（见过）", itertools.repeat(f"/projects?q={quote('演示电机')}"), 0.8),
        Job("统计页（见过）", itertools.repeat("/statistics?unit=WJQ"), 0.8),
        Job("统计接口（见过）", itertools.repeat("/api/v1/statistics?unit=WJQ"), 0.8),
        Job("地图页", itertools.repeat("/"), 0.85),
        Job("点数据 200", itertools.repeat("/map/points.json"), 0.75),
        Job("点数据 304", itertools.repeat("/map/points.json"), 0.85, conditional=True),
        Job("地图一块（首次）", tiles(), seen=False),
        Job("地图一块（见过）", itertools.repeat("/map/clusters.json?tile=10/853/416"), 0.8),
    ]


JOBS: tuple[Callable[[int], list[Job]], ...] = (pages,)
"""What `make bench` measures: each function gives jobs for a stock of so many projects. Further ones are added here."""


def jobs(projects: int) -> list[Job]:
    """All jobs on a stock of this many projects."""
    return [job for each in JOBS for job in each(projects)]


def slices() -> list[Job]:
    """Statistics of a scope, as page and for programs."""
    scope = "category=mun_demo_smart_workshop&year=2019&unit=WJQ"
    return [
        Job("统计页（见过）", itertools.repeat(f"/statistics?{scope}"), 0.65),
        Job("统计接口（见过）", itertools.repeat(f"/api/v1/statistics?{scope}"), 0.65),
        Job("统计接口（首次）", (f"/api/v1/statistics?{query}" for query in scopes()), None, seen=False),
        Job("统计页（首次）", (f"/statistics?{query}" for query in scopes()), None, seen=False),
        Job("名单页首数字（见过）", itertools.repeat("/projects?unit=WJQ&per_page=1"), None),
        Job("名单页首数字（首次）", (f"/projects?{query}&per_page=1" for query in scopes()), None, seen=False),
    ]


def scopes() -> Iterator[str]:
    """Different scopes of unit, year, category and method, some thousand."""
    parts = itertools.product(("mean", "median"), CATEGORIES, range(2015, 2026), UNITS.values())
    return (f"method={method}&category={category}&year={year}&unit={unit}" for method, category, year, unit in parts)


def spans() -> Iterator[str]:
    """Scopes of the statistics from all to a few dozen projects: each unit and all, each span of years."""
    years = range(2015, 2026)
    for first, last, unit in itertools.product(years, reversed(years), ("", *UNITS.values())):
        if first <= last:
            yield "&".join(filter(None, (f"year_from={first}", f"year_to={last}", unit and f"unit={unit}")))


def lists(projects: int) -> Iterator[str]:
    """Full pages of the list, each a new one, in every order."""
    orders = ("code", "year", "-year", "name", "unit", "level")
    for page, order in itertools.product(range(2, projects // 50), orders):
        yield f"/projects?sort={order}&page={page}"


def tiles() -> Iterator[str]:
    """Tiles of the map, each a new one: those of the city from afar to near."""
    for zoom in range(10, 14):
        near = 2 ** (zoom - 10)
        for column, row in itertools.product(range(851 * near, 855 * near), range(415 * near, 419 * near)):
            yield f"/map/clusters.json?tile={zoom}/{column}/{row}"


def texts() -> Iterator[str]:
    """Searches for Chinese text, each a new one; some find a hundred projects, some a dozen."""
    units = ("", *(f"&unit={unit}" for unit in UNITS.values()))
    for unit, product, process in itertools.product(units, PRODUCTS, PROCESSES):
        yield f"/projects?q={quote(f'{product} {process}')}{unit}"
