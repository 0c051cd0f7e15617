"""The common filters: parsed once, the same for map, table, files, statistics, API and embed.

Parameters repeat (any of); an empty one is absent; a malformed one raises BadParameter with its name.
`none` stands for "not stated" where a dimension may be NULL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from registry.errors import BadParameter
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.dimensions import DIMENSIONS, GROUPINGS, NONE
from registry.terms import KpiKind, RecognitionStatus, Tier
from registry.wording import Message

DEFAULT_STATUS = (RecognitionStatus.VALID.value,)
ALL_STATUS = tuple(status.value for status in RecognitionStatus)
SORTS = ("code", "name", "enterprise", "unit", "level", "year", "updated")
ROWS = ("projects", "recognitions", "enterprises")
METHODS = ("mean", "pooled", "median")
GROUPS = (*(name for name, _caption in GROUPINGS), "honor", "ladder", "grade", "crossed")
"""What the table of groups on the statistics page can be asked for."""
LANGUAGES = ("zh", "en")
DEFAULT_SORT = "-level"
DEFAULT_PER_PAGE = 50
MAX_PER_PAGE = 200
MOST_PAGES = 1_000_000
MAX_TEXT = 100
MAX_TEXTS = 50
"""Values of an open list: a page names each of them, with a link that repeats all the others."""

LADDER: dict[str, tuple[Tier, ...]] = {
    "municipal": (Tier.MUNICIPAL,),
    "provincial": (Tier.PROVINCIAL,),
    "national": (Tier.NATIONAL,),
    "municipal-provincial": (Tier.MUNICIPAL, Tier.PROVINCIAL),
    "provincial-national": (Tier.PROVINCIAL, Tier.NATIONAL),
}
"""Values of `ladder`: the tiers of which a project holds a valid title each."""

SELECTING = (
    *(dimension.name for dimension in DIMENSIONS),
    "honor", "year_from", "year_to", "q", "bbox", "as_of", "has", "ladder", "grade",
)  # fmt: skip
"""Parameters that decide which projects are selected."""

COMMON = (*SELECTING, "rows", "sort", "page", "per_page", "measure", "method", "group", "lang")
"""All common parameters; a file or API answers 400 to any other name."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """A selection and its view. Tuples are sorted and without repeats, so equal views are equal values."""

    tier: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    division: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    status: tuple[str, ...] = DEFAULT_STATUS
    type: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    honor: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    q: str = ""
    bbox: tuple[float, float, float, float] | None = None
    as_of: date | None = None
    has: tuple[str, ...] = ()
    ladder: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    rows: str = "projects"
    sort: str = DEFAULT_SORT
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE
    measure: str = "count"
    method: str = "mean"
    group: str = "unit"
    lang: str = "zh"

    @property
    def selection(self) -> Filters:
        """The same selection with every view parameter at its default: a cache key."""
        return Filters(**{name: getattr(self, name) for name in SELECTING})

    @property
    def reads_reports(self) -> bool:
        """Whether a condition looks into the report of a project's latest title in scope."""
        return bool(self.has or self.grade)

    @property
    def singles_out(self) -> bool:
        """Whether a condition can be drawn around a single project, whose amount a sum would then give away."""
        return bool(self.q) or self.bbox is not None

    @property
    def cleared(self) -> Filters:
        """The same view with no condition left."""
        return Filters(rows=self.rows, sort=self.sort, measure=self.measure, method=self.method)

    def values(self, name: str) -> list[str]:
        """The values of one parameter as an address has them; none for its default."""
        return [value for each, value in self.pairs() if each == name]

    def but(self, **changes: Any) -> Filters:
        """The same filters with `changes`."""
        # A page of statistics asks for a hundred of them: `replace` would set each of the fields by a call of its own.
        made = object.__new__(Filters)
        vars(made).update(self._changed(changes))
        return made

    def query(self, **changes: Any) -> str:
        """The query string of this view with `changes`; defaults are left out, values in a fixed order."""
        return "&".join([_parameter(name, value) for name, value in _differing(self._changed(changes))])

    def _changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        values = vars(self) | changes
        if len(values) > len(_DEFAULTS):
            raise TypeError(f"no filters: {sorted(set(values) - set(_DEFAULTS))}")
        return values

    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) pairs of everything that differs from the default."""
        return [pair for name, value in _differing(vars(self)) for pair in _written(name, value)]


_DEFAULTS = {field.name: field.default for field in fields(Filters)}


def _differing(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What differs from the default, in the order of the fields."""
    return [(name, value) for name, value in values.items() if value != _DEFAULTS[name] and value is not None]


def _written(name: str, value: Any) -> list[tuple[str, str]]:
    """A value as parameters of an address."""
    if name == "bbox":
        return [("bbox", ",".join(f"{number!r}" for number in value))]
    return [(name, item) for item in value] if isinstance(value, tuple) else [(name, str(value))]


@lru_cache(maxsize=4096)
def _parameter(name: str, value: Any) -> str:
    return urlencode(_written(name, value))


