"""The demo stock of a city: what its `demo/stock.toml` says, and the workshops drawn from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from registry.errors import OperatorError
from registry.reference.cells import BadCell
from registry.reference.city import City
from registry.reference.tables import CityError, CityFault, read_text
from registry.wording import Message

FILE = "demo/stock.toml"
Years = tuple[int, int]
Spot = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Workshops that hold the same titles, oldest first."""

    projects: int
    titles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A further title of some projects of the batch, in a year of a span."""

    category: str
    projects: int
    years: Years


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A list that the importer reads."""

    path: Path
    earlier: Extra | None
    further: Extra | None


@dataclass(frozen=True, kw_only=True)
class Series:
    """Projects beside the workshops: a title of one category in each of some years."""

    category: str
    years: tuple[int, ...]
    projects: int


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One title as a cited document states it."""

    name: str
    enterprise: str | None
    type: str
    category: str
    year: int | None
    unit: str
    industry: str | None
    note: str
    short: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Histories:
    """How many workshops and enterprises got which history."""

    revoked: int = 0
    expired: int = 0
    ended_before: int = 0
    unlocated: int = 0
    renamed: int = 0
    former_enterprises: int = 0
    honoured: int = 0
    same_places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """The whole stock as data."""

    seed: int
    sparse: str
    divisions: Mapping[str, str]
    """Unit → division."""
    units: Mapping[str, int]
    hubs: Mapping[str, tuple[Spot, ...]]
    corners: Mapping[str, Spot]
    batch: Batch | None
    groups: tuple[Group, ...]
    years: Mapping[str, Years]
    days: Mapping[str, tuple[int, int]]
    factories: Series | None
    services: Series | None
    call_category: str
    call_units: tuple[str, ...]
    call_quotas: Mapping[str, int]
    histories: Histories
    citation: str
    facts: tuple[Fact, ...]

    def announced_on(self, category: str, year: int) -> date:
        """Day of the batch's document."""
        month, day = self.days.get(category, (12, 24))
        return date(year, month, day)

    def draw_unit(self, random: Random) -> str:
        """A unit by its weight."""
        return random.choices(list(self.units), weights=list(self.units.values()))[0]


@dataclass
class WorkshopPlan:
    """One workshop to be made: its unit and the titles it gets, oldest first."""

    unit: str
    titles: list[tuple[str, int]] = field(default_factory=list)


def workshop_plans(stock: Stock, random: Random) -> Iterator[WorkshopPlan]:
    """The workshops beside the batch, shuffled, with strictly rising years."""
    categories = [group.titles for group in stock.groups for _ in range(group.projects)]
    random.shuffle(categories)
    for titles in categories:
        unit = stock.draw_unit(random)
        yield WorkshopPlan(unit, _years(stock, random, titles))


def _years(stock: Stock, random: Random, titles: tuple[str, ...]) -> list[tuple[str, int]]:
    """A batch year for each title, each later than the one before."""
    while True:
        years = [_year(random, stock.years[category]) for category in titles]
        if years == sorted(set(years)):
            return list(zip(titles, years, strict=True))


def _year(random: Random, span: Years) -> int:
    years = range(span[0], span[1] + 1)
    # Recognition grew over the years; later batches are larger.
    return random.choices(years, weights=[2 + 3 * place for place in range(len(years))])[0]


def has_stock(city: City) -> bool:
    """Whether the city comes with demo data."""
    return (city.folder / FILE).is_file()


def load_stock(city: City) -> Stock:
    """The stock of a city. Raises OperatorError without one, CityError for a faulty one."""
    if not has_stock(city):
        raise OperatorError(Message("城市目录里没有 %(file)s，不能装入演示数据；写法见 docs/city.md。", file=FILE))
    try:
        return _stock(city, tomllib.loads(read_text(city.folder / FILE)))
    except BadCell as error:
        raise CityError(CityFault(FILE, None, error.reason, error.way_out)) from None
    except tomllib.TOMLDecodeError as error:
        reason = Message("不是可读的 TOML（%(error)s）", error=error)
        raise CityError(CityFault(FILE, None, reason, Message("请核对引号和等号"))) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = Message("有一项缺少或写法不对（%(error)s）", error=error)
        fault = CityFault(FILE, None, reason, Message("请对照随程序提供的城市的同名文件"))
        raise CityError(fault) from None


def _stock(city: City, given: dict[str, Any]) -> Stock:
    units = {row.code for row in city.units}
    categories = {row.code for row in city.categories}
    weights = given.get("units") or {row.code: 1 for row in city.units}
    call = given["call"]
    histories = given.get("histories", {})
    cited = given.get("citation", {})
    stock = Stock(
        seed=int(given["seed"]),
        sparse=given.get("sparse", ""),
        divisions={row.code: row.division for row in city.units},
        units=weights,
        hubs={unit: tuple((float(lon), float(lat)) for lon, lat in spots) for unit, spots in given["hubs"].items()},
        corners={unit: (float(lon), float(lat)) for unit, (lon, lat) in given.get("corners", {}).items()},
        batch=_batch(city, given.get("batch")),
        groups=tuple(Group(projects=int(item["projects"]), titles=tuple(item["titles"])) for item in given["groups"]),
        years={category: _span(span) for category, span in given["years"].items()},
        days={category: (int(month), int(day)) for category, (month, day) in given.get("days", {}).items()},
        factories=_series(given.get("factories")),
        services=_series(given.get("services")),
        call_category=call["category"],
        call_units=tuple(call.get("units") or weights),
        call_quotas=call.get("quotas", {}),
        histories=Histories(**histories),
        citation=cited.get("number", ""),
        facts=tuple(_fact(item) for item in cited.get("titles", ())),
    )
    _require_known(stock, units, categories)
    return stock


def _require_known(stock: Stock, units: set[str], categories: set[str]) -> None:
    """Raise BadCell for a unit or category that the city does not have, or a span of years that is missing."""
    named_units = {*stock.units, *stock.hubs, *stock.corners, *stock.call_units, *stock.call_quotas}
    named_units |= {*stock.histories.same_places, *(fact.unit for fact in stock.facts)}
    titles = {title for group in stock.groups for title in group.titles}
    named = {stock.call_category, *titles, *stock.years, *stock.days, *(fact.category for fact in stock.facts)}
    named |= {series.category for series in (stock.factories, stock.services) if series}
    if stock.batch:
        named |= {extra.category for extra in (stock.batch.earlier, stock.batch.further) if extra}
    for unknown, file in ((named_units - units, "units.csv"), (named - categories, "categories.csv")):
        if unknown:
            reason = Message("%(names)s 不在 %(file)s 中", names=sorted(unknown), file=file)
            raise BadCell(reason, Message("请更正，或在 %(file)s 中补上", file=file))
    if missing := set(stock.units) - set(stock.hubs):
        reason = Message("%(part)s 缺少 %(names)s", part="hubs", names=sorted(missing))
        raise BadCell(reason, Message("请给每个板块至少一处 [经度, 纬度]"))
    if missing := titles - set(stock.years):
        reason = Message("%(part)s 缺少 %(names)s", part="years", names=sorted(missing))
        raise BadCell(reason, Message("请写明最早和最晚的批次年份"))
    for titles_of in (group.titles for group in stock.groups):
        if len({stock.years[title] for title in titles_of}) < len(titles_of) and len(titles_of) > 1:
            spans = [stock.years[title] for title in titles_of]
            if max(last for _first, last in spans) - min(first for first, _last in spans) + 1 < len(titles_of):
                reason = Message("%(names)s 的年份不够逐年递增", names=list(titles_of))
                raise BadCell(reason, Message("请放宽 years 中的年份"))


def _span(span: Any) -> Years:
    first, last = span
    if not 1990 <= int(first) <= int(last) <= 2100:
        raise BadCell(Message("年份 %(span)s 不是先后两年", span=str(span)), Message("请写成 [最早年份, 最晚年份]"))
    return int(first), int(last)


def _batch(city: City, given: dict[str, Any] | None) -> Batch | None:
    if given is None:
        return None
    path = city.folder / "demo" / given["file"]
    if not path.is_file():
        reason = Message("没有 %(file)s", file=f"demo/{given['file']}")
        raise BadCell(reason, Message("请补上这份名单，或删去 [batch]"))
    return Batch(path=path, earlier=_extra(given.get("earlier")), further=_extra(given.get("further")))


def _extra(given: dict[str, Any] | None) -> Extra | None:
    if given is None:
        return None
    return Extra(category=given["category"], projects=int(given["projects"]), years=_span(given["years"]))


def _series(given: dict[str, Any] | None) -> Series | None:
    if given is None:
        return None
    years = tuple(int(year) for year in given["years"])
    return Series(category=given["category"], years=years, projects=int(given.get("projects", len(years))))


def _fact(given: dict[str, Any]) -> Fact:
    return Fact(
        name=given["name"],
        enterprise=given.get("enterprise"),
        type=given["type"],
        category=given["category"],
        year=given.get("year"),
        unit=given["unit"],
        industry=given.get("industry"),
        note=given.get("note", ""),
        short=tuple(given.get("short", ())),
        printed=tuple(given.get("printed", ())),
    )