def parse(
    given: Mapping[str, Sequence[str]],
    lists: CodeLists,
    *,
    strict: bool = False,
    known: Collection[str] = COMMON,
) -> Filters:
    """Filters from request parameters (name → values). With `strict` (files, API) a name that is not `known` is refused
    as well."""
    if strict:
        refuse_unknown(given, known)
    reader = Reader(given)
    first, last = reader.year("year_from"), reader.year("year_to")
    if first is not None and last is not None and first > last:
        raise BadParameter(
            Message("起始年份 %(first)s 晚于截止年份 %(last)s，请调换。", first=first, last=last), field="year_from"
        )
    return Filters(
        **_chosen(reader, lists),
        honor=reader.texts("honor"),
        year_from=first,
        year_to=last,
        q=reader.text("q"),
        bbox=reader.bbox("bbox"),
        as_of=reader.day("as_of"),
        has=reader.any_of("has", lists.kpis),
        ladder=reader.any_of("ladder", LADDER),
        grade=reader.any_of("grade", lists.grades),
        rows=reader.one_of("rows", ROWS, "projects"),
        sort=reader.one_of("sort", [*SORTS, *("-" + name for name in SORTS)], DEFAULT_SORT),
        page=reader.integer("page", 1, MOST_PAGES, 1),
        per_page=reader.integer("per_page", 1, MAX_PER_PAGE, DEFAULT_PER_PAGE),
        measure=reader.one_of("measure", measures(lists), "count"),
        method=reader.one_of("method", METHODS, "mean"),
        group=reader.one_of("group", GROUPS, "unit"),
        lang=reader.one_of("lang", LANGUAGES, "zh"),
    )


def refuse_unknown(given: Iterable[str], known: Collection[str]) -> None:
    """Raise BadParameter for a name that is not known."""
    for name in given:
        if name not in known:
            raise BadParameter(
                Message("不认识的参数 %(name)s。可用的参数：%(options)s。", name=name[:40], options=list(known)),
                field=name[:40],
            )


def measures(lists: CodeLists) -> list[str]:
    """What can shade the districts: counts, and every KPI that can be aggregated."""
    return ["count", "density", *(code for code, kpi in lists.kpis.items() if kpi.kind != KpiKind.ORDINAL)]


def _chosen(reader: Reader, lists: CodeLists) -> dict[str, Any]:
    """The values of every dimension; without a status the valid titles are meant."""
    chosen = {
        dimension.name: reader.years()
        if dimension.words is None
        else reader.any_of(dimension.name, dimension.accepted(lists))
        for dimension in DIMENSIONS
    }
    return chosen | {"status": chosen["status"] or DEFAULT_STATUS}


class Reader:
    """Takes values out of a parameter mapping, refusing what is malformed."""

    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self.given = given

    def values(self, name: str) -> list[str]:
        values = [value for value in self.given.get(name, ()) if value != ""]
        for value in values:
            if any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in value):
                raise BadParameter(Message("参数 %(name)s 含有不能识别的字符。", name=name), field=name)
        return values

    def single(self, name: str) -> str | None:
        values = self.values(name)
        if len(set(values)) > 1:
            raise BadParameter(Message("参数 %(name)s 只能给一个值。", name=name), field=name)
        return values[0] if values else None

    def any_of(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        chosen, known = set(self.values(name)), list(allowed)
        for value in sorted(chosen):
            if value not in known:
                raise BadParameter(
                    Message("参数 %(name)s 的值 %(value)s 不在代码表中。", name=name, value=repr(value[:40])),
                    field=name,
                )
        return tuple(code for code in known if code in chosen)

    def one_of(self, name: str, allowed: Iterable[str], default: str) -> str:
        value = self.single(name)
        if value is None:
            return default
        options = list(allowed)
        if value not in options:
            said = {"name": name, "value": repr(value[:40]), "options": options}
            raise BadParameter(Message("参数 %(name)s 的值 %(value)s 无效，可用：%(options)s。", **said), field=name)
        return value

    def years(self) -> tuple[str, ...]:
        years = sorted(set(self.values("year")))
        for year in years:
            if year != NONE:
                _year("year", year)
        return tuple(years)

    def year(self, name: str) -> int | None:
        value = self.single(name)
        return None if value is None else _year(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Values of a list that is open: what nobody has finds nothing."""
        chosen = sorted({" ".join(value.split()) for value in self.values(name)} - {""})
        if any(len(value) > MAX_TEXT for value in chosen):
            raise BadParameter(Message("参数 %(name)s 最多 %(most)s 个字。", name=name, most=MAX_TEXT), field=name)
        if len(chosen) > MAX_TEXTS:
            raise BadParameter(Message("参数 %(name)s 最多给 %(most)s 个值。", name=name, most=MAX_TEXTS), field=name)
        return tuple(chosen)

    def integer(self, name: str, low: int, high: int, default: int) -> int:
        value = self.single(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,7}", value) or not low <= int(value) <= high:
            raise BadParameter(
                Message("参数 %(name)s 应为 %(low)s 到 %(high)s 的整数。", name=name, low=low, high=high), field=name
            )
        return int(value)

    def text(self, name: str, most: int = MAX_TEXT) -> str:
        value = self.single(name)
        if value is None:
            return ""
        if len(value) > most:
            raise BadParameter(Message("参数 %(name)s 最多 %(most)s 个字。", name=name, most=most), field=name)
        return " ".join(value.split())

    def day(self, name: str) -> date | None:
        value = self.single(name)
        if value is None:
            return None
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise BadParameter(Message("参数 %(name)s 应为日期，如 2020-12-31。", name=name), field=name) from None

    def bbox(self, name: str) -> tuple[float, float, float, float] | None:
        value = self.single(name)
        if value is None:
            return None
        message = Message("参数 %(name)s 应为四个数：最小经度,最小纬度,最大经度,最大纬度。", name=name)
        parts = value.split(",")
        if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", part) for part in parts):
            raise BadParameter(message, field=name)
        west, south, east, north = (float(part) for part in parts)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise BadParameter(message, field=name)
        return west, south, east, north


def _year(name: str, value: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", value):
        raise BadParameter(
            Message("参数 %(name)s 的值 %(year)s 应为四位年份，如 2020。", name=name, year=repr(value[:40])), field=name
        )
    return int(value)
